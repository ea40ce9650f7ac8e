// The ledger when processes and servers die.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRounds } from '../support/kill-rounds.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startGateway } from '../support/gateway.ts';
import { startPostgres, testPostgres } from '../support/postgres.ts';

// A hundred rounds: bun bench/store/kill.ts
const rounds = 3;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-ledger-e2e-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(['sqlite', 'postgres'] as const)('nothing that a client has an answer to is lost by kill -9, and nothing is counted twice: %s', async (dialect) => {
  const found = await killRounds(rounds, dialect === 'sqlite' ? 'sqlite' : await (await testPostgres()).newDatabase());
  expect(found).toEqual({ ...found, missing: 0, repeated: 0, sumsAgree: true });
  expect(found.acknowledged).toBeGreaterThan(rounds);
}, 60_000);

test('while PostgreSQL is away requests go on and wait in the journal; when it is back they are written', async () => {
  const postgres = await startPostgres();
  const url = await postgres.newDatabase();
  const gateway = await startGateway('model_list:\n  - model_name: demo\n    litellm_params: { model: demo/weir-demo }', { environment: { DATABASE_URL: url }, arguments: ['--data', folder] });
  const ask = async (): Promise<number> => (await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST', headers: { authorization: `Bearer ${gateway.key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'demo', messages: [{ role: 'user', content: 'hi' }], max_tokens: 1 }),
  })).status;
  expect(await ask()).toBe(200);
  await postgres.stop();
  for (let count = 0; count < 10; count++) expect(await ask()).toBe(200);
  await Bun.sleep(1_500);
  expect(readdirSync(join(folder, 'journal')).length).toBeGreaterThan(0);
  expect((await (await fetch(`${gateway.url}/health/readiness`)).json() as { db: string }).db).toBe('disconnected');
  await postgres.start();
  const store = await openStore(url);
  let rows = 0;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline && rows < 11; await Bun.sleep(100)) {
    rows = (await store.db.selectFrom('spend_log').select('row_id').execute()).length;
  }
  expect(rows).toBe(11);
  await store.close();
  gateway.signal('SIGTERM');
  expect(await gateway.exited).toBe(0);
  expect(readdirSync(join(folder, 'journal'))).toEqual([]);
  await postgres.end();
}, 60_000);
