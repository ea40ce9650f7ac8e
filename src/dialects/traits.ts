// Where a dialect names the model in what it sends, for bytes that pass and only need the name replaced.
import type { DialectName } from '../canonical/dialect-name.ts';

/** Places of one dialect. Empty paths: the name is left as it is. */
export interface DialectTraits {
  /** Members of a whole answer that hold it: an array or an object in one of them makes the difference to any other JSON. */
  answerMembers: readonly string[];
  /** Path of the model's name in a whole answer. */
  modelInAnswer: readonly string[];
  /** Path of the model's name in a frame of a stream. */
  modelInFrame: readonly string[];
  /** Path of the usage in a frame of a stream that has one. */
  usageInFrame: readonly string[];
  /** The frames that hold it when not every frame does, as bytes to look for. */
  framesWithModel: Buffer | null;
  /**
   * Bytes of which every frame has some that tells more than content: usage, a finish reason, an error, the end. Frames without any of
   * them pass unparsed once content has begun. Null: every frame is parsed. Inside strings the quotes would be escaped, so that text
   * never looks like them.
   */
  tellingWords: readonly Buffer[] | null;
  /** The member of an answer that tells of searches of the web, and a word that stands in it then. Missing: `usage` tells them, or nobody. */
  searches?: { member: string; word: Buffer };
  /** What follows the last event of a finished stream though the dialect has no use for it. Responses: LiteLLM ends its streams with `[DONE]`, and its clients' readers stop at it. */
  closing?: Buffer;
}

const words = (...texts: string[]): Buffer[] => texts.map((text) => Buffer.from(text));

/** The traits of every dialect. */
export const dialectTraits: Readonly<Record<DialectName, DialectTraits>> = {
  'openai-chat': { answerMembers: ['choices'], modelInAnswer: ['model'], modelInFrame: ['model'], usageInFrame: ['usage'], framesWithModel: null, tellingWords: words('"usage":{', '"usage": {', '_reason":"', '_reason": "', '"error"', '[DONE]') },
  'openai-completions': { answerMembers: ['choices'], modelInAnswer: ['model'], modelInFrame: ['model'], usageInFrame: ['usage'], framesWithModel: null, tellingWords: null },
  'openai-responses': { answerMembers: ['output'], modelInAnswer: ['model'], modelInFrame: ['response', 'model'], usageInFrame: ['response', 'usage'], framesWithModel: Buffer.from('"response":'), tellingWords: null, searches: { member: 'output', word: Buffer.from('web_search_call') }, closing: Buffer.from('data: [DONE]\n\n') },
  'anthropic-messages': { answerMembers: ['content'], modelInAnswer: ['model'], modelInFrame: ['message', 'model'], usageInFrame: ['usage'], framesWithModel: Buffer.from('message_start'), tellingWords: words('"message', '"error"', 'event: error') },
  'gemini': { answerMembers: ['candidates', 'promptFeedback'], modelInAnswer: [], modelInFrame: [], usageInFrame: [], framesWithModel: null, tellingWords: null, searches: { member: 'candidates', word: Buffer.from('webSearchQueries') } },
  'bedrock-converse': { answerMembers: ['output'], modelInAnswer: [], modelInFrame: [], usageInFrame: [], framesWithModel: null, tellingWords: null },
};
