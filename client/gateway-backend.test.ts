// The back end against a real HTTP server on loopback that answers what the test says.
import { afterAll, afterEach, describe, expect, test } from 'bun:test';
import { foldDeltas, GatewayBackend, GatewayError, type ChatRequest, type Delta, type GatewayErrorKind } from './index.ts';

type Handler = (request: Request) => Response | Promise<Response>;
const unanswered: Handler = () => new Response('no handler', { status: 500 });
let handler = unanswered;
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch: (request) => handler(request) });
const baseUrl = `http://127.0.0.1:${server.port}`;
const backend = new GatewayBackend({ baseUrl, apiKey: 'sk-test' });
const request: ChatRequest = { model: 'deepseek', messages: [{ role: 'user', content: 'Hello' }] };

afterEach(() => {
  handler = unanswered;
});
afterAll(() => server.stop(true));

function eventStream(...data: (object | string)[]): Response {
  const text = data.map((item) => `data: ${typeof item === 'string' ? item : JSON.stringify(item)}\n\n`).join('');
  return new Response(text, { headers: { 'content-type': 'text/event-stream', 'x-litellm-call-id': 'call-1' } });
}

function chunk(delta: object, finishReason: string | null = null): object {
  return { id: 'c1', model: 'deepseek', choices: [{ index: 0, delta, finish_reason: finishReason }] };
}

async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof GatewayError) return thrown;
  throw new Error(`Expected a GatewayError, got ${String(thrown)}`);
}

// A stream that says something once and then nothing; `left` resolves when the client is gone.
function silent(): { response: Response; left: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(`data: ${JSON.stringify(chunk({ content: 'One' }))}\n\n`)),
    cancel: () => resolve(),
  });
  return { response: new Response(body, { headers: { 'content-type': 'text/event-stream' } }), left: promise };
}

const collect = (): Promise<Delta[]> => Array.fromAsync(backend.stream(request));

describe('chat', () => {
  test('sends key, model and extra parameters, and reads the answer', async () => {
    const seen: { path: string; authorization: string | null; body: unknown }[] = [];
    handler = async (incoming) => {
      seen.push({
        path: new URL(incoming.url).pathname,
        authorization: incoming.headers.get('authorization'),
        body: await incoming.json(),
      });
      const message = {
        role: 'assistant',
        content: 'Hi',
        reasoning_content: 'Greet back.',
        tool_calls: [{ id: 't1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
      };
      const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5, prompt_tokens_details: { cached_tokens: 1 } };
      return Response.json(
        { id: 'a1', model: 'deepseek', choices: [{ index: 0, message, finish_reason: 'stop' }], usage },
        { headers: { 'x-litellm-response-cost': '0.0012', 'x-litellm-call-id': 'call-9' } },
      );
    };
    const answer = await backend.chat({ ...request, top_k: 4 });
    expect(seen).toEqual([
      { path: '/v1/chat/completions', authorization: 'Bearer sk-test', body: { ...request, top_k: 4, stream: false } },
    ]);
    expect(answer).toEqual({
      id: 'a1',
      model: 'deepseek',
      text: 'Hi',
      reasoning: 'Greet back.',
      toolCalls: [{ id: 't1', name: 'look', argumentsText: '{"at":1}' }],
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5, cachedTokens: 1 },
      costUsd: 0.0012,
      requestId: 'call-9',
    });
  });

  test('an answer that is no JSON, or has no choices, is an upstream failure', async () => {
    handler = () => new Response('<html>');
    expect((await failureOf(backend.chat(request))).kind).toBe('upstream');
    handler = () => Response.json({ object: 'odd' });
    expect((await failureOf(backend.chat(request))).kind).toBe('upstream');
  });

  test('models', async () => {
    handler = () => Response.json({ object: 'list', data: [{ id: 'a', owned_by: 'x' }, { id: 'b' }, 7, { id: '' }] });
    expect(await backend.models()).toEqual([{ id: 'a', ownedBy: 'x' }, { id: 'b', ownedBy: null }]);
  });
});

describe('failures', () => {
  const cases: { status: number; kind: GatewayErrorKind; type?: string }[] = [
    { status: 400, kind: 'invalidRequest' },
    { status: 400, kind: 'budget', type: 'budget_exceeded' },
    { status: 401, kind: 'authentication' },
    { status: 403, kind: 'permission' },
    { status: 404, kind: 'notFound' },
    { status: 408, kind: 'timeout' },
    { status: 413, kind: 'invalidRequest' },
    { status: 429, kind: 'rateLimit' },
    { status: 500, kind: 'upstream' },
    { status: 503, kind: 'upstream' },
    { status: 504, kind: 'timeout' },
  ];
  for (const { status, kind, type = 'some_type' } of cases) {
    test(`${status} ${type} is ${kind}`, async () => {
      const error = { message: 'Said so', type, param: 'model', code: String(status) };
      handler = () => Response.json({ error }, { status, headers: { 'x-litellm-call-id': 'call-2' } });
      const failure = await failureOf(backend.chat(request));
      expect(failure).toMatchObject({ kind, status, type, param: 'model', code: String(status), requestId: 'call-2', message: 'Said so' });
      expect((await failureOf(collect())).kind).toBe(kind);
    });
  }

  test('bodies of other shapes still give a message', async () => {
    const bodies = { '{"error":"flat"}': 'flat', '{"detail":"FastAPI"}': 'FastAPI', '{"detail":{"error":"nested"}}': 'nested', '{"message":"bare"}': 'bare' };
    for (const [body, message] of Object.entries(bodies)) {
      handler = () => new Response(body, { status: 500 });
      expect((await failureOf(backend.chat(request))).message).toBe(message);
    }
    handler = () => new Response('<html>', { status: 502 });
    expect((await failureOf(backend.chat(request))).message).toBe('The gateway answered with status 502');
  });

  test('how long to wait is read as seconds, milliseconds and date', async () => {
    const later = new Date(Date.now() + 30_000).toUTCString();
    const waits: [Record<string, string>, number, number][] = [
      [{ 'retry-after': '2' }, 2000, 2000],
      [{ 'retry-after': '9', 'retry-after-ms': '150' }, 150, 150],
      [{ 'retry-after': later }, 20_000, 30_000],
    ];
    for (const [headers, leastMs, mostMs] of waits) {
      handler = () => Response.json({}, { status: 429, headers });
      const { retryAfterMs } = await failureOf(backend.chat(request));
      expect(retryAfterMs).toBeGreaterThanOrEqual(leastMs);
      expect(retryAfterMs).toBeLessThanOrEqual(mostMs);
    }
    handler = () => Response.json({}, { status: 429 });
    expect((await failureOf(backend.chat(request))).retryAfterMs).toBeNull();
  });

  test('nothing listens', async () => {
    const free = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: unanswered });
    const closed = new GatewayBackend({ baseUrl: `http://127.0.0.1:${free.port}` });
    await free.stop(true);
    expect((await failureOf(closed.chat(request))).kind).toBe('connection');
    expect((await failureOf(closed.models())).kind).toBe('connection');
  });

  test('a redirect is not followed with the key', async () => {
    let visits = 0;
    handler = () => {
      visits += 1;
      return Response.redirect(`${baseUrl}/elsewhere`, 307);
    };
    expect((await failureOf(backend.chat(request))).kind).toBe('connection');
    expect(visits).toBe(1);
  });
});

describe('stream', () => {
  test('text, reasoning, tool calls, usage, cost and finish', async () => {
    handler = () =>
      eventStream(
        chunk({ role: 'assistant', reasoning_content: 'Hm.' }),
        chunk({ content: 'It is ' }),
        chunk({ content: '水.' }),
        chunk({ tool_calls: [{ index: 0, id: 't1', function: { name: 'look', arguments: '{"a"' } }] }),
        chunk({ tool_calls: [{ index: 0, function: { arguments: ':1}' } }] }),
        chunk({}, 'tool_calls'),
        { id: 'c1', choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, cost: 0.5 } },
        '[DONE]',
      );
    const deltas = await collect();
    expect(deltas[0]).toEqual({ type: 'start', id: 'c1', model: 'deepseek', requestId: 'call-1' });
    expect(foldDeltas(deltas)).toEqual({
      id: 'c1',
      model: 'deepseek',
      text: 'It is 水.',
      reasoning: 'Hm.',
      toolCalls: [{ id: 't1', name: 'look', argumentsText: '{"a":1}' }],
      finishReason: 'tool_calls',
      usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 },
      costUsd: 0.5,
      requestId: 'call-1',
    });
  });

  test('asks for usage, unless the caller says otherwise', async () => {
    const seen: unknown[] = [];
    handler = async (incoming) => {
      seen.push(((await incoming.json()) as ChatRequest).stream_options);
      return eventStream(chunk({}, 'stop'), '[DONE]');
    };
    await collect();
    await Array.fromAsync(backend.stream({ ...request, stream_options: { include_usage: false } }));
    expect(seen).toEqual([{ include_usage: true }, { include_usage: false }]);
  });

  const broken: { name: string; response: () => Response }[] = [
    { name: 'that ends without finish or [DONE]', response: () => eventStream(chunk({ content: 'Half' })) },
    { name: 'that is empty', response: () => eventStream() },
    { name: 'with a chunk that is no JSON', response: () => eventStream(chunk({ content: 'Half' }), '{"cut') },
    { name: 'with an in-band error', response: () => eventStream(chunk({ content: 'Half' }), { error: { message: 'Provider gone' } }, '[DONE]') },
  ];
  for (const { name, response } of broken) {
    test(`a stream ${name} throws after what came`, async () => {
      handler = response;
      expect((await failureOf(collect())).kind).toBe('streamBroken');
    });
  }

  test('an in-band error with a status has that status’s kind', async () => {
    handler = () => eventStream({ error: { message: 'Slow down', code: '429', type: 'x' } });
    expect(await failureOf(collect())).toMatchObject({ kind: 'rateLimit', status: 429, message: 'Slow down', requestId: 'call-1' });
  });

  test('a connection that is cut in the middle throws', async () => {
    using raw = Bun.listen({
      hostname: '127.0.0.1',
      port: 0,
      socket: {
        data(socket) {
          const data = `data: ${JSON.stringify(chunk({ content: 'Half' }))}\n\n`;
          socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 100000\r\n\r\n${data}`);
          setTimeout(() => socket.terminate(), 20);
        },
      },
    });
    const cut = new GatewayBackend({ baseUrl: `http://127.0.0.1:${raw.port}` });
    const failure = await failureOf(Array.fromAsync(cut.stream(request)));
    expect(failure.kind).toBe('streamBroken');
  });

  test('a whole answer without [DONE] is whole', async () => {
    handler = () => eventStream(chunk({ content: 'All' }), chunk({}, 'stop'));
    expect(foldDeltas(await collect())).toMatchObject({ text: 'All', finishReason: 'stop' });
  });

  test('an answer that is not a stream is refused', async () => {
    handler = () => Response.json({ choices: [] });
    expect((await failureOf(collect())).kind).toBe('upstream');
  });
});

describe('ends in time', () => {
  test('silence is a timeout', async () => {
    handler = () => silent().response;
    const failure = await failureOf(Array.fromAsync(backend.stream(request, { timeoutMs: 80 })));
    expect(failure.kind).toBe('timeout');
    handler = () => new Promise<Response>(() => undefined);
    expect((await failureOf(backend.chat(request, { timeoutMs: 80 }))).kind).toBe('timeout');
  });

  test('the caller’s signal ends the call, here and at the server', async () => {
    const { response, left } = silent();
    handler = () => response;
    const controller = new AbortController();
    const reading = (async () => {
      for await (const delta of backend.stream(request, { signal: controller.signal })) {
        if (delta.type === 'text') controller.abort();
      }
    })();
    expect((await failureOf(reading)).kind).toBe('aborted');
    await left;
  });

  test('leaving the loop closes the connection', async () => {
    const { response, left } = silent();
    handler = () => response;
    for await (const delta of backend.stream(request)) {
      if (delta.type === 'text') break;
    }
    await left;
  });

  test('a signal that was aborted before sends nothing', async () => {
    let calls = 0;
    handler = () => {
      calls += 1;
      return Response.json({});
    };
    expect((await failureOf(backend.chat(request, { signal: AbortSignal.abort() }))).kind).toBe('aborted');
    expect(calls).toBe(0);
  });
});

test('address and key come from the environment, and /v1 is understood', () => {
  const before = { url: process.env.LITELLM_PROXY_URL, key: process.env.LITELLM_MASTER_KEY };
  try {
    delete process.env.LITELLM_PROXY_URL;
    expect(new GatewayBackend().baseUrl).toBe('http://localhost:4000');
    process.env.LITELLM_PROXY_URL = 'http://gateway.test:4100/v1/';
    expect(new GatewayBackend().baseUrl).toBe('http://gateway.test:4100');
  } finally {
    restore('LITELLM_PROXY_URL', before.url);
    restore('LITELLM_MASTER_KEY', before.key);
  }
});

function restore(name: string, value: string | undefined): void {
  if (value === undefined) delete process.env[name];
  else process.env[name] = value;
}
