// Connections to one origin, kept for the next request: the one used last goes first, so that the others can age and close.
import { Connection, HttpError, type ConnectionOwner, type Message } from './connection.ts';
import type { ProviderResponse } from './provider-response.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

const maxIdle = 512;
// Servers close idle connections after some seconds (Node: five); older ones are not worth the try.
const maxIdleMs = 4_000;
// An answer that has said all it had to say ends soon, or its connection is not worth keeping.
const maxEndingMs = 1_000;
/**
 * A server that let an idle connection go says so at once. One that closes later has had the request, may have worked on it, and may want
 * to be paid for it: whoever sent it decides whether it is sent again. (RFC 9110, section 9.2.2)
 */
export const goneAtOnceMs = 200;

/** The connections to an origin. */
export class Pool implements ConnectionOwner {
  private readonly idle: Connection[] = [];
  private readonly ending = new Set<Connection>();

  constructor(private readonly hostname: string, private readonly port: number) {}

  /** Sends a request on a connection that is free, or on a new one. */
  send(message: Message, signal: CancelSignal, connectTimeoutMs?: number): Promise<ProviderResponse> {
    const free = this.take();
    if (!free) return this.sendOnNew(message, signal, connectTimeoutMs);
    const sentMs = performance.now();
    // A server may close a connection just when it is used again. Where not one byte of an answer came, a new connection is tried, once.
    return free.send(message, signal, () => (performance.now() - sentMs < goneAtOnceMs ? this.sendOnNew(message, signal, connectTimeoutMs) : null));
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
