// Where a dialect names the model in what it sends, for bytes that pass and only need the name replaced.
import type { DialectName } from '../canonical/dialect-name.ts';

/** Places of one dialect. Empty paths: the name is left as it is. */
export interface DialectTraits {
  /** Path of the model's name in a whole answer. */
  modelInAnswer: readonly string[];
  /** Path of the model's name in a frame of a stream. */
  modelInFrame: readonly string[];
  /** The frames that hold it when not every frame does, as bytes to look for. */
  framesWithModel: Buffer | null;
}

/** The traits of every dialect. */
export const dialectTraits: Readonly<Record<DialectName, DialectTraits>> = {
  'openai-chat': { modelInAnswer: ['model'], modelInFrame: ['model'], framesWithModel: null },
  'openai-completions': { modelInAnswer: ['model'], modelInFrame: ['model'], framesWithModel: null },
  'openai-responses': { modelInAnswer: ['model'], modelInFrame: ['response', 'model'], framesWithModel: Buffer.from('"response":') },
  'anthropic-messages': { modelInAnswer: ['model'], modelInFrame: ['message', 'model'], framesWithModel: Buffer.from('message_start') },
  'gemini': { modelInAnswer: [], modelInFrame: [], framesWithModel: null },
  'bedrock-converse': { modelInAnswer: [], modelInFrame: [], framesWithModel: null },
};
