import { expect, test } from 'bun:test';
import { normalized } from './vector-index.ts';
import { RedisVectors } from './redis.ts';
import type { NewAnswer } from '../answer-store.ts';
import type { RedisReply, SharedRedis } from '../../store/redis/connect.ts';

// The search module is not part of the Redis server that tests can start: its answers here are those of its documentation
// (https://redis.io/docs/latest/develop/ai/search-and-query/vectors/), by the older and the newer protocol.
function searching(found: unknown): { redis: SharedRedis; commands: string[][] } {
  const commands: string[][] = [];
  const redis: SharedRedis = {
    shown: '', healthy: true,
    run: async (command, args): Promise<RedisReply> => {
      commands.push([command, ...args.map((arg) => (typeof arg === 'string' ? arg : `<${arg.length} bytes>`))]);
      return { ok: true, value: command === 'FT.SEARCH' ? found : 'OK' };
    },
    bytes: async () => ({ ok: true, value: null }), script: async () => ({ ok: true, value: null }), onChange: () => () => undefined, ready: async () => true, close: () => undefined,
  };
  return { redis, commands };
}

const vector = normalized([1, 2, 3]) ?? new Float32Array();
const answer: NewAnswer = { body: Buffer.from('{}'), usage: null, finishReason: null, deploymentId: 'd', costUsd: null };
const replies: readonly [string, unknown][] = [
  ['older', [1, 'weir:question:3:s:k', ['key', 'k', 'distance', '0.0400000214577']]],
  ['newer', { total_results: 1, results: [{ id: 'weir:question:3:s:k', extra_attributes: { key: 'k', distance: '0.0400000214577' }, values: [] }], format: 'STRING', warning: [] }],
];

for (const [protocol, reply] of replies) {
  test(`where Redis has vector search, it is asked (${protocol} protocol)`, async () => {
    const { redis, commands } = searching(reply);
    const vectors = new RedisVectors(redis);
    vectors.add('s', vector, 'k', answer, 60_000);
    expect(await vectors.nearest('s', vector, 0.95)).toMatchObject({ key: 'k', similarity: expect.closeTo(0.96, 5) });
    expect(await vectors.nearest('s', vector, 0.97)).toBeNull();
    expect(vectors.kind).toBe('redis-search');
    const of = (name: string): string[] | undefined => commands.find(([command]) => command === name);
    expect(of('FT.CREATE')).toContain('3');
    expect(of('HSET')).toEqual(['HSET', 'weir:question:3:s:k', 'scope', 's', 'key', 'k', 'vector', '<12 bytes>']);
    expect(of('PEXPIRE')).toEqual(['PEXPIRE', 'weir:question:3:s:k', '60000']);
    expect(of('FT.SEARCH')).toEqual(['FT.SEARCH', 'weir:question-index:3', '(@scope:{s})=>[KNN 1 @vector $vector AS distance]', 'PARAMS', '2', 'vector', '<12 bytes>', 'RETURN', '2', 'key', 'distance', 'DIALECT', '2']);
  });
}

test('an empty result is no neighbour', async () => {
  for (const nothing of [[0], { total_results: 0, results: [] }]) expect(await new RedisVectors(searching(nothing).redis).nearest('s', vector, 0)).toBeNull();
});
