import { expect, test } from 'bun:test';
import { cacheRedisSettings, sharedRedisSettings } from './settings.ts';
import { loadConfigText } from '../../config/load.ts';
import type { Config } from '../../config/config.ts';

function configOf(text: string, environment: Record<string, string> = {}): Config {
  const loaded = loadConfigText(text, environment);
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

test('the parameters of the cache win over the variables', () => {
  const config = configOf('litellm_settings: {cache: true, cache_params: {type: redis, host: here, port: 7000, password: "p@ss", db: 2, ssl: true}}\n', { REDIS_HOST: 'there', REDIS_USERNAME: 'u' });
  expect(cacheRedisSettings(config)).toEqual({ url: 'rediss://u:p%40ss@here:7000/2', shown: 'here:7000', clusterNodes: [], sentinel: null });
});

test('variables alone: REDIS_URL before REDIS_HOST', () => {
  expect(cacheRedisSettings(configOf('{}\n', { REDIS_HOST: 'h', REDIS_PORT: '1', REDIS_PASSWORD: 'x' }))?.url).toBe('redis://:x@h:1');
  expect(cacheRedisSettings(configOf('{}\n', { REDIS_HOST: 'h', REDIS_URL: 'redis://u:1/3' }))?.url).toBe('redis://u:1/3');
  expect(cacheRedisSettings(configOf('{}\n'))).toBeNull();
});

test('gateways share what any of the settings or variables names, in their order', () => {
  expect(sharedRedisSettings(configOf('{}\n'))).toBeNull();
  expect(sharedRedisSettings(configOf('{}\n', { REDIS_HOST: 'h' }))?.shown).toBe('h:6379');
  expect(sharedRedisSettings(configOf('{}\n', { REDIS_URL: 'redis://v:7' }))?.shown).toBe('v:7');
  expect(sharedRedisSettings(configOf('router_settings: {redis_host: r}\n', { REDIS_HOST: 'h', REDIS_PORT: '5' }))?.shown).toBe('r:5');
  expect(sharedRedisSettings(configOf('general_settings: {coordination_redis: {host: c, port: 9}}\nrouter_settings: {redis_host: r}\n'))?.shown).toBe('c:9');
  expect(sharedRedisSettings(configOf('litellm_settings: {cache: true, cache_params: {type: redis, url: "redis://k:2"}}\n'))?.shown).toBe('k:2');
});

test('clusters and sentinels', () => {
  const cluster = configOf('litellm_settings: {cache_params: {type: redis, redis_startup_nodes: [{host: a, port: 1}, {host: b, port: 2}]}}\n');
  expect(cacheRedisSettings(cluster)).toMatchObject({ clusterNodes: ['a:1', 'b:2'], shown: 'a:1, b:2' });
  const sentinel = configOf('litellm_settings: {cache_params: {type: redis, service_name: main, sentinel_nodes: [["s", 26379]]}}\n', { REDIS_SENTINEL_PASSWORD: 'q' });
  expect(cacheRedisSettings(sentinel)?.sentinel).toEqual({ nodes: ['s:26379'], service: 'main', password: 'q' });
});
