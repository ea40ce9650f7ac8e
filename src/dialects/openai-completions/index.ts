// OpenAI's legacy Completions dialect: prompts in, text out. Errors and counts are those of Chat Completions.
import type { Dialect } from '../dialect.ts';
import { CompletionsStreamWriter, createReader } from './stream.ts';
import { glance } from '../openai-chat/glance.ts';
import { keepAlive } from '../openai-chat/write-stream.ts';
import { readAnswer, writeAnswer } from './answer.ts';
import { readRequest, writeRequest } from './request.ts';
import { renderFault, renderStreamFault } from '../openai-chat/fault.ts';
import { usageOf } from '../openai-chat/usage.ts';

/** `POST /v1/completions`. */
export const openaiCompletions: Dialect = {
  name: 'openai-completions',
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader,
  createWriter: (context) => new CompletionsStreamWriter(context),
  renderFault,
  renderStreamFault,
  keepAlive,
  createGlancer: () => glance,
  usageOf,
};
