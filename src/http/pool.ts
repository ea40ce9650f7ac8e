// Connections to one origin, kept for the next request: the one used last goes first, so that the others can age and close.
import { Connection, HttpError, type ConnectionOwner, type Message } from './connection.ts';
import type { ProviderResponse } from './provider-response.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

const maxIdle = 512;
// Servers close idle connections after some seconds (Node: five); older ones are not worth the try.
const maxIdleMs = 4_000;
// An answer that has said all it had to say ends soon, or its connection is not worth keeping.
const maxEndingMs = 1_000;

/** The connections to an origin. */
export class Pool implements ConnectionOwner {
  private readonly idle: Connection[] = [];
  private readonly ending = new Set<Connection>();

  constructor(private readonly hostname: string, private readonly port: number) {}

  /** Sends a request on a connection that is free, or on a new one. */
  send(message: Message, signal: CancelSignal, connectTimeoutMs?: number): Promise<ProviderResponse> {
    const free = this.take();
    // A server may close a connection just when it is used again. Where not one byte of an answer came, another connection is tried.
    return free ? free.send(message, signal, () => this.send(message, signal, connectTimeoutMs)) : this.sendOnNew(message, signal, connectTimeoutMs);
  }

  private async sendOnNew(message: Message, signal: CancelSignal, connectTimeoutMs: number | undefined): Promise<ProviderResponse> {
    const fresh = new Connection(this);
    await fresh.open(this.hostname, this.port, signal, connectTimeoutMs);
    if (signal.aborted) {
      fresh.destroy();
      throw new HttpError('aborted', 'the request was aborted');
    }
    return fresh.send(message, signal);
  }

  onIdle(connection: Connection): void {
    connection.idleSinceMs = performance.now();
    this.ending.delete(connection);
    if (this.idle.length >= maxIdle) connection.destroy();
    else this.idle.push(connection);
  }

  onGone(connection: Connection): void {
    this.ending.delete(connection);
    const place = this.idle.indexOf(connection);
    if (place !== -1) this.idle.splice(place, 1);
  }

  onLetGo(connection: Connection): void {
    this.ending.add(connection);
  }

  /** Closes connections that nobody used for a while, and those whose last answer does not end. */
  sweep(nowMs: number): void {
    for (const connection of this.ending) if (nowMs - connection.idleSinceMs > maxEndingMs) connection.destroy();
    for (const connection of this.idle.filter((entry) => nowMs - entry.idleSinceMs > maxIdleMs)) connection.destroy();
  }

  private take(): Connection | undefined {
    return this.idle.pop();
  }
}
