// What the service needs of a place that keeps conversations.
import type { CreateConversation, UpdateConversation } from '../../shared/api.ts';
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
  /** Adds a message and makes it the leaf. */
  addMessage(conversationId: string, message: Message): void;
  /** Replaces an answer's content (while it is being written, and at its end). */
  saveAnswer(answer: AssistantMessage): void;
  deleteMessage(id: string): void;
  close(): void;
}

/** The id is taken. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError';
}
