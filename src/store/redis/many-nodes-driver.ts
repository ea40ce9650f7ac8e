// Redis clusters and servers behind sentinels, by the `@redis/client` package: Bun's client knows neither.
import { createCluster, createSentinel, ErrorReply, RESP_TYPES } from '@redis/client';
import { RedisRefusal, type RedisDriver } from './driver.ts';
import type { RedisSettings } from './settings.ts';

/** A connection to a cluster or to the master that sentinels name. */
export function manyNodesDriver(settings: RedisSettings, connectTimeoutMs: number): RedisDriver {
  return settings.sentinel ? sentinelDriver(settings, settings.sentinel, connectTimeoutMs) : clusterDriver(settings, connectTimeoutMs);
}

const bytesMapping = { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } as const;

function clusterDriver({ url, clusterNodes }: RedisSettings, connectTimeout: number): RedisDriver {
  const { username, password, protocol } = credentialsOf(url);
  const cluster = createCluster({
    rootNodes: clusterNodes.map((node) => ({ url: `${protocol}//${node}` })),
    defaults: { ...(username !== '' && { username }), ...(password !== '' && { password }), socket: { connectTimeout, ...(protocol === 'rediss:' && { tls: true }) }, disableOfflineQueue: true },
  });
  cluster.on('error', () => undefined);
  const send = (command: string, args: readonly string[]): Promise<unknown> => cluster.sendCommand(keyOf(command, args), false, [command, ...args]).catch(toRefusal);
  return {
    whenLost: null, send,
    connect: async () => void (await cluster.connect()),
    bytes: (key) => cluster.sendCommand<Buffer | null>(key, true, ['GET', key], bytesMapping).catch(toRefusal),
    close: () => cluster.destroy(),
  };
}

function sentinelDriver({ url }: RedisSettings, { nodes, service, password: sentinelPassword }: NonNullable<RedisSettings['sentinel']>, connectTimeout: number): RedisDriver {
  const { username, password, protocol } = credentialsOf(url);
  const socket = { connectTimeout, ...(protocol === 'rediss:' && { tls: true as const }) };
  const sentinel = createSentinel({
    name: service,
    sentinelRootNodes: nodes.map((node) => ({ host: node.replace(/:\d+$/, ''), port: Number(/:(\d+)$/.exec(node)?.[1] ?? 26_379) })),
    nodeClientOptions: { ...(username !== '' && { username }), ...(password !== '' && { password }), socket },
    sentinelClientOptions: { ...(sentinelPassword !== null && { password: sentinelPassword }), socket },
  });
  sentinel.on('error', () => undefined);
  return {
    whenLost: null,
    connect: async () => void (await sentinel.connect()),
    send: (command, args) => sentinel.sendCommand(false, [command, ...args]).catch(toRefusal),
    bytes: (key) => sentinel.sendCommand<Buffer | null>(true, ['GET', key], bytesMapping).catch(toRefusal),
    close: () => void sentinel.destroy().catch(() => undefined),
  };
}

// Commands without a key go to any node.
const keyless = new Set(['PING', 'INFO', 'TIME', 'FT._LIST']);

function keyOf(command: string, args: readonly string[]): string | undefined {
  if (keyless.has(command)) return undefined;
  // EVAL script numkeys key …
  return command === 'EVAL' || command === 'EVALSHA' ? args[2] : args[0];
}

function credentialsOf(text: string): { username: string; password: string; protocol: string } {
  const url = new URL(text);
  return { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password), protocol: url.protocol };
}

function toRefusal(error: unknown): never {
  if (error instanceof ErrorReply) throw new RedisRefusal(error.message);
  throw error;
}
