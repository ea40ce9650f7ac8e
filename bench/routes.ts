// The mock provider's routes: which deployments the measured gateways get, and what the mock does behind each one.

/** The dialect of an endpoint: `/v1/chat/completions` or `/v1/messages`. */
export type Dialect = 'chat' | 'messages';

/** One deployment. Its name is the model alias that a client asks for. */
export interface Route {
  readonly name: string;
  /** What the mock speaks on this route. */
  readonly dialect: Dialect;
  /** The provider's name in the configuration. */
  readonly provider: 'openai' | 'hosted_vllm' | 'anthropic';
  /** The first part of the mock's path; it says how to answer (see `mock.ts`). */
  readonly mockPath: string;
}

/** Content chunks of one stream and the pause between two of them, for the chunk measurement. */
export const streamChunks = 100;
export const streamGapMs = 20;

/** The streams that only stay open while memory is measured send a chunk every two seconds. */
export const openStreamGapMs = 2_000;

const stream = `/stream/${streamChunks}/${streamGapMs}`;

/**
 * All routes. `…ForMessages` are for clients of `/v1/messages`: LiteLLM would lead these to the Responses endpoint of an `openai/`
 * provider; to `hosted_vllm/`, which is the same dialect, it sends them as chat.
 */
export const routes = {
  plain: { name: 'plain', dialect: 'chat', provider: 'openai', mockPath: '/plain' },
  stream: { name: 'stream', dialect: 'chat', provider: 'openai', mockPath: stream },
  open: { name: 'open', dialect: 'chat', provider: 'openai', mockPath: `/stream/1000/${openStreamGapMs}` },
  held: { name: 'held', dialect: 'chat', provider: 'openai', mockPath: '/held' },
  plainForMessages: { name: 'plain-for-messages', dialect: 'chat', provider: 'hosted_vllm', mockPath: '/plain' },
  streamForMessages: { name: 'stream-for-messages', dialect: 'chat', provider: 'hosted_vllm', mockPath: stream },
  messagesPlain: { name: 'messages-plain', dialect: 'messages', provider: 'anthropic', mockPath: '/plain' },
  messagesStream: { name: 'messages-stream', dialect: 'messages', provider: 'anthropic', mockPath: stream },
} as const satisfies Record<string, Route>;

/** The path of a dialect's endpoint. */
export const endpoint: Record<Dialect, string> = { chat: '/v1/chat/completions', messages: '/v1/messages' };

/** The model that the provider knows, whatever a client calls it. */
export const providerModel = 'mock-1';
