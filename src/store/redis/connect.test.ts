import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connectRedis, redisScript, type SharedRedis } from './connect.ts';
import { freePort } from '../../../test/support/gateway.ts';
import { redisInstalled, startRedis, type TestRedis } from '../../../test/support/redis.ts';
import type { RedisSettings } from './settings.ts';

const settingsOf = (port: number, more: Partial<RedisSettings> = {}): RedisSettings =>
  ({ url: `redis://127.0.0.1:${port}`, shown: `127.0.0.1:${port}`, clusterNodes: [], sentinel: null, ...more });
const quick = { connectTimeoutMs: 500, longestPauseMs: 100 };

let server: TestRedis;
beforeAll(async () => {
  if (redisInstalled) server = await startRedis();
});
afterAll(() => server?.stop());

const until = async (redis: SharedRedis, healthy: boolean): Promise<void> => {
  for (const deadline = Date.now() + 10_000; redis.healthy !== healthy && Date.now() < deadline;) await Bun.sleep(10);
  expect(redis.healthy).toBe(healthy);
};

test.skipIf(!redisInstalled)('commands, bytes, scripts and errors of the server', async () => {
  const redis = connectRedis(settingsOf(server.port));
  expect((await redis.run('PING', [])).ok).toBe(false);
  expect(await redis.ready()).toBe(true);
  expect(await redis.run('SET', ['a', 'grün'])).toEqual({ ok: true, value: 'OK' });
  const bytes = await redis.bytes('a');
  expect(bytes.ok && Buffer.from(bytes.value ?? []).toString()).toBe('grün');
  expect(await redis.bytes('missing')).toEqual({ ok: true, value: null });
  const script = redisScript("return redis.call('INCRBY', KEYS[1], ARGV[1])");
  expect(await redis.script(script, ['n'], ['3'])).toEqual({ ok: true, value: 3 });
  expect(await redis.script(script, ['n'], ['4'])).toEqual({ ok: true, value: 7 });
  expect(await redis.run('INCR', ['a'])).toMatchObject({ ok: false, reason: 'refused' });
  redis.close();
  expect(await redis.run('PING', [])).toMatchObject({ ok: false, reason: 'unavailable' });
});

test.skipIf(!redisInstalled)('a server that falls silent costs a request its budget a few times, then nothing, and comes back by itself', async () => {
  const redis = connectRedis(settingsOf(server.port), quick);
  const changes: boolean[] = [];
  redis.onChange((healthy) => changes.push(healthy));
  await until(redis, true);
  server.freeze();
  const reasons: string[] = [];
  for (let round = 0; round < 8; round++) {
    const reply = await redis.run('GET', ['a']);
    reasons.push(reply.ok ? 'ok' : reply.reason);
  }
  expect(reasons).toEqual([...Array<string>(5).fill('timeout'), ...Array<string>(3).fill('unavailable')]);
  server.thaw();
  await until(redis, true);
  expect(await redis.run('SET', ['back', '1'])).toEqual({ ok: true, value: 'OK' });
  expect(changes).toEqual([true, false, true]);
  redis.close();
});

test.skipIf(!redisInstalled)('a server that is not there at the start, or goes away, is found again', async () => {
  const first = await startRedis();
  const { port } = first;
  await first.stop();
  const redis = connectRedis(settingsOf(port), quick);
  expect(await redis.ready()).toBe(false);
  const second = await startRedis({ port });
  await until(redis, true);
  await second.stop();
  await until(redis, false);
  const third = await startRedis({ port });
  await until(redis, true);
  redis.close();
  await third.stop();
});

test.skipIf(!redisInstalled)('a cluster', async () => {
  const node = await startRedis({ arguments: ['--cluster-enabled', 'yes', '--cluster-config-file', `/tmp/weir-test-nodes-${process.pid}.conf`] });
  const plain = connectRedis(settingsOf(node.port));
  await plain.ready();
  await plain.run('CLUSTER', ['ADDSLOTSRANGE', '0', '16383']);
  const redis = connectRedis(settingsOf(node.port, { clusterNodes: [`127.0.0.1:${node.port}`] }), { connectTimeoutMs: 5_000, longestPauseMs: 100 });
  await until(redis, true);
  for (const deadline = Date.now() + 10_000; !(await redis.run('SET', ['k', 'v'])).ok && Date.now() < deadline;) await Bun.sleep(50);
  expect(await redis.script(redisScript("return redis.call('GET', KEYS[1])"), ['k'], [])).toEqual({ ok: true, value: 'v' });
  const bytes = await redis.bytes('k');
  expect(bytes.ok && Buffer.from(bytes.value ?? []).toString()).toBe('v');
  redis.close();
  plain.close();
  await node.stop();
  await Bun.file(`/tmp/weir-test-nodes-${process.pid}.conf`).delete();
});

test.skipIf(!redisInstalled)('a master behind a sentinel', async () => {
  const file = `/tmp/weir-test-sentinel-${process.pid}.conf`;
  await Bun.write(file, `sentinel monitor main 127.0.0.1 ${server.port} 1\n`);
  const port = await freePort();
  const child = Bun.spawn(['redis-server', file, '--sentinel', '--port', String(port)], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
  const redis = connectRedis(settingsOf(0, { sentinel: { nodes: [`127.0.0.1:${port}`], service: 'main', password: null } }), { connectTimeoutMs: 5_000, longestPauseMs: 100 });
  await until(redis, true);
  expect(await redis.run('SET', ['s', 'v'])).toEqual({ ok: true, value: 'OK' });
  redis.close();
  child.kill('SIGKILL');
  await child.exited;
  await Bun.file(file).delete();
});
