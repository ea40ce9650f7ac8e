// What a page that calls models itself needs of whoever keeps its conversations: this browser, or the gateway's database.
import type { AssistantMessage, Conversation, ConversationSummary } from '../../shared/conversation.ts';
import type { NewAttachment } from '../../shared/attachment.ts';
import type { Preset, SharedConversation } from '../../shared/api.ts';

/** Keeps the conversations of one person. */
export interface ConversationKeeper {
  /** Newest first; with `search`, those whose title or messages contain it, whatever its case. */
  list(search: string, after: ConversationSummary | null): Promise<ConversationSummary[]>;
  conversation(id: string): Promise<Conversation | null>;
  save(conversation: Conversation): Promise<void>;
  /** Replaces a message of a conversation, so that nothing that was changed beside it is lost. */
  saveMessage(id: string, message: AssistantMessage): Promise<void>;
  setDeleted(id: string, deleted: boolean): Promise<void>;
  addFiles(conversationId: string, files: readonly NewAttachment[]): Promise<void>;
  file(id: string): Promise<Blob | null>;
  presets(): Promise<Preset[]>;
  savePreset(preset: Preset): Promise<void>;
  deletePreset(id: string): Promise<void>;
  /** Links for others; null where nobody but this browser has the conversations. */
  readonly links: { share(conversationId: string): Promise<string>; unshare(conversationId: string): Promise<unknown>; shared(token: string): Promise<SharedConversation> } | null;
}
