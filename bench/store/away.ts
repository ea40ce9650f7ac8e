// PostgreSQL is stopped under a gateway and started again, after half a second, four and fifteen: what known and unknown keys are told
// meanwhile, how soon unknown ones work afterwards, and whether the ledger has every request in the end.
// usage: bun bench/store/away.ts
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { saveResult } from './result.ts';
import { startGateway } from '../../test/support/gateway.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { storeKey } from '../../test/support/stored-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'weir-away-'));
const postgres = await startPostgres();
const url = await postgres.newDatabase();
const store = await openStore(url);
await migrate(store);
const known = await storeKey(store, 'known');
const unknown = await Promise.all(Array.from({ length: 3 }, (_, index) => storeKey(store, `unknown-${index}`)));
const gateway = await startGateway(`
model_list:
  - model_name: m
    litellm_params: { model: openai/gpt-4o-mini, mock_response: hello }
`, { environment: { DATABASE_URL: url }, arguments: ['--data', folder] });

let answered = 0;
async function call(key: string): Promise<{ status: number; retryAfter: string | null }> {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'x' }] }),
  });
  await response.text();
  if (response.status === 200) answered++;
  return { status: response.status, retryAfter: response.headers.get('retry-after') };
}

await call(known);
const outages: object[] = [];
for (const [index, awayMs] of [500, 4_000, 15_000].entries()) {
  await postgres.stop();
  const told = { known: new Set<number>(), unknown: new Set<string>() };
  for (const untilMs = performance.now() + awayMs; performance.now() < untilMs; await Bun.sleep(50)) {
    told.known.add((await call(known)).status);
    const { status, retryAfter } = await call(unknown[index] ?? '');
    told.unknown.add(`${status}, retry-after ${retryAfter}`);
  }
  await postgres.start();
  const readyMs = performance.now();
  while ((await call(unknown[index] ?? '')).status !== 200) await Bun.sleep(20);
  outages.push({ awayMs, known: [...told.known], unknown: [...told.unknown], backAfterMs: performance.now() - readyMs });
  console.error(outages.at(-1));
}
const rows = async (): Promise<number> => (await store.db.selectFrom('spend_log').select((e) => e.fn.countAll<number>().as('rows')).where('status', '=', 'success').executeTakeFirstOrThrow()).rows;
const caughtUpMs = performance.now();
while (await rows().catch(() => -1) < answered && performance.now() - caughtUpMs < 60_000) await Bun.sleep(50);
saveResult('away', { outages, answered, rows: await rows(), ledgerCaughtUpAfterMs: performance.now() - caughtUpMs });
await gateway.stop();
await store.close();
await postgres.end();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
