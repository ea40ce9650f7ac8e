// What a back end gives back: whole answers, and the deltas a streamed answer is made of.

/** Why the model stopped. Values that a provider invents pass through as they are. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call' | (string & {});

/** Tokens of one call. Counts that the provider does not tell are left out. */
export interface Usage {
  inputTokens: number;
  outputTokens: number;
  totalTokens: number;
  /** The part of `outputTokens` that went into reasoning. */
  reasoningTokens?: number;
  /** The part of `inputTokens` that the provider had cached. */
  cachedTokens?: number;
}

/** A function call that the model made; `argumentsText` is JSON text, not yet parsed. */
export interface ToolCall {
  id: string;
  name: string;
  argumentsText: string;
}

/** A whole answer (the first choice of it). */
export interface ChatAnswer {
  id: string;
  /** The model as the gateway names it in the answer. */
  model: string;
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason | null;
  usage: Usage | null;
  /** In US dollars; null when the gateway does not know. */
  costUsd: number | null;
  /** The gateway's name for this call, to find it in its logs. */
  requestId: string | null;
}

/** One step of a streamed answer. `choice` counts from 0; it is above 0 only for requests with `n` > 1. */
export type Delta =
  | { type: 'start'; id: string; model: string; requestId: string | null }
  | { type: 'text'; choice: number; text: string }
  | { type: 'reasoning'; choice: number; text: string }
  /** A piece of a tool call: `id` and `name` come with its first piece, `argumentsText` is to be appended. */
  | { type: 'toolCall'; choice: number; index: number; id?: string; name?: string; argumentsText: string }
  | { type: 'finish'; choice: number; reason: FinishReason }
  | { type: 'usage'; usage: Usage }
  | { type: 'cost'; costUsd: number };

/** A model that the key may call. */
export interface Model {
  id: string;
  ownedBy: string | null;
}
