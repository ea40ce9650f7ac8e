// Redis by the client that comes with Bun: one server, with or without TLS.
import { RedisClient } from 'bun';
import { RedisRefusal, type RedisArgument, type RedisDriver } from './driver.ts';

declare module 'bun' {
  interface RedisClient {
    // It takes bytes, too; its types do not say so.
    send(command: string, args: readonly RedisArgument[]): Promise<unknown>;
  }
}

/** A connection to one server. It does not connect again by itself: that is done where the time budget is kept. */
export function bunRedisDriver(url: string, connectTimeoutMs: number): RedisDriver {
  const client = new RedisClient(url, { connectionTimeout: connectTimeoutMs, autoReconnect: false, enableOfflineQueue: false });
  const driver: RedisDriver = {
    whenLost: null,
    connect: () => client.connect(),
    send: (command, args) => client.send(command, [...args]).catch(toRefusal),
    bytes: (key) => client.getBuffer(key).catch(toRefusal),
    close: () => client.close(),
  };
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- Bun's client has no addEventListener
  client.onclose = () => driver.whenLost?.();
  return driver;
}

function toRefusal(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_REDIS_SERVER_ERROR') throw new RedisRefusal(error.message);
  throw error;
}
