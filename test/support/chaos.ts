// Many requests with everything that goes wrong: time-outs, refusals, broken streams, clients that leave, answers from the cache. The provider
// writes down what it bills for answers that it gave whole; the ledger must say the same.
import { localGateway } from './gateway.ts';
import { openLedger } from '../../src/accounting/ledger/ledger.ts';
import { silentLogger } from '../../src/observe/logger.ts';
import { sql } from 'kysely';
import type { Store } from '../../src/store/store.ts';

/** What was found. Money in nano-dollars. */
export interface ChaosFindings {
  requests: number;
  rows: number;
  /** What the provider billed for whole answers, and what the ledger has for them. */
  billed: number;
  ledger: number;
  /** What the ledger has for streams that broke off, by what was streamed. */
  brokenOff: number;
  /** All rows against daily sums and against what the key, its user and its team have spent. */
  sums: number[];
  total: number;
  /** Requests that still hold something of a budget or limit. */
  open: number;
  statuses: Record<string, number>;
}

const key = 'sk-chaos-test-key-0123456789';
const inputNano = 1_000;
const outputNano = 10_000;
const config = `
model_list:
  - model_name: gpt
    litellm_params: { model: openai/one, api_key: sk-provider-one, api_base: "http://one.test/v1", input_cost_per_token: 0.000001, output_cost_per_token: 0.00001 }
  - model_name: gpt
    litellm_params: { model: openai/two, api_key: sk-provider-two, api_base: "http://two.test/v1", input_cost_per_token: 0.000001, output_cost_per_token: 0.00001 }
router_settings: { num_retries: 2, retry_after: 0, disable_cooldowns: true }
litellm_settings: { cache: true }
`;

/** Sends the requests. */
export async function chaos(store: Store, count: number, journalFolder: string | null): Promise<ChaosFindings> {
  const times = { created_at_ms: 1, updated_at_ms: 1 };
  await store.db.insertInto('users').values({ user_id: 'ann', user_role: 'internal_user', max_budget: 1e6, ...times }).execute();
  await store.db.insertInto('teams').values({ team_id: 'core', max_budget: 1e6, tpm_limit: 1e12, ...times }).execute();
  await store.db.insertInto('virtual_keys').values({ key_hash: new Bun.CryptoHasher('sha256').update(key).digest('hex'), user_id: 'ann', team_id: 'core', max_budget: 1e6, rpm_limit: 1e9, max_parallel_requests: 1e6, ...times }).execute();
  const ledger = openLedger({ store, logger: silentLogger, folder: journalFolder, batchMs: 20 });
  const provider = new BillingProvider();
  const gateway = localGateway(config, { store, ledger, fetch: (_url, init) => provider.answer(init) });
  const statuses: Record<string, number> = {};
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const status = await ask(gateway, next++);
      statuses[status] = (statuses[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: 64 }, client));
  // Streams whose clients have left end a moment later.
  for (let round = 0; round < 100 && gateway.gateway.inFlight() > 0; round++) await Bun.sleep(20);
  await Bun.sleep(100);
  await ledger.close();
  return await findings(store, count, provider.billedNano, statuses, await openLeases(gateway));
}

/** One request of a random kind. A prompt out of few is often known to the cache. */
async function ask(gateway: ReturnType<typeof localGateway>, number: number): Promise<string> {
  const stream = Math.random() < 0.4;
  const leaving = new AbortController();
  const body = { model: 'gpt', stream, messages: [{ role: 'user', content: `question ${Math.random() < 0.3 ? number % 7 : number}` }], max_tokens: 50, ...(Math.random() < 0.05 && { timeout: 0.02 }) };
  const asked = gateway.post('/v1/chat/completions', body, { authorization: `Bearer ${key}` }, leaving.signal);
  const leaves = Math.random();
  if (leaves < 0.03) setTimeout(() => leaving.abort(), Math.random() * 10);
  // Whoever has left reads no more.
  const gone = new Promise<{ done: true; value?: undefined }>((resolve) => leaving.signal.addEventListener('abort', () => resolve({ done: true })));
  try {
    const response = await asked;
    const reader = response.body?.getReader();
    for (let frames = 0; reader; frames++) {
      const { done } = await Promise.race([reader.read(), gone]);
      if (leaving.signal.aborted) void reader.cancel();
      if (done) break;
      if (leaves > 0.9 && stream && frames === 1) {
        await reader.cancel();
        return 'left';
      }
    }
    return String(response.status);
  } catch {
    return 'broken';
  }
}

async function openLeases(gateway: ReturnType<typeof localGateway>): Promise<number> {
  const metrics = await (await gateway.fetch('/metrics/')).text();
  return Number(/^weir_limit_leases (\d+)/m.exec(metrics)?.[1] ?? Number.NaN);
}

async function findings(store: Store, requests: number, billed: number, statuses: Record<string, number>, open: number): Promise<ChaosFindings> {
  const rows = await store.db.selectFrom('spend_log').select(['status', 'spend_nano_usd']).execute();
  const sumOf = (status: string): number => rows.filter((row) => row.status === status).reduce((sum, row) => sum + row.spend_nano_usd, 0);
  const { spend } = await store.db.selectFrom('daily_activity').select(sql<number>`cast(sum(spend_nano_usd) as bigint)`.as('spend')).executeTakeFirstOrThrow();
  const spent = await Promise.all((['virtual_keys', 'users', 'teams'] as const).map(async (table) => (await store.db.selectFrom(table).select('total_spend_nano_usd as spent').executeTakeFirstOrThrow()).spent));
  return { requests, rows: rows.length, billed, ledger: sumOf('success'), brokenOff: sumOf('failure'), sums: [spend, ...spent], total: sumOf('success') + sumOf('failure'), open, statuses };
}

/** A provider that bills whole answers. */
class BillingProvider {
  billedNano = 0;

  async answer(init: RequestInit): Promise<Response> {
    const { signal } = init;
    const body = JSON.parse(Buffer.from(init.body as Uint8Array).toString('utf8')) as { stream?: boolean };
    const luck = Math.random();
    await pause(luck < 0.03 ? 200 : Math.random() * 5, signal);
    if (luck > 0.97) return new Response('{"error":{"message":"busy"}}', { status: 429, headers: { 'content-type': 'application/json' } });
    if (luck > 0.94) return new Response('{"error":{"message":"down"}}', { status: 500, headers: { 'content-type': 'application/json' } });
    if (luck > 0.93) return new Response('{"error":{"message":"wrong"}}', { status: 400, headers: { 'content-type': 'application/json' } });
    const usage = { prompt_tokens: 10 + Math.floor(Math.random() * 1_000), completion_tokens: 1 + Math.floor(Math.random() * 200), total_tokens: 0 };
    const cost = usage.prompt_tokens * inputNano + usage.completion_tokens * outputNano;
    if (!body.stream) {
      this.billedNano += cost;
      return Response.json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }], usage });
    }
    return new Response(this.stream(usage, cost, luck > 0.88, signal), { headers: { 'content-type': 'text/event-stream' } });
  }

  private stream(usage: object, cost: number, breaks: boolean, signal: AbortSignal | null | undefined): ReadableStream<Uint8Array> {
    const frame = (delta: object, reason: string | null, more: object = {}): Uint8Array =>
      Buffer.from(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }], ...more })}\n\n`);
    const words = async function* (this: BillingProvider): AsyncGenerator<Uint8Array> {
      yield frame({ role: 'assistant', content: 'hello' }, null);
      for (let word = 0; word < 3; word++) {
        await pause(Math.random() * 3, signal);
        yield frame({ content: ' world' }, null);
      }
      if (breaks) return;
      // The usage goes with the last frame: whoever gets it whole pays for it.
      this.billedNano += cost;
      yield Buffer.concat([frame({}, 'stop', { usage }), Buffer.from('data: [DONE]\n\n')]);
    };
    const frames = words.call(this);
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
  }
}

async function pause(milliseconds: number, signal: AbortSignal | null | undefined): Promise<void> {
  await Bun.sleep(milliseconds);
  if (signal?.aborted) throw new DOMException('The operation was aborted.', 'AbortError');
}
