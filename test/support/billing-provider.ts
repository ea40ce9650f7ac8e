// A provider on a real socket that bills eleven input and five output tokens for each answer and keeps its own account of it, in the
// dialects of OpenAI and Anthropic. The last message decides: `hold` waits for `release`, `fail` fails, `cut` breaks a stream off.

/** The provider. */
export interface BillingProvider {
  url: string;
  /** Calls so far. */
  calls(): number;
  /** Answers that were sent to their last byte. */
  answered(): number;
  /** Resolves when so many calls wait. */
  holding(count?: number): Promise<void>;
  /** Lets those that wait go on. */
  release(): void;
  stop(): Promise<void>;
}

const usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };
const chunkOf = (delta: object, more: object = {}): string => `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;
const lastChunks = `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\n`
  + `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\ndata: [DONE]\n\n`;

/** Starts it. `delayMs`: how long an answer takes. */
export function startBillingProvider(delayMs: () => number = () => 0): BillingProvider {
  let calls = 0;
  let answered = 0;
  let waiting: (() => void)[] = [];
  const wait = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  async function answer(request: Request): Promise<Response> {
    calls++;
    const body = await request.json() as { stream?: boolean; messages?: { content: unknown }[] };
    const last = body.messages?.at(-1)?.content;
    if (last === 'fail') return Response.json({ error: { message: 'no' } }, { status: 500 });
    if (last === 'hold' && !body.stream) await wait();
    const delay = delayMs();
    if (delay > 0) await Bun.sleep(delay);
    if (new URL(request.url).pathname.endsWith('/messages')) {
      answered++;
      return Response.json({ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'hello' }], stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: 11, output_tokens: 5 } });
    }
    if (!body.stream) {
      answered++;
      return Response.json({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }], usage });
    }
    return new Response(streamed(last) as unknown as ReadableStream, { headers: { 'content-type': 'text/event-stream' } });
  }

  async function* streamed(last: unknown): AsyncGenerator<Uint8Array> {
    yield Buffer.from(chunkOf({ role: 'assistant', content: 'hel' }));
    if (last === 'hold') await wait();
    if (last === 'cut') throw new Error('cut');
    yield Buffer.from(chunkOf({ content: 'lo' }));
    answered++;
    yield Buffer.from(lastChunks);
  }

  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', idleTimeout: 0, fetch: answer, error: () => new Response(null, { status: 500 }) });
  return {
    url: `http://127.0.0.1:${server.port}`,
    calls: () => calls,
    answered: () => answered,
    async holding(count = 1) {
      for (const deadline = Date.now() + 10_000; waiting.length < count && Date.now() < deadline;) await Bun.sleep(5);
      if (waiting.length < count) throw new Error(`Only ${waiting.length} calls wait.`);
    },
    release() {
      const released = waiting;
      waiting = [];
      for (const go of released) go();
    },
    async stop() {
      await server.stop(true);
    },
  };
}
