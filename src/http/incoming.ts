// A request as handlers see it, whether it came over a socket or from a test as the platform's `Request`.
import type { CancelSignal } from '../lib/cancellation.ts';
import type { Later } from '../lib/later.ts';
import { ReaderSource, WholeSource, type ByteSource } from './byte-source.ts';

/** Headers that can be looked at. Names are given in lower case. */
export interface RequestHeaders {
  get(name: string): string | null;
  has(name: string): boolean;
  forEach(visit: (value: string, name: string) => void): void;
}

/** A request's body, or why there is none. */
export type BodyRead =
  | { kind: 'bytes'; bytes: Buffer }
  /** More than was allowed. */
  | { kind: 'too-large' }
  /** It did not arrive in time. */
  | { kind: 'too-slow' }
  /** The client left. */
  | { kind: 'gone' };

/** The client left before its body was complete. */
export class BodyGone extends Error {}

/** A request. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query as the request has them; begins with a slash, or is `*`. */
  readonly target: string;
  /** Scheme and host, as the client wrote the host: nothing may be decided by it. */
  readonly origin: string;
  readonly headers: RequestHeaders;
  /** Aborted when the client leaves. */
  readonly signal: CancelSignal;
  /** Reads the body, as it was sent (not unpacked). At once when all of it came together with the head. */
  read(maxBytes: number, timeoutMs: number): Later<BodyRead>;
  /** The body as it comes, without a bound on its size or time: whoever takes it has them. Fails when the client leaves. Instead of `read`. */
  source(): ByteSource;
}

/** The platform's request. */
export class WebRequest implements IncomingRequest {
  readonly method: string;
  readonly target: string;
  readonly origin: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;

  constructor(private readonly request: Request) {
    const { method, headers, signal, url } = request;
    this.method = method;
    this.headers = headers;
    this.signal = signal;
    const start = url.indexOf('/', url.indexOf('://') + 3);
    this.target = start === -1 ? '/' : url.slice(start);
    this.origin = start === -1 ? url : url.slice(0, start);
  }

  async read(maxBytes: number, timeoutMs: number): Promise<BodyRead> {
    const { promise: late, resolve } = Promise.withResolvers<BodyRead>();
    const timer = setTimeout(() => resolve({ kind: 'too-slow' }), timeoutMs);
    const reading = this.collect(maxBytes);
    // Whoever comes too late may break off: nobody waits for it any more.
    reading.catch(() => undefined);
    try {
      return await Promise.race([reading, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  source(): ByteSource {
    const reader = this.request.body?.getReader();
    return reader ? new ReaderSource(reader) : new WholeSource(Buffer.alloc(0));
  }

  private async collect(maxBytes: number): Promise<BodyRead> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of this.request.body ?? []) {
      size += chunk.length;
      if (size > maxBytes) return { kind: 'too-large' };
      chunks.push(chunk);
    }
    return { kind: 'bytes', bytes: Buffer.concat(chunks) };
  }
}
