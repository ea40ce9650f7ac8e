// The Messages dialect of Anthropic.
import type { Dialect } from '../dialect.ts';
import { MessagesStreamReader, readAnswer } from './read-answer.ts';
import { MessagesStreamWriter, keepAlive } from './write-stream.ts';
import { createGlancer } from './glance.ts';
import { readRequest } from './read-request.ts';
import { renderFault, renderStreamFault } from './fault.ts';
import { usageOf } from './usage.ts';
import { writeAnswer } from './write-answer.ts';
import { writeRequest } from './write-request.ts';

/** `POST /v1/messages`. */
export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  readRequest,
  writeRequest,
  readAnswer,
  writeAnswer,
  createReader: () => new MessagesStreamReader(),
  createWriter: (context) => new MessagesStreamWriter(context),
  renderFault,
  renderStreamFault,
  keepAlive,
  createGlancer,
  usageOf,
};
