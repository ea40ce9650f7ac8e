// The chat's conversations at the web service. The only file that knows its addresses.
import { readServerSentEvents, type Model } from '../../../client/index.ts';
import type { AnswerEvent, ApiFailure, HealthAnswer, Preset } from '../../shared/api.ts';
import type { Conversation, ConversationSummary } from '../../shared/conversation.ts';
import { type ChatApi, ChatApiError } from './chat-contract.ts';

/** The web service. */
export const serviceChat: ChatApi = {
  canShare: true,

  health: () => call<HealthAnswer>('GET', '/health', undefined, AbortSignal.timeout(8000)),

  async models() {
    return (await call<{ models: Model[] }>('GET', '/models')).models;
  },

  async conversations(search, after, signal) {
    const query = new URLSearchParams();
    if (search) query.set('search', search);
    if (after) query.set('after', `${after.updatedAtMs}:${after.id}`);
    const answer = await call<{ conversations: ConversationSummary[] }>('GET', `/conversations?${query}`, undefined, signal);
    return answer.conversations;
  },

  conversation: (id) => call<Conversation>('GET', `/conversations/${id}`),
  create: (conversation) => call('POST', '/conversations', conversation),
  update: (id, changes) => call('PATCH', `/conversations/${id}`, changes),
  delete: (id) => call('DELETE', `/conversations/${id}`),
  restore: (id) => call('POST', `/conversations/${id}/restore`),

  async answer(conversationId, request, signal) {
    return eventsOf(await send('POST', `/conversations/${conversationId}/answers`, request, signal));
  },

  async follow(answerId, signal) {
    return eventsOf(await send('GET', `/answers/${answerId}`, undefined, signal));
  },

  stop: (answerId) => call('POST', `/answers/${answerId}/stop`),

  async attachment({ id }) {
    return (await send('GET', `/attachments/${id}`, undefined)).blob();
  },

  async presets() {
    return (await call<{ presets: Preset[] }>('GET', '/presets')).presets;
  },
  savePreset: ({ id, ...preset }) => call('PUT', `/presets/${id}`, preset),
  deletePreset: (id) => call('DELETE', `/presets/${id}`),

  async share(conversationId) {
    return (await call<{ token: string }>('POST', `/conversations/${conversationId}/share`)).token;
  },
  unshare: (conversationId) => call('DELETE', `/conversations/${conversationId}/share`),
  shared: (token) => call('GET', `/shared/${token}`),
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

async function* eventsOf({ body }: Response): AsyncGenerator<AnswerEvent, void, undefined> {
  if (!body) throw new ChatApiError('offline', 'The answer has no body');
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
