// The client dialects and providers as the tests need them: addresses, small requests, recorded answers, the shape of errors,
// and what a finished stream looks like.
import { readFileSync } from 'node:fs';
import { formatFrame } from '../../src/lib/sse.ts';

/** A dialect of clients. */
export interface ClientDialect {
  name: 'openai-chat' | 'anthropic-messages' | 'openai-responses' | 'gemini';
  /** The address for a model. */
  path(model: string, stream: boolean): string;
  /** The smallest request. */
  body(model: string, stream: boolean): Record<string, unknown>;
  /** The member without which nothing works. */
  required: string;
  /** True when the stream's text says that the answer is complete. */
  looksFinished(text: string): boolean;
  /** The error that the stream's text tells, or null. */
  streamError(text: string): string | null;
  /** The message in a plain error body; null when the body has not this dialect's shape. */
  errorMessage(body: unknown, status: number): string | null;
}

const user = [{ role: 'user', content: 'hi' }];
const objectOf = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? value as Record<string, unknown> : {});

const textAt = (value: unknown, key: string): string | null => {
  const found = objectOf(value)[key];
  return typeof found === 'string' ? found : null;
};

/** The data of all frames of a stream, parsed where they are JSON. */
export function framesOf(text: string): Record<string, unknown>[] {
  return text.split(/\r?\n\r?\n/).flatMap((frame) => {
    const data = frame.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim()).join('\n');
    return data.startsWith('{') ? [JSON.parse(data) as Record<string, unknown>] : [];
  });
}

function openaiError(body: unknown, status: number): string | null {
  const { error } = objectOf(body);
  const { message, type, param, code } = objectOf(error);
  const shaped = Object.keys(objectOf(body)).join() === 'error' && typeof message === 'string' && typeof type === 'string'
    && (typeof param === 'string' || param === null) && code === String(status);
  return shaped ? message : null;
}

/** The four dialects. */
export const clientDialects: readonly ClientDialect[] = [
  {
    name: 'openai-chat', required: 'messages',
    path: () => '/v1/chat/completions',
    body: (model, stream) => ({ model, messages: user, ...(stream && { stream }) }),
    looksFinished: (text) => text.includes('data: [DONE]'),
    streamError: (text) => framesOf(text).map((frame) => textAt(frame['error'], 'message')).find((message) => message !== null) ?? null,
    errorMessage: openaiError,
  },
  {
    name: 'anthropic-messages', required: 'messages',
    path: () => '/v1/messages',
    body: (model, stream) => ({ model, max_tokens: 64, messages: user, ...(stream && { stream }) }),
    looksFinished: (text) => text.includes('message_stop'),
    streamError: (text) => framesOf(text).filter((frame) => frame['type'] === 'error').map((frame) => textAt(frame['error'], 'message'))[0] ?? null,
    errorMessage(body) {
      const { type, error } = objectOf(body);
      return type === 'error' && typeof objectOf(error)['type'] === 'string' ? textAt(error, 'message') : null;
    },
  },
  {
    name: 'openai-responses', required: 'input',
    path: () => '/v1/responses',
    body: (model, stream) => ({ model, input: 'hi', ...(stream && { stream }) }),
    looksFinished: (text) => /"type": ?"response\.(completed|incomplete)"/.test(text),
    streamError: (text) => framesOf(text).filter((frame) => frame['type'] === 'response.failed').map((frame) => textAt(objectOf(frame['response'])['error'], 'message'))[0] ?? null,
    errorMessage: openaiError,
  },
  {
    name: 'gemini', required: 'contents',
    path: (model, stream) => `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }),
    looksFinished: (text) => /"finishReason": ?"/.test(text),
    streamError: (text) => framesOf(text).map((frame) => textAt(frame['error'], 'message')).find((message) => message !== null) ?? null,
    errorMessage(body, status) {
      const { error } = objectOf(body);
      return objectOf(error)['code'] === status && typeof objectOf(error)['status'] === 'string' ? textAt(error, 'message') : null;
    },
  },
];

/** The client dialect with this name. */
export const clientOf = (name: ClientDialect['name']): ClientDialect => named(clientDialects, name);

function named<T extends { name: string }>(list: readonly T[], name: T['name']): T {
  const found = list.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`No dialect ${name}.`);
  return found;
}

const fixtures = new URL('../fixtures/', import.meta.url);
const lines = (file: string): string[] => readFileSync(new URL(file, fixtures), 'utf8').split('\n').filter((line) => line !== '');

/** A provider: how the configuration names it, what it answers, and an error as it words one. */
export interface ProviderDialect {
  name: 'openai' | 'deepseek' | 'anthropic' | 'gemini';
  /** `litellm_params.model` for a model name. */
  configured(model: string): string;
  /** `api_base` for a provider's address. */
  base(url: string): string;
  /** The client dialect whose bytes pass unchanged. */
  same: ClientDialect['name'];
  /** A whole answer. */
  answer: string;
  /** The frames of a stream, its end included. */
  frames: readonly string[];
  error(message: string): unknown;
}

const openaiFailure = (message: string): unknown => ({ error: { message, type: 'server_error', param: null, code: null } });
// The recording has 303 chunks; a head, some content and the end are enough to be cut everywhere.
const shortened = (all: readonly string[]): string[] => [...all.slice(0, 6), ...all.slice(-2)];
const chatFrames = [...shortened(lines('openai/openai-text.chunks.txt')).map((data) => formatFrame(data)), formatFrame('[DONE]')];
const event = (data: string): string => formatFrame(data, /^\{.*?"type":"([a-z_.]+)"/.exec(data)?.[1]);

/** Providers of three dialects, with recorded answers. `deepseek` has Chat Completions only. */
export const providerDialects: readonly ProviderDialect[] = [
  {
    name: 'deepseek', configured: (model) => `deepseek/${model}`, base: (url) => `${url}/v1`, same: 'openai-chat',
    answer: readFileSync(new URL('openai/openai-text.json', fixtures), 'utf8'), frames: chatFrames, error: openaiFailure,
  },
  {
    name: 'anthropic', configured: (model) => `anthropic/${model}`, base: (url) => url, same: 'anthropic-messages',
    answer: readFileSync(new URL('anthropic/anthropic-text.json', fixtures), 'utf8'), frames: lines('anthropic/anthropic-text.chunks.txt').map(event),
    error: (message) => ({ type: 'error', error: { type: 'api_error', message }, request_id: 'req_1' }),
  },
  {
    name: 'gemini', configured: (model) => `gemini/${model}`, base: (url) => `${url}/v1beta`, same: 'gemini',
    answer: readFileSync(new URL('google/google-text.json', fixtures), 'utf8'), frames: lines('google/google-text.chunks.txt').map((data) => `data: ${data}\r\n\r\n`),
    error: (message) => ({ error: { code: 500, message, status: 'INTERNAL' } }),
  },
];

/** The provider with this name. */
export const providerOf = (name: ProviderDialect['name']): ProviderDialect => named(providerDialects, name);

// The recording holds several answers, one after the other.
function firstAnswer(all: readonly string[]): string[] {
  return all.slice(0, all.findIndex((line) => line.includes('"type":"response.completed"')) + 1);
}

/** Frames of a Responses stream that was recorded. */
export const responsesFrames: readonly string[] = firstAnswer(lines('openai-responses/openai-reasoning-encrypted-content.1.chunks.txt')).map(event);

/** A whole recorded answer of the Responses dialect. */
export const responsesAnswer: string = readFileSync(new URL('openai-responses/openai-reasoning-encrypted-content.1.json', fixtures), 'utf8');

/** A configuration with these models at one provider. */
export function configOf(models: readonly { name: string; model: string; base: string; extra?: Record<string, unknown> }[], rest: Record<string, unknown> = {}): string {
  return JSON.stringify({
    model_list: models.map(({ name, model, base, extra }) => ({ model_name: name, litellm_params: { model, api_base: base, api_key: providerKey, ...extra } })),
    ...rest,
  });
}

/** The provider's key in test configurations. */
export const providerKey = 'sk-provider-secret-9f8e7d6c5b4a';
