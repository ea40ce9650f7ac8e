// What the chat needs of whoever keeps its conversations: the web service, or the browser itself where there is none.
import type { Model } from '../../../client/index.ts';
import type { AnswerEvent, AnswerRequest, ApiFailureKind, CreateConversation, HealthAnswer, Preset, SharedConversation, UpdateConversation } from '../../shared/api.ts';
import type { Attachment } from '../../shared/attachment.ts';
import type { Conversation, ConversationSummary } from '../../shared/conversation.ts';

/** A call that failed: refused by the service, or, as `offline`, not answered at all. */
export class ChatApiError extends Error {
  override readonly name = 'ChatApiError';
  readonly kind: ApiFailureKind | 'offline';

  constructor(kind: ApiFailureKind | 'offline', message: string) {
    super(message);
    this.kind = kind;
  }
}

type Events = AsyncGenerator<AnswerEvent, void, undefined>;

/** All that can be asked. Everything throws `ChatApiError`. */
export interface ChatApi {
  /** Whether links to a conversation can be given to others. */
  readonly canShare: boolean;
  health(): Promise<HealthAnswer>;
  models(): Promise<Model[]>;
  /** Newest first; `after` is the last one of the page before. */
  conversations(search: string, after: ConversationSummary | null, signal?: AbortSignal): Promise<ConversationSummary[]>;
  conversation(id: string): Promise<Conversation>;
  create(conversation: CreateConversation): Promise<unknown>;
  update(id: string, changes: UpdateConversation): Promise<unknown>;
  delete(id: string): Promise<unknown>;
  restore(id: string): Promise<unknown>;
  /** Asks. Resolves when the question is kept; the events end without `done` when whoever writes the answer breaks off. */
  answer(conversationId: string, request: AnswerRequest, signal: AbortSignal): Promise<Events>;
  /** Comes back to an answer that is being written; `notFound` when it has ended meanwhile. */
  follow(answerId: string, signal: AbortSignal): Promise<Events>;
  /** Stops an answer, at the provider too. */
  stop(answerId: string): Promise<unknown>;
  /** What is in a file. */
  attachment(attachment: Attachment): Promise<Blob>;
  presets(): Promise<Preset[]>;
  savePreset(preset: Preset): Promise<unknown>;
  deletePreset(id: string): Promise<unknown>;
  /** The token of a new link to the branch as it is now. */
  share(conversationId: string): Promise<string>;
  unshare(conversationId: string): Promise<unknown>;
  shared(token: string): Promise<SharedConversation>;
}
