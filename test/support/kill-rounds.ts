// Kills a gateway in the middle of its work, again and again, and looks what became of the requests that clients had an answer to.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type GatewayProcess } from './gateway.ts';
import { openStore } from '../../src/store/open-store.ts';
import { sql } from 'kysely';

/** What was found after all rounds. */
export interface KillFindings {
  rounds: number;
  /** Requests whose whole answer reached the client. */
  acknowledged: number;
  /** Of these, how many have no row. */
  missing: number;
  rows: number;
  /** Rows that are there twice. */
  repeated: number;
  /** Sums of the rows against the sums that are kept. */
  sumsAgree: boolean;
}

const config = `
model_list:
  - model_name: demo
    litellm_params: { model: demo/weir-demo, input_cost_per_token: 0.000001, output_cost_per_token: 0.000003 }
`;
const clients = 16;
const longestWaitMs = 20_000;

/** Runs the rounds against a database. `sqlite`: in a folder of its own. */
export async function killRounds(rounds: number, databaseUrl: string | 'sqlite'): Promise<KillFindings> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-kill-'));
  const url = databaseUrl === 'sqlite' ? `sqlite:${join(folder, 'weir.db')}` : databaseUrl;
  const start = (): Promise<GatewayProcess> => startGateway(config, { environment: { DATABASE_URL: url }, arguments: ['--data', folder] });
  const acknowledged: string[] = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const gateway = await start();
      const work = Array.from({ length: clients }, (_, client) => keepAsking(gateway, `${round}-${client}`, acknowledged));
      await Bun.sleep(50 + Math.random() * 400);
      gateway.signal('SIGKILL');
      await gateway.exited;
      await Promise.all(work);
    }
    // A last life takes over what the others left.
    const last = await start();
    await untilWritten(last);
    last.signal('SIGTERM');
    await last.exited;
    return await findings(url, rounds, acknowledged);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Asks one after the other, every second time for a stream, until the gateway is gone. */
async function keepAsking(gateway: GatewayProcess, name: string, acknowledged: string[]): Promise<void> {
  for (let count = 0; ; count++) {
    const id = `${name}-${count}`;
    try {
      const response = await fetch(`${gateway.url}/v1/chat/completions`, {
        method: 'POST', headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json', 'x-litellm-call-id': id },
        body: JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'hi' }], stream: count % 2 === 1, max_tokens: 3, user: `customer-${count % 3}` }),
      });
      const text = await response.text();
      if (response.status === 200 && (count % 2 === 0 || text.includes('[DONE]'))) acknowledged.push(id);
    } catch {
      return;
    }
  }
}

async function untilWritten(gateway: GatewayProcess): Promise<void> {
  for (const deadline = Date.now() + longestWaitMs; Date.now() < deadline; await Bun.sleep(200)) {
    const metrics = await (await fetch(`${gateway.url}/metrics/`, { headers: { authorization: `Bearer ${gateway.key}` } })).text();
    if (/^weir_ledger_waiting_bytes 0$/m.test(metrics)) return;
  }
  throw new Error('the ledger does not catch up');
}

async function findings(url: string, rounds: number, acknowledged: readonly string[]): Promise<KillFindings> {
  const store = await openStore(url);
  const rows = await store.db.selectFrom('spend_log').select(['request_id', 'spend_nano_usd']).execute();
  const sum = (column: 'spend_nano_usd' | 'requests') => sql<number>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`.as(column);
  const kept = await store.db.selectFrom('daily_activity').select([sum('requests'), sum('spend_nano_usd')]).executeTakeFirstOrThrow();
  const customers = await store.db.selectFrom('end_users').select(sql<number>`cast(coalesce(sum(total_spend_nano_usd), 0) as bigint)`.as('spend')).executeTakeFirstOrThrow();
  await store.close();
  const ids = new Set(rows.map(({ request_id: id }) => id));
  const spend = rows.reduce((all, row) => all + row.spend_nano_usd, 0);
  return {
    rounds, acknowledged: acknowledged.length, missing: acknowledged.filter((id) => !ids.has(id)).length, rows: rows.length, repeated: rows.length - ids.size,
    sumsAgree: kept.requests === rows.length && kept.spend_nano_usd === spend && customers.spend === spend,
  };
}
