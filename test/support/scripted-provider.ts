// An OpenAI-compatible server on loopback whose answers a test writes as a list of steps. It stands for the paid
// provider, and while there is nothing in between, for the gateway too.

/** One step of a scripted answer. */
export type Step =
  | { text: string }
  | { reasoning: string }
  | { toolCall: { name: string; arguments: string } }
  | { waitMs: number }
  /** Says nothing more until the client leaves or `ScriptedProvider.release` is called. */
  | 'hold'
  /** Ends the stream as if the server had died. */
  | 'cut'
  | { inBandError: string };

/** A whole scripted answer: steps to stream, or a failure instead of a stream. */
export type Script = Step[] | { status: number; message: string; type?: string; headers?: Record<string, string> };

/** The body of a chat request, as far as scripts look at it. */
export interface SeenRequest {
  model: string;
  stream: boolean;
  messages: { role: string; content: string }[];
}

/** One call that the provider saw. `left` resolves when the client went away before the end. */
export interface SeenCall {
  request: SeenRequest;
  left: Promise<void>;
}

/** What `startScriptedProvider` gives. */
export interface ScriptedProvider {
  url: string;
  port: number;
  models: string[];
  calls: SeenCall[];
  /** Decides the answer to each call. */
  script: (request: SeenRequest) => Script;
  release(): void;
  stop(): Promise<void>;
}

/** Starts one. With `apiKey`, calls with another key are answered with 401. */
export function startScriptedProvider({ port = 0, apiKey }: { port?: number; apiKey?: string } = {}): ScriptedProvider {
  const released: (() => void)[] = [];
  const held = (): Promise<void> => new Promise((resolve) => released.push(resolve));
  const server = Bun.serve({ port, hostname: '127.0.0.1', idleTimeout: 0, fetch: (request) => answer(request) });
  const provider: ScriptedProvider = {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port ?? port,
    models: ['deepseek', 'local'],
    calls: [],
    script: ({ messages }) => [{ text: `You said: ${messages.at(-1)?.content ?? ''}` }],
    release() {
      for (const resolve of released.splice(0)) resolve();
    },
    async stop() {
      await server.stop(true);
    },
  };

  async function answer(request: Request): Promise<Response> {
    if (apiKey && request.headers.get('authorization') !== `Bearer ${apiKey}`) {
      return failed(401, 'Authentication Error, Invalid proxy server token passed', 'auth_error');
    }
    const { pathname } = new URL(request.url);
    if (pathname === '/v1/models') {
      return Response.json({ object: 'list', data: provider.models.map((id) => ({ id, object: 'model', owned_by: 'test' })) });
    }
    if (pathname !== '/v1/chat/completions') return failed(404, 'Not found', 'invalid_request_error');
    const body = (await request.json()) as SeenRequest;
    const left = Promise.withResolvers<void>();
    provider.calls.push({ request: body, left: left.promise });
    const script = provider.script(body);
    if (!Array.isArray(script)) return failed(script.status, script.message, script.type ?? 'test_error', script.headers);
    return new Response(streamOf(body.model, script, held, left.resolve), { headers: { 'content-type': 'text/event-stream' } });
  }

  return provider;
}

function streamOf(model: string, steps: Step[], held: () => Promise<void>, leave: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = chunksOf(model, steps, held)[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await iterator.next().catch((error: unknown) => error);
      if (!isResult(next)) controller.error(next);
      else if (next.done) controller.close();
      else controller.enqueue(encoder.encode(`data: ${next.value}\n\n`));
    },
    cancel: leave,
  });
}

function isResult(value: unknown): value is IteratorResult<string, void> {
  return typeof value === 'object' && value !== null && 'done' in value;
}

async function* chunksOf(model: string, steps: Step[], held: () => Promise<void>): AsyncGenerator<string, void> {
  const chunk = (delta: object, finishReason: string | null = null): string =>
    JSON.stringify({ id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 1, model, choices: [{ index: 0, delta, finish_reason: finishReason }] });
  yield chunk({ role: 'assistant', content: '' });
  let toolCalls = 0;
  for (const step of steps) {
    if (step === 'hold') await held();
    else if (step === 'cut') return;
    else if ('text' in step) yield chunk({ content: step.text });
    else if ('reasoning' in step) yield chunk({ reasoning_content: step.reasoning });
    else if ('waitMs' in step) await Bun.sleep(step.waitMs);
    else if ('inBandError' in step) yield JSON.stringify({ error: { message: step.inBandError, type: 'test_error', code: '502' } });
    else {
      yield chunk({ tool_calls: [{ index: toolCalls, id: `call_${toolCalls}`, type: 'function', function: step.toolCall }] });
      toolCalls += 1;
    }
  }
  yield chunk({}, toolCalls > 0 ? 'tool_calls' : 'stop');
  yield JSON.stringify({
    id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 1, model, choices: [],
    usage: { prompt_tokens: 1234, completion_tokens: 56, total_tokens: 1290, cost: 0.00042 },
  });
  yield '[DONE]';
}

function failed(status: number, message: string, type: string, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { message, type, param: null, code: String(status) } }, { status, headers });
}
