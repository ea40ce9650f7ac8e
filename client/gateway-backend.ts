// The back end that talks to a gateway (Weir, LiteLLM Proxy, or anything OpenAI-compatible) over HTTP.
import type { ChatAnswer, Delta, Model } from './answer.ts';
import { type CallOptions, LLMBackend, type StreamOptions } from './backend.ts';
import { Deadline } from './deadline.ts';
import { environmentVariable } from './environment.ts';
import { GatewayError } from './error.ts';
import { failureFromChunk, failureFromResponse, requestIdOf } from './failure.ts';
import { asObject, asString, type JsonObject, parseJson } from './json.ts';
import type { ChatRequest } from './request.ts';
import { readServerSentEvents } from './sse.ts';
import { costOfHeaders, readAnswer, readChunk, readModels } from './wire.ts';

/** Where the gateway is and how to call it. What is left out comes from the environment. */
export interface GatewayBackendOptions {
  /** Default: `LITELLM_PROXY_URL`, else `http://localhost:4000`. A trailing `/v1` is understood. */
  baseUrl?: string;
  /** Default: `LITELLM_MASTER_KEY`. Without a key no `Authorization` header is sent. */
  apiKey?: string;
  /** Default: 120,000. See `CallOptions.timeoutMs`. */
  timeoutMs?: number;
  /** Default: the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const defaultBaseUrl = 'http://localhost:4000';
const defaultTimeoutMs = 120_000;

/** Calls a gateway with one key. Holds no connection and no state: make one and share it. */
export class GatewayBackend extends LLMBackend {
  /** Without a trailing slash or `/v1`. */
  readonly baseUrl: string;
  private readonly apiKey: string | undefined;
  private readonly timeoutMs: number;
  private readonly fetch: (url: string, init: RequestInit) => Promise<Response>;

  constructor(options: GatewayBackendOptions = {}) {
    super();
    const baseUrl = options.baseUrl ?? environmentVariable('LITELLM_PROXY_URL') ?? defaultBaseUrl;
    this.baseUrl = baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '');
    this.apiKey = options.apiKey ?? environmentVariable('LITELLM_MASTER_KEY');
    this.timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
    this.fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  override async chat(request: ChatRequest, options: CallOptions = {}): Promise<ChatAnswer> {
    const body = JSON.stringify({ ...request, stream: false });
    return this.whole('POST', '/v1/chat/completions', body, options, (answer, response) => {
      if (!Array.isArray(answer.choices)) throw unexpected(response, 'has no choices');
      return readAnswer(answer, requestIdOf(response.headers), response.headers);
    });
  }

  override async models(options: CallOptions = {}): Promise<Model[]> {
    return this.whole('GET', '/v1/models', null, options, readModels);
  }

  override async *stream(request: ChatRequest, options: StreamOptions = {}): AsyncGenerator<Delta, void, undefined> {
    const deadline = new Deadline(options.timeoutMs ?? this.timeoutMs, options.signal);
    try {
      const body = JSON.stringify({ stream_options: { include_usage: true }, ...request, stream: true });
      const response = await this.send('POST', '/v1/chat/completions', body, options, deadline);
      if (!response.headers.get('content-type')?.includes('text/event-stream') || !response.body) {
        throw unexpected(response, 'is not an event stream');
      }
      yield* streamDeltas(response, response.body, deadline);
    } catch (cause) {
      throw deadline.failure(cause) ?? asGatewayError(cause, 'streamBroken');
    } finally {
      deadline.clear();
    }
  }

  // One call with a JSON answer that is read whole.
  private async whole<Result>(
    method: string,
    path: string,
    body: string | null,
    options: CallOptions,
    read: (answer: JsonObject, response: Response) => Result,
  ): Promise<Result> {
    const deadline = new Deadline(options.timeoutMs ?? this.timeoutMs, options.signal);
    try {
      const response = await this.send(method, path, body, options, deadline);
      const answer = asObject(parseJson(await response.text()));
      if (!answer) throw unexpected(response, 'is not a JSON object');
      return read(answer, response);
    } catch (cause) {
      throw deadline.failure(cause) ?? asGatewayError(cause, 'connection');
    } finally {
      deadline.clear();
    }
  }

  private async send(
    method: string,
    path: string,
    body: string | null,
    options: CallOptions,
    deadline: Deadline,
  ): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json, text/event-stream', ...options.headers };
    if (this.apiKey) headers.authorization = `Bearer ${this.apiKey}`;
    if (body !== null) headers['content-type'] = 'application/json';
    // A redirect would carry the key to wherever it points.
    const init: RequestInit = { method, headers, body, signal: deadline.signal, redirect: 'error' };
    const response = await this.fetch(this.baseUrl + path, init).catch((cause: unknown) => {
      throw deadline.failure(cause) ?? connectionFailure(this.baseUrl, cause);
    });
    if (!response.ok) throw await failureFromResponse(response);
    return response;
  }
}

// A stream is whole when it said why it finished, or sent the closing mark `[DONE]`.
async function* streamDeltas(
  response: Response,
  body: ReadableStream<Uint8Array>,
  deadline: Deadline,
): AsyncGenerator<Delta, void, undefined> {
  const requestId = requestIdOf(response.headers);
  const costUsd = costOfHeaders(response.headers);
  let started = false;
  let finished = false;
  for await (const { data } of readServerSentEvents(chunksOf(body, deadline))) {
    if (data === '[DONE]') return;
    const chunk = asObject(parseJson(data));
    if (!chunk) throw new GatewayError('The stream carried a chunk that is not a JSON object', { kind: 'streamBroken', requestId });
    const failure = failureFromChunk(chunk, requestId);
    if (failure) throw failure;
    if (!started) {
      started = true;
      yield { type: 'start', id: asString(chunk.id) ?? '', model: asString(chunk.model) ?? '', requestId };
      if (costUsd !== null) yield { type: 'cost', costUsd };
    }
    for (const delta of readChunk(chunk)) {
      finished ||= delta.type === 'finish';
      yield delta;
    }
  }
  if (!finished) throw new GatewayError('The stream ended before the answer was finished', { kind: 'streamBroken', requestId });
}

// Not every browser can iterate over a stream's body. Leaving early cancels it, which closes the connection.
async function* chunksOf(body: ReadableStream<Uint8Array>, deadline: Deadline): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = body.getReader();
  try {
    for (;;) {
      deadline.wind();
      const { done, value } = await reader.read();
      if (done) return;
      deadline.pause();
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function connectionFailure(baseUrl: string, cause: unknown): GatewayError {
  return new GatewayError(`The gateway at ${baseUrl} cannot be reached`, { kind: 'connection', cause });
}

function unexpected(response: Response, what: string): GatewayError {
  return new GatewayError(`The gateway's answer ${what}`, {
    kind: 'upstream',
    status: response.status,
    requestId: requestIdOf(response.headers),
  });
}

function asGatewayError(cause: unknown, kind: 'streamBroken' | 'connection'): GatewayError {
  if (cause instanceof GatewayError) return cause;
  return new GatewayError('The connection to the gateway broke', { kind, cause });
}
