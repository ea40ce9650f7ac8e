// Google's Gemini dialect: generateContent and streamGenerateContent.
import type { Dialect } from '../dialect.ts';
import { readAnswer, writeAnswer } from './answer.ts';
import { renderFault, renderStreamFault } from './fault.ts';
import { createGlancer, usageOf } from './glance.ts';
import { readRequest, writeRequest } from './request.ts';
import { createReader, createWriter } from './stream.ts';

/** The Gemini dialect. */
export const gemini: Dialect = {
  name: 'gemini',
  readRequest, writeRequest, readAnswer, writeAnswer, createReader, createWriter, renderFault, renderStreamFault,
  keepAlive: ': keepalive\n\n',
  createGlancer, usageOf,
};
