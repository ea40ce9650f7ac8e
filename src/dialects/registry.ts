// Every dialect by name.
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiCompletions } from './openai-completions/index.ts';
import { openaiResponses } from './openai-responses/index.ts';
import type { Dialect } from './dialect.ts';
import type { DialectName } from '../canonical/dialect-name.ts';

const dialects: Readonly<Record<DialectName, Dialect>> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'gemini': gemini,
  'openai-completions': openaiCompletions,
  'bedrock-converse': bedrockConverse,
};

/** The dialect with this name. */
export const dialectOf = (name: DialectName): Dialect => dialects[name];
