// Amazon Bedrock's dialect: Converse and ConverseStream. Its streams come as AWS's binary events; `http/event-stream.ts` makes frames
// of them.
import type { Dialect } from '../dialect.ts';
import { createGlancer, usageOf } from './glance.ts';
import { readRequest } from './read-request.ts';
import { renderFault, renderStreamFault } from './fault.ts';
import { ConverseStreamReader, readAnswer } from './read-answer.ts';
import { ConverseStreamWriter } from './write-stream.ts';
import { writeAnswer } from './write-answer.ts';
import { writeRequest } from './write-request.ts';

/** `POST /model/{modelId}/converse` and `/converse-stream`. */
export const bedrockConverse: Dialect = {
  name: 'bedrock-converse',
  readRequest, writeRequest, readAnswer, writeAnswer,
  createReader: () => new ConverseStreamReader(),
  createWriter: () => new ConverseStreamWriter(),
  renderFault, renderStreamFault,
  keepAlive: ': keepalive\n\n',
  createGlancer, usageOf,
};
