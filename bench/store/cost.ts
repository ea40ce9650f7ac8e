// What the database costs each request: CPU time per request of Weir without one, with SQLite and with PostgreSQL, under the same load in turn.
// With a database each request comes by a virtual key with a budget, limits of requests and tokens, a user and a team, and is written to the ledger.
// usage: bun bench/store/cost.ts [SECONDS] [ROUNDS]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuTimeUs, median, residentMb } from '../measure.ts';
import { firstAnswer, freePort, start, stop, stopAll } from '../process.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { prompt } from '../prompts.ts';
import { providerModel, routes } from '../routes.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { wrk } from '../wrk.ts';
import { saveResult } from './result.ts';

const seconds = Number(process.argv[2] ?? 4);
const rounds = Number(process.argv[3] ?? 5);
const connections = 32;
const masterKey = 'sk-bench-0123456789abcdef';
const virtualKey = 'sk-bench-virtual-key-0123456789';
const root = join(import.meta.dir, '../..');

interface Subject {
  name: string;
  pid: number;
  port: number;
  key: string;
  cpuUs: number[];
  perSecond: number[];
  p99Us: number[];
}

async function seed(url: string): Promise<void> {
  const store = await openStore(url);
  await migrate(store);
  const times = { created_at_ms: Date.now(), updated_at_ms: Date.now() };
  await store.db.insertInto('users').values({ user_id: 'ann', user_role: 'internal_user', max_budget: 1e6, ...times }).execute();
  await store.db.insertInto('teams').values({ team_id: 'core', max_budget: 1e6, ...times }).execute();
  await store.db.insertInto('virtual_keys').values({
    key_hash: new Bun.CryptoHasher('sha256').update(virtualKey).digest('hex'), user_id: 'ann', team_id: 'core', max_budget: 1e6, budget_duration: '30d', rpm_limit: 1e9, tpm_limit: 1e12, ...times,
  }).execute();
  await store.close();
}

async function startWeir(name: string, folder: string, mockPort: number, url: string | null): Promise<Subject> {
  const port = freePort();
  mkdirSync(join(folder, name));
  const file = join(folder, name, 'config.yaml');
  writeFileSync(file, JSON.stringify({
    model_list: [{ model_name: routes.plain.name, litellm_params: { model: `openai/${providerModel}`, api_base: `http://127.0.0.1:${mockPort}${routes.plain.mockPath}/v1`, api_key: 'sk-mock', input_cost_per_token: 1e-6, output_cost_per_token: 1e-5 } }],
    general_settings: { master_key: masterKey },
  }));
  if (url) await seed(url);
  const logFile = join(folder, name, 'log');
  const child = start({ command: [join(root, 'bin/weir'), '--config', file, '--port', String(port), '--host', '127.0.0.1'], folder: join(folder, name), logFile, environment: url ? { DATABASE_URL: url } : {} });
  await firstAnswer(child, performance.now(), async () => (await fetch(`http://127.0.0.1:${port}/health/liveliness`)).ok, 20_000, logFile);
  return { name, pid: child.pid, port, key: url ? virtualKey : masterKey, cpuUs: [], perSecond: [], p99Us: [] };
}

async function load(subject: Subject, folder: string, forSeconds: number): Promise<{ cpuUs: number; perSecond: number; p99Us: number }> {
  const before = cpuTimeUs(subject.pid);
  const body = prompt({ model: routes.plain.name, dialect: 'chat' });
  const result = await wrk({ url: `http://127.0.0.1:${subject.port}/v1/chat/completions`, body, authorization: `Bearer ${subject.key}`, connections, seconds: forSeconds, folder });
  // What is written after the answers belongs to them.
  await Bun.sleep(1_500);
  if (result.failed > 0) throw new Error(`${subject.name}: ${result.failed} requests failed`);
  return { cpuUs: (cpuTimeUs(subject.pid) - before) / result.requests, perSecond: result.requests / (result.durationUs / 1e6), p99Us: result.p99Us };
}

const folder = mkdtempSync(join(tmpdir(), 'weir-cost-'));
const postgres = await startPostgres({ fsync: 'on' });
try {
  const mockPort = freePort();
  const mockLog = join(folder, 'mock.log');
  const mock = start({ command: [process.execPath, join(import.meta.dir, '../mock.ts'), String(mockPort)], logFile: mockLog });
  await firstAnswer(mock, performance.now(), async () => (await fetch(`http://127.0.0.1:${mockPort}/control/held`)).ok, 10_000, mockLog);
  const subjects = [
    await startWeir('none', folder, mockPort, null),
    await startWeir('sqlite', folder, mockPort, `sqlite:${join(folder, 'weir.db')}`),
    await startWeir('postgres', folder, mockPort, await postgres.newDatabase()),
  ];
  for (const subject of subjects) await load(subject, folder, 2);
  for (let round = 0; round < rounds; round++) {
    for (const subject of subjects) {
      const { cpuUs, perSecond, p99Us } = await load(subject, folder, seconds);
      subject.cpuUs.push(cpuUs);
      subject.perSecond.push(perSecond);
      subject.p99Us.push(p99Us);
      console.error(`${subject.name.padEnd(10)} ${cpuUs.toFixed(1)} µs CPU a request, ${perSecond.toFixed(0)} requests/s, p99 ${(p99Us / 1000).toFixed(1)} ms`);
    }
  }
  const base = median(subjects[0]?.cpuUs ?? []);
  saveResult('cost', Object.fromEntries(subjects.map((subject) => [subject.name, {
    cpuUsPerRequest: median(subject.cpuUs), more: `${((median(subject.cpuUs) / base - 1) * 100).toFixed(1)} %`, requestsPerSecond: median(subject.perSecond), p99Ms: median(subject.p99Us) / 1000, residentMb: residentMb(subject.pid),
  }])));
  await stop(mock);
} finally {
  await stopAll();
  await postgres.end();
  rmSync(folder, { recursive: true, force: true });
}
