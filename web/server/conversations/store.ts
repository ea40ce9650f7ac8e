// What the service needs of a place that keeps conversations.
import type { CreateConversation, Preset, SharedConversation, UpdateConversation } from '../../shared/api.ts';
import type { NewAttachment } from '../../shared/attachment.ts';
import type { AssistantMessage, Conversation, ConversationSummary, Message } from '../../shared/conversation.ts';

/** Where a list goes on: behind this conversation. */
export interface ListCursor {
  updatedAtMs: number;
  id: string;
}

/** Which conversations to list. An empty `search` lists all. */
export interface ListQuery {
  search: string;
  limit: number;
  after: ListCursor | null;
}

/** Keeps conversations. Ids are given by the caller and must be new: creating one twice throws `ConflictError`. */
export interface ConversationStore {
  /** Newest first; with `search`, those whose title or messages contain it, whatever its case. */
  list(query: ListQuery): ConversationSummary[];
  get(id: string): Conversation | null;
  create(conversation: CreateConversation): Conversation;
  /** False when there is no such conversation. */
  update(id: string, changes: UpdateConversation): boolean;
  /** Hides it; `restore` brings it back for a day. False when there is no such conversation. */
  delete(id: string): boolean;
  restore(id: string): boolean;
  /** Adds a message, with the contents of its files, and makes it the leaf. */
  addMessage(conversationId: string, message: Message, contents?: readonly NewAttachment[]): void;
  /** What is in a file; null when there is none. */
  attachment(id: string): { mediaType: string; content: Uint8Array } | null;
  /** Replaces an answer's content (while it is being written, and at its end). */
  saveAnswer(answer: AssistantMessage): void;
  deleteMessage(id: string): void;
  /** By name. */
  presets(): Preset[];
  /** Adds a preset or replaces it. */
  savePreset(preset: Preset): void;
  deletePreset(id: string): void;
  /** Lets whoever has the token read the branch that ends with the leaf; false when there is nothing to read. */
  share(conversationId: string, tokenHash: string): boolean;
  /** Takes all of a conversation's tokens back. */
  unshare(conversationId: string): void;
  shared(tokenHash: string): SharedConversation | null;
  close(): void;
}

/** The id is taken. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}
