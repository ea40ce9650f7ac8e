// What a Redis client library has to do for us. Time budgets and new connections are not its business.

/** What a command takes: text, or bytes as they are. */
export type RedisArgument = string | Buffer;

/** One connection, as drivers give it. Methods reject when they fail; errors of the server itself are `RedisRefusal`. */
export interface RedisDriver {
  connect(): Promise<void>;
  send(command: string, args: readonly RedisArgument[]): Promise<unknown>;
  bytes(key: string): Promise<Uint8Array | null>;
  /** Breaks off; what is under way fails. */
  close(): void;
  /** The connection was lost. */
  whenLost: (() => void) | null;
}

/** An error that Redis answered with: the connection is well. */
export class RedisRefusal extends Error {}
