// Loads that wrk cannot make, from this process: streams that stay open, a fixed rate, requests that the provider holds.
import { Connection, requestBytes } from './connection.ts';

/** Where a load goes and what it sends each time. */
export interface Destination {
  readonly port: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

function bytesOf({ path, headers, body }: Destination): Buffer {
  return requestBytes(path, headers, body);
}

/** What a set of streams counts while it runs. */
export interface StreamCounts {
  /** Server-sent events that came. */
  events: number;
  /** Streams that came to their proper end. */
  finished: number;
  /** Streams that were refused, broke off, or ended with fewer events than they should have. */
  broken: number;
  /** From a request to the first byte of its answer's body, in milliseconds. */
  firstByteMs: number[];
}

/** Streams that run until they are closed. */
export interface Streams {
  readonly counts: StreamCounts;
  /** Streams that an answer has begun on and not ended. */
  openNow(): number;
  close(): void;
}

/** Keeps `count` streams open, the starts spread over `rampMs`; one that ends is begun anew. */
export function openStreams(destination: Destination, count: number, rampMs: number, eventsExpected: number): Streams {
  const bytes = bytesOf(destination);
  const counts: StreamCounts = { events: 0, finished: 0, broken: 0, firstByteMs: [] };
  const connections = Array.from({ length: count }, () => new Connection(destination.port));
  let open = 0;
  let closed = false;

  const run = (connection: Connection): void => {
    if (closed) return;
    const sentAt = performance.now();
    let events = 0;
    let begun = false;
    void connection.send(bytes, {
      onBytes(more) {
        if (!begun && more > 0) {
          begun = true;
          open++;
          counts.firstByteMs.push(performance.now() - sentAt);
        }
        events += more;
        counts.events += more;
      },
      onEnd(status) {
        if (begun) open--;
        const whole = status === 200 && events >= eventsExpected;
        if (whole) counts.finished++;
        else counts.broken++;
        // A gateway that refuses everything must not be asked in a tight loop.
        if (whole) run(connection);
        else setTimeout(run, 100, connection);
      },
    });
  };

  connections.forEach((connection, index) => setTimeout(run, (index * rampMs) / count, connection));
  return {
    counts,
    openNow: () => open,
    close() {
      closed = true;
      for (const connection of connections) connection.close();
    },
  };
}

/** What requests at a fixed rate took. */
export interface RateResult {
  readonly latenciesMs: number[];
  readonly failed: number;
}

/** Sends requests at a fixed rate, however slowly the answers come, so that a slow gateway does not slow the load that it is measured with. */
export async function fixedRate(destination: Destination, perSecond: number, seconds: number): Promise<RateResult> {
  const bytes = bytesOf(destination);
  const all = Array.from({ length: 16 }, () => new Connection(destination.port));
  await Promise.allSettled(all.map((connection) => connection.open()));
  const idle = [...all];
  const latenciesMs: number[] = [];
  const counts = { sent: 0, answered: 0, failed: 0 };

  const sendOne = (): void => {
    let connection = idle.pop();
    if (!connection) all.push((connection = new Connection(destination.port)));
    const sentAt = performance.now();
    counts.sent++;
    void connection.send(bytes, {
      onEnd(status) {
        counts.answered++;
        if (status === 200) latenciesMs.push(performance.now() - sentAt);
        else counts.failed++;
        idle.push(connection);
      },
    });
  };

  const startedAt = performance.now();
  const total = perSecond * seconds;
  while (counts.sent < total) {
    const due = Math.min(total, ((performance.now() - startedAt) / 1_000) * perSecond);
    while (counts.sent < due) sendOne();
    await Bun.sleep(1);
  }
  const deadline = performance.now() + 10_000;
  while (counts.answered < counts.sent && performance.now() < deadline) await Bun.sleep(5);
  for (const connection of all) connection.close();
  return { latenciesMs, failed: counts.failed + counts.sent - counts.answered };
}

/** Requests that were sent at once. */
export interface Burst {
  answeredRight(): number;
  answeredWrong(): number;
  close(): void;
}

/** Sends `count` requests on connections of their own, a few hundred at a time so that the queue of new connections does not overflow. */
export async function burst(destination: Destination, count: number): Promise<Burst> {
  const bytes = bytesOf(destination);
  const connections: Connection[] = [];
  let right = 0;
  let wrong = 0;
  while (connections.length < count) {
    const some = Array.from({ length: Math.min(200, count - connections.length) }, () => new Connection(destination.port));
    connections.push(...some);
    await Promise.allSettled(some.map((connection) => connection.open()));
    for (const connection of some) {
      void connection.send(bytes, {
        onEnd(status) {
          if (status === 200) right++;
          else wrong++;
        },
      });
    }
    await Bun.sleep(10);
  }
  return {
    answeredRight: () => right,
    answeredWrong: () => wrong,
    close() {
      for (const connection of connections) connection.close();
    },
  };
}
