// OpenAI's Responses dialect, which Codex and OpenAI's newer SDKs speak.
import type { Dialect } from '../dialect.ts';
import { readAnswer, writeAnswer } from './answer.ts';
import { renderFault, renderStreamFault } from './fault.ts';
import { createGlancer, usageOf } from './glance.ts';
import { readRequest, writeRequest } from './request.ts';
import { createReader, createWriter } from './stream.ts';

/** The Responses dialect. */
export const openaiResponses: Dialect = {
  name: 'openai-responses',
  readRequest, writeRequest, readAnswer, writeAnswer, createReader, createWriter, renderFault, renderStreamFault,
  keepAlive: ': keepalive\n\n',
  createGlancer, usageOf,
};
