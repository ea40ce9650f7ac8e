import { expect, test } from 'bun:test';
import { AccessChanges, type AccessChange } from './changes.ts';
import { connectRedis } from '../store/redis/connect.ts';
import { redisInstalled, startRedis } from '../../test/support/redis.ts';
import { SharedChanges } from './shared-changes.ts';

test.skipIf(!redisInstalled)('a change is heard by other instances, not by the one that made it, also after Redis was away', async () => {
  const server = await startRedis();
  const instance = async (name: string) => {
    const redis = connectRedis({ url: server.url, shown: 'test', clusterNodes: [], sentinel: null }, { longestPauseMs: 50, connectTimeoutMs: 500 });
    await redis.ready();
    const changes = new AccessChanges();
    const heard: AccessChange[] = [];
    const shared = new SharedChanges(changes, redis, name);
    changes.subscribe((change) => heard.push(change));
    return { redis, changes, heard, close: () => (shared.close(), redis.close()) };
  };
  const [one, two] = [await instance('one'), await instance('two')];
  const until = async (count: number): Promise<void> => {
    for (const deadline = Date.now() + 10_000; two.heard.length < count && Date.now() < deadline;) await Bun.sleep(20);
  };
  await Bun.sleep(450);
  one.changes.publish('key', 'abc');
  await until(1);
  expect(two.heard).toEqual([{ kind: 'key', id: 'abc', origin: 'elsewhere' }]);
  expect(one.heard).toEqual([{ kind: 'key', id: 'abc', origin: 'here' }]);
  server.freeze();
  for (let count = 0; count < 6; count++) await two.redis.run('PING', []);
  one.changes.publish('team', 't');
  await Bun.sleep(100);
  server.thaw();
  await until(2);
  expect(two.heard.at(-1)).toEqual({ kind: 'team', id: 't', origin: 'elsewhere' });
  one.close();
  two.close();
  await server.stop();
}, 30_000);
