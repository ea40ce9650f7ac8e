// The usage that an answer is billed by: what the provider tells, as far as it can be true; what it does not tell is estimated from what was
// sent and what came. A provider that counts nothing is not free, and one that counts oddly neither pays back nor uses up a budget for ever.
import { emptyUsage, type Usage } from '../canonical/usage.ts';
import { estimateBytes } from './token-estimate.ts';

// No answer has more; a number beyond it is a defect.
const mostTokens = 100_000_000;
const mostUsd = 100_000;
const counts = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens', 'cacheWrite1hTokens', 'reasoningTokens', 'inputAudioTokens', 'outputAudioTokens', 'acceptedPredictionTokens', 'rejectedPredictionTokens', 'webSearches'] as const;

/** What a provider tells, each number that cannot be true as if it had not been told. */
export function soundUsage(told: Usage): Usage {
  if (counts.every((name) => isSound(told[name], mostTokens)) && (told.costUsd === null || isSound(told.costUsd, mostUsd))) return told;
  const sound = { ...told };
  for (const name of counts) if (!isSound(sound[name], mostTokens)) sound[name] = 0;
  if (sound.costUsd !== null && !isSound(sound.costUsd, mostUsd)) sound.costUsd = null;
  return sound;
}

const isSound = (value: number, most: number): boolean => value >= 0 && value <= most;

/** Usage of a whole answer. `answerTokens` estimates its tokens where the provider does not count them. */
export function billedUsage(told: Usage | null, answerTokens: () => number, prompt: Uint8Array): Usage {
  const sound = told && soundUsage(told);
  if (sound && sound.inputTokens > 0 && sound.outputTokens > 0) return sound;
  const outputTokens = sound && sound.outputTokens > 0 ? sound.outputTokens : answerTokens();
  return { ...(sound ?? emptyUsage()), inputTokens: sound && sound.inputTokens > 0 ? sound.inputTokens : estimateBytes(prompt), outputTokens };
}

/**
 * Usage of a stream that broke or was left: what was streamed, where the provider had not counted it yet. Anthropic begins with a count of one
 * or a few tokens: whoever leaves just before the end would pay no more. Null where nothing came.
 */
export function brokenUsage(told: Usage | null, contentCharacters: number, prompt: Uint8Array): Usage | null {
  const sound = told && soundUsage(told);
  if (contentCharacters === 0) return sound;
  const streamed = tokensOfCharacters(contentCharacters);
  const isCounted = sound !== null && sound.outputTokens >= streamed / 2;
  return billedUsage(sound && { ...sound, outputTokens: isCounted ? sound.outputTokens : streamed }, () => streamed, prompt);
}

/** Tokens of a text of this length, at four characters each. */
export const tokensOfCharacters = (characters: number): number => Math.ceil(characters / 4);
