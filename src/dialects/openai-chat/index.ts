// The Chat Completions dialect of OpenAI, which most providers speak.
import type { Dialect } from '../dialect.ts';
import { createReader, readAnswer } from './read-answer.ts';
import { ChatStreamWriter, keepAlive } from './write-stream.ts';
import { glance } from './glance.ts';
import { readRequest } from './read-request.ts';
import { renderFault, renderStreamFault } from './fault.ts';
import { usageOf } from './usage.ts';
import { writeAnswer } from './write-answer.ts';
import { writeRequest } from './write-request.ts';

/** `POST /v1/chat/completions`. */
export const openaiChat: Dialect = {
  name: 'openai-chat',
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader,
  createWriter: (context) => new ChatStreamWriter(context),
  renderFault,
  renderStreamFault,
  keepAlive,
  createGlancer: () => glance,
  usageOf,
};
