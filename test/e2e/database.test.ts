// The database as an operator meets it: `weir migrate`, the start, and what stops it.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot, startGateway } from '../support/gateway.ts';
import { testPostgres } from '../support/postgres.ts';
import { openStore } from '../../src/store/open-store.ts';
import { sql } from 'kysely';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-database-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function weir(line: readonly string[], environment: Record<string, string> = {}): Promise<{ code: number; text: string }> {
  const child = Bun.spawn([`${projectRoot}bin/weir`, ...line], { cwd: folder, stdout: 'pipe', stderr: 'pipe', env: { PATH: process.env['PATH'] ?? '', LITELLM_MASTER_KEY: 'sk-test-0123456789abcdef', ...environment } });
  const [out, error, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  return { code, text: out + error };
}

test('migrate makes the tables once', async () => {
  const data = join(folder, 'state');
  expect((await weir(['migrate', '--data', data])).text).toContain('migrated: 1 (first tables)');
  expect(await weir(['migrate', '--data', data])).toEqual({ code: 0, text: 'The tables are up to date.\n' });
  expect((await weir(['migrate'])).code).toBe(2);
});

test('without permission to migrate, the start names what is missing, and the statements that add it', async () => {
  const DATABASE_URL = await (await testPostgres()).newDatabase();
  const refused = await weir(['--skip_server_startup'], { DATABASE_URL, DISABLE_SCHEMA_UPDATE: 'true' });
  expect(refused.code).toBe(1);
  expect(refused.text).toContain('create table "weir"."virtual_keys"');
  expect((await weir(['migrate'], { DATABASE_URL })).code).toBe(0);
  expect((await weir(['--skip_server_startup'], { DATABASE_URL, DISABLE_SCHEMA_UPDATE: 'true' })).code).toBe(0);
  const store = await openStore(DATABASE_URL);
  await sql`alter table weir.teams drop column blocked`.execute(store.db);
  await store.close();
  const damaged = await weir(['--skip_server_startup'], { DATABASE_URL });
  expect(damaged.code).toBe(1);
  expect(damaged.text).toContain('alter table "weir"."teams" add column "blocked" bigint not null default 0;');
});

test('a gateway with a data folder says which database it has', async () => {
  const gateway = await startGateway('model_list: []', { arguments: ['--data', join(folder, 'running')] });
  expect(gateway.output()).toContain('"database":"sqlite"');
  await gateway.stop();
});

test('an address of an unknown kind stops the start and is not shown', async () => {
  const { code, text } = await weir(['--skip_server_startup'], { DATABASE_URL: 'mysql://root:hunter2@db/x' });
  expect(code).toBe(1);
  expect(text).not.toContain('hunter2');
});

test('what hinders the start is told in words that say what to do', async () => {
  writeFileSync(join(folder, 'a-file'), '');
  const taken = await weir(['--skip_server_startup', '--data', join(folder, 'a-file')]);
  expect(taken).toMatchObject({ code: 1, text: expect.stringContaining('a-file is a file; expected a folder') });
  writeFileSync(join(folder, 'short.yaml'), 'model_list: []\ngeneral_settings: {database_connection_timeout: 1}\n');
  const away = await weir(['--config', join(folder, 'short.yaml'), '--skip_server_startup'], { DATABASE_URL: 'postgresql://u:hunter2@127.0.0.1:1/x' });
  expect(away.code).toBe(1);
  expect(away.text).toMatch(/waiting for the database of the environment variable DATABASE_URL, for at most 1 seconds?: \S/);
  expect(away.text).not.toContain('hunter2');
  const certificate = await weir(['--port', '0', '--ssl_keyfile_path', 'none.pem', '--ssl_certfile_path', 'none.pem']);
  expect(certificate).toMatchObject({ code: 1, text: expect.stringContaining('the file none.pem of --ssl_keyfile_path or --ssl_certfile_path cannot be read') });
  const unknown = await weir(['--model', 'nope/model']);
  expect(unknown.text.match(/LLM Provider NOT provided/g)).toHaveLength(1);
});

test('nobody else of the machine can read the database', async () => {
  const data = join(folder, 'private');
  await weir(['migrate', '--data', data]);
  expect(statSync(join(data, 'weir.db')).mode & 0o077).toBe(0);
});

test('without a configuration file the start says what answers', async () => {
  const child = Bun.spawn([`${projectRoot}bin/weir`, '--port', '0', '--host', '127.0.0.1'], { cwd: folder, stdout: 'pipe', stderr: 'pipe', env: { PATH: process.env['PATH'] ?? '', LITELLM_MASTER_KEY: 'sk-test-0123456789abcdef' } });
  const reader = child.stdout.getReader();
  await reader.read();
  child.kill();
  await child.exited;
  expect(await new Response(child.stderr).text()).toContain('no configuration file was named, so the built-in demo model answers');
});
