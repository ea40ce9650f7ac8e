// Token counts in one form. All dialects count differently; this is the one that is priced.

/** Tokens of one answer. Input includes cached tokens and output includes reasoning, so that totals add up. */
export interface Usage {
  /** All input tokens, those read from and written to the provider's cache included. */
  inputTokens: number;
  /** All output tokens, reasoning included. */
  outputTokens: number;
  /** Input tokens that were read from the provider's prompt cache. */
  cacheReadTokens: number;
  /** Input tokens that were written to the provider's prompt cache, for both lifetimes. */
  cacheWriteTokens: number;
  /** The part of `cacheWriteTokens` that is kept for one hour. */
  cacheWrite1hTokens: number;
  /** The part of `outputTokens` that was reasoning. */
  reasoningTokens: number;
  /** The part of `inputTokens` that was audio. */
  inputAudioTokens: number;
  /** The part of `outputTokens` that was audio. */
  outputAudioTokens: number;
  /** The part of `outputTokens` that was predicted by the client: what of it was right, and what was not. */
  acceptedPredictionTokens: number;
  rejectedPredictionTokens: number;
  /** Searches of the web that the provider made for the answer and bills apart. */
  webSearches: number;
  /** The cost that the provider itself reported, in USD; null when it did not. */
  costUsd: number | null;
  /** The service tier that the answer was billed at, as the provider named it. */
  serviceTier: string | null;
}

/** Usage with nothing counted yet. */
export function emptyUsage(): Usage {
  return {
    inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, cacheWrite1hTokens: 0, reasoningTokens: 0,
    inputAudioTokens: 0, outputAudioTokens: 0, acceptedPredictionTokens: 0, rejectedPredictionTokens: 0, webSearches: 0, costUsd: null, serviceTier: null,
  };
}
