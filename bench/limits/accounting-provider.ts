// A provider that keeps an account of what it billed, by the id of the request that its call belongs to. Answers cost eleven input tokens at
// $0.0001 and five output tokens at $0.001; what fails or is left before its answer costs nothing.

/** The provider. */
export interface AccountingProvider {
  url: string;
  /** 10⁻⁹ US dollars by the request's id, which is the last word of the message. */
  account(): ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** What an answer costs, in 10⁻⁹ US dollars. */
export const priceNano = 11 * 100_000 + 5 * 1_000_000;
const usage = { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 };

/** Starts it. */
export function startAccountingProvider(): AccountingProvider {
  const account = new Map<string, number>();
  const chunk = (delta: object, finish: string | null = null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const stream = `${chunk({ role: 'assistant', content: 'hello' })}${chunk({}, 'stop')}data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\ndata: [DONE]\n\n`;
  const server = Bun.serve({
    port: 0, hostname: '127.0.0.1', idleTimeout: 0,
    async fetch(request) {
      const body = await request.json() as { stream?: boolean; messages: { content: string }[] };
      const [word = '', id = word] = (body.messages.at(-1)?.content ?? '').split(' ');
      if (word === 'fail') return Response.json({ error: { message: 'no' } }, { status: 500 });
      await Bun.sleep(word === 'slow' ? 60_000 : Math.random() * 20);
      // Whoever asked for this has left long ago.
      if (word === 'slow') return new Response(null, { status: 504 });
      // Which request a question that many ask was billed to, only the gateway knows.
      const of = word.startsWith('cached') ? 'cached' : id;
      account.set(of, (account.get(of) ?? 0) + priceNano);
      if (body.stream) return new Response(stream, { headers: { 'content-type': 'text/event-stream' } });
      return Response.json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }], usage });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, account: () => account, async stop() { await server.stop(true); } };
}
