// The bytes that the mock provider answers with, made once. Sizes and fields are those of a usual answer, about 1 KB.
import { type Dialect, providerModel } from './routes.ts';

/** The first words of every plain answer; a gateway whose answer lacks them is broken. */
export const answerMark = 'A weir is a low dam';

const text =
  `${answerMark} that lets a river through, regulates it, and measures it.\n\n` +
  'It raises the level upstream a little, keeps a steady depth for "boats", and lets what is too much flow over its crest. '.repeat(4);

/** What a stream says: bytes for its beginning, for one chunk of content, and for its end. */
export interface StreamBytes {
  readonly first: Buffer;
  readonly chunk: Buffer;
  readonly last: Buffer;
}

const plainBodies: Record<Dialect, unknown> = {
  chat: {
    id: 'chatcmpl-BxQ2m4f8t1c9Zk0a7R5uW3eN6yHdP',
    object: 'chat.completion',
    created: 1_790_000_000,
    model: providerModel,
    choices: [{
      index: 0,
      message: { role: 'assistant', content: text, refusal: null, annotations: [] },
      logprobs: null,
      finish_reason: 'stop',
    }],
    usage: {
      prompt_tokens: 21,
      completion_tokens: 118,
      total_tokens: 139,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
    },
    service_tier: 'default',
    system_fingerprint: 'fp_44709d6fcb',
  },
  messages: {
    id: 'msg_01XFDUDYJgAACzvnptvVoYEL',
    type: 'message',
    role: 'assistant',
    model: providerModel,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: {
      input_tokens: 21,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 118,
      service_tier: 'standard',
    },
  },
};

function chatEvent(delta: unknown, finish: string | null, more: object = {}): string {
  const event = {
    id: 'chatcmpl-BxQ2m4f8t1c9Zk0a7R5uW3eN6yHdP',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: providerModel,
    system_fingerprint: 'fp_44709d6fcb',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    ...more,
  };
  return `data: ${JSON.stringify(event)}\n\n`;
}

function messagesEvent(type: string, rest: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;
}

const streamText: Record<Dialect, { first: string; chunk: string; last: (chunks: number) => string }> = {
  chat: {
    first: chatEvent({ role: 'assistant', content: '', refusal: null }, null),
    chunk: chatEvent({ content: ' river' }, null),
    last: (chunks) =>
      chatEvent({}, 'stop') +
      chatEvent({}, null, { choices: [], usage: { prompt_tokens: 21, completion_tokens: chunks, total_tokens: 21 + chunks } }) +
      'data: [DONE]\n\n',
  },
  messages: {
    first:
      messagesEvent('message_start', {
        message: {
          id: 'msg_01XFDUDYJgAACzvnptvVoYEL', type: 'message', role: 'assistant', model: providerModel, content: [],
          stop_reason: null, stop_sequence: null, usage: { input_tokens: 21, output_tokens: 1 },
        },
      }) +
      messagesEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      messagesEvent('ping', {}),
    chunk: messagesEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ' river' } }),
    last: (chunks) =>
      messagesEvent('content_block_stop', { index: 0 }) +
      messagesEvent('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: chunks } }) +
      messagesEvent('message_stop', {}),
  },
};

function httpChunk(payload: string): string {
  return `${Buffer.byteLength(payload).toString(16)}\r\n${payload}\r\n`;
}

/** A whole HTTP answer with this body. */
export function httpAnswer(status: string, body: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `x-request-id: req_011CSHoEeqs5C35K2UUqR7Fy\r\n\r\n${body}`,
  );
}

/** The plain answer of each dialect, as a whole HTTP answer. */
export const plainAnswer: Record<Dialect, Buffer> = {
  chat: httpAnswer('200 OK', JSON.stringify(plainBodies.chat)),
  messages: httpAnswer('200 OK', JSON.stringify(plainBodies.messages)),
};

/** The parts of a streamed HTTP answer with this many chunks of content. */
export function streamAnswer(dialect: Dialect, chunks: number): StreamBytes {
  const { first, chunk, last } = streamText[dialect];
  const head =
    'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n';
  return {
    first: Buffer.from(head + httpChunk(first)),
    chunk: Buffer.from(httpChunk(chunk)),
    last: Buffer.from(`${httpChunk(last(chunks))}0\r\n\r\n`),
  };
}
