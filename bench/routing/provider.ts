// A simulated provider: how long it takes, when it fails, what it refuses, what it has in its prompt cache, what it costs.
import { normal } from './chance.ts';
import type { SimulatedDeployment, Simulation, Turn } from './scenario.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What one deployment did. */
export interface DeploymentCounts {
  calls: number;
  failures: number;
  costUsd: number;
  /** Later turns of sessions, and those whose prompt was in the cache. */
  laterTurns: number;
  cachedTurns: number;
}

/** One simulated deployment. */
export class SimulatedProvider {
  readonly counts: DeploymentCounts = { calls: 0, failures: 0, costUsd: 0, laterTurns: 0, cachedTurns: 0 };
  /** The prompts in the cache by session: since when, and how much of it. */
  private readonly cached = new Map<number, { atMs: number; tokens: number }>();
  /** Sessions with a call under way that is in the long tail. */
  private readonly stuck = new Set<number>();
  private inFlight = 0;
  private minute = -1;
  private minuteCalls = 0;
  private warmCalls = 0;
  private lastCallMs = -Infinity;

  constructor(private readonly own: SimulatedDeployment, private readonly simulation: Simulation, private readonly time: VirtualTime, private readonly chance: () => number, private readonly startMs: number) {}

  /** Answers a call of OpenAI's chat interface. */
  async answer(turn: Turn, stream: boolean, signal: AbortSignal): Promise<Response> {
    const { provider, usdPerMillionTokens: price, outputTokens, promptCacheSeconds } = this.simulation;
    const nowMs = this.time.nowMs();
    this.counts.calls++;
    if (this.isOverLimit(nowMs)) return this.failed(429, { 'retry-after': String(60 - Math.floor((nowMs / 1000) % 60)) });
    const troubled = this.isTroubled(nowMs);
    if (troubled && this.chance() < (this.own.failShare ?? 0)) {
      await this.time.sleep(provider.failMs);
      return this.failed(500, {});
    }
    const cached = this.cached.get(turn.session);
    const known = cached && nowMs - cached.atMs < promptCacheSeconds * 1000 ? cached.tokens : 0;
    const isCached = known > 0;
    if (turn.turn > 0) {
      this.counts.laterTurns++;
      if (isCached) this.counts.cachedTurns++;
    }
    this.counts.costUsd += ((turn.promptTokens - known) * price.input + known * price.cached) / 1e6;
    this.inFlight++;
    try {
      await this.waitFor(this.firstTokenMs(turn.session, isCached, troubled) * this.coldness(nowMs), signal);
      // A call that is broken off before its first token leaves nothing.
      this.stuck.delete(turn.session);
      this.cached.set(turn.session, { atMs: this.time.nowMs(), tokens: turn.promptTokens });
      return stream ? this.streamed(signal) : Response.json(this.whole(outputTokens));
    } finally {
      this.inFlight--;
    }
  }

  private streamed(signal: AbortSignal): Response {
    const { outputTokens, provider, usdPerMillionTokens: price } = this.simulation;
    const encoder = new TextEncoder();
    const frame = (value: unknown): Uint8Array => encoder.encode(`data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`);
    const chunk = (delta: object, finishReason: string | null): object => ({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finishReason }] });
    return new Response(new ReadableStream<Uint8Array>({
      start: async (controller) => {
        controller.enqueue(frame(chunk({ role: 'assistant', content: 'word' }, null)));
        await this.time.sleep(outputTokens * provider.tokenMs);
        if (signal.aborted) return;
        this.counts.costUsd += outputTokens * price.output / 1e6;
        controller.enqueue(frame(chunk({}, 'stop')));
        controller.enqueue(frame({ ...chunk({}, null), choices: [], usage: { prompt_tokens: 1, completion_tokens: outputTokens, total_tokens: outputTokens + 1 } }));
        controller.enqueue(frame('[DONE]'));
        controller.close();
      },
    }), { headers: { 'content-type': 'text/event-stream' } });
  }

  private whole(outputTokens: number): object {
    return { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'words' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: outputTokens, total_tokens: outputTokens + 1 } };
  }

  private firstTokenMs(session: number, isCached: boolean, troubled: boolean): number {
    const { medianMs, spread, cachedShare, tailShare, tailFactor, sharedTail, capacity } = this.simulation.provider;
    // What holds one call up may hold up another one of the same conversation too.
    const isLate = this.chance() < (this.stuck.has(session) ? sharedTail : tailShare);
    if (isLate) this.stuck.add(session);
    const tail = isLate ? tailFactor : 1;
    const load = 1 + Math.max(0, this.inFlight - capacity) / capacity;
    return medianMs * Math.exp(spread * normal(this.chance)) * (isCached ? cachedShare : 1) * tail * load * (troubled ? this.own.slower ?? 1 : 1);
  }

  /** How much slower a call is that begins now. */
  private coldness(nowMs: number): number {
    const { coldFactor, warmUpCalls = 1, coldAfterSeconds = Infinity } = this.own;
    if (coldFactor === undefined) return 1;
    if (nowMs - this.lastCallMs > coldAfterSeconds * 1000) this.warmCalls = 0;
    this.lastCallMs = nowMs;
    return 1 + (coldFactor - 1) * Math.max(0, 1 - this.warmCalls++ / warmUpCalls);
  }

  private isTroubled(nowMs: number): boolean {
    const minute = (nowMs - this.startMs) / 60_000;
    return minute >= (this.own.from ?? 0) && minute < (this.own.until ?? Infinity);
  }

  private isOverLimit(nowMs: number): boolean {
    const minute = Math.floor(nowMs / 60_000);
    if (minute !== this.minute) {
      this.minute = minute;
      this.minuteCalls = 0;
    }
    return ++this.minuteCalls > (this.own.perMinute ?? Infinity);
  }

  private failed(status: number, headers: Record<string, string>): Response {
    this.counts.failures++;
    return Response.json({ error: { message: 'simulated', type: 'simulated', code: null } }, { status, headers });
  }

  private async waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    const onAbort = (): void => reject(new Error('aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([this.time.sleep(milliseconds), promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }
}
