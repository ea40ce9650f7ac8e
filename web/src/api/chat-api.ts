// The page's way to its service. The only file that knows addresses.
import { readServerSentEvents, type Model } from '../../../client/index.ts';
import type {
  AnswerEvent,
  AnswerRequest,
  ApiFailure,
  ApiFailureKind,
  CreateConversation,
  HealthAnswer,
  UpdateConversation,
} from '../../shared/api.ts';
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

/** All that the service can do. Everything throws `ChatApiError`. */
export const chatApi = {
  health: (): Promise<HealthAnswer> => call('GET', '/health', undefined, AbortSignal.timeout(8000)),

  async models(): Promise<Model[]> {
    return (await call<{ models: Model[] }>('GET', '/models')).models;
  },

  /** Newest first; `after` is the last one of the page before. */
  async conversations(search: string, after: ConversationSummary | null, signal?: AbortSignal): Promise<ConversationSummary[]> {
    const query = new URLSearchParams();
    if (search) query.set('search', search);
    if (after) query.set('after', `${after.updatedAtMs}:${after.id}`);
    const answer = await call<{ conversations: ConversationSummary[] }>('GET', `/conversations?${query}`, undefined, signal);
    return answer.conversations;
  },

  conversation: (id: string): Promise<Conversation> => call('GET', `/conversations/${id}`),
  create: (conversation: CreateConversation): Promise<Conversation> => call('POST', '/conversations', conversation),
  update: (id: string, changes: UpdateConversation): Promise<unknown> => call('PATCH', `/conversations/${id}`, changes),
  delete: (id: string): Promise<unknown> => call('DELETE', `/conversations/${id}`),
  restore: (id: string): Promise<unknown> => call('POST', `/conversations/${id}/restore`),

  /** Asks. Resolves when the service has the question; the events end without `done` when the service breaks off. */
  async answer(conversationId: string, request: AnswerRequest, signal: AbortSignal): Promise<AsyncGenerator<AnswerEvent, void, undefined>> {
    const response = await send('POST', `/conversations/${conversationId}/answers`, request, signal);
    if (!response.body) throw new ChatApiError('offline', 'The answer has no body');
    return eventsOf(response.body);
  },
};

async function call<Result>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Result> {
  const response = await send(method, path, body, signal);
  return (await response.json()) as Result;
}

async function send(method: string, path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(`/api${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    ...(signal ? { signal } : {}),
  }).catch((cause: unknown) => {
    throw new ChatApiError('offline', String(cause));
  });
  if (response.ok) return response;
  const failure = (await response.json().catch(() => null)) as ApiFailure | null;
  throw new ChatApiError(failure?.error.kind ?? 'internal', failure?.error.message ?? `Status ${response.status}`);
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<AnswerEvent, void, undefined> {
  for await (const { data } of readServerSentEvents(chunksOf(body))) yield JSON.parse(data) as AnswerEvent;
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
