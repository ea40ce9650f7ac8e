// A token that is fetched once for all who need it, kept, and fetched anew some time before it ends, while the old one still serves.
import type { Result } from '../../canonical/fault.ts';
import type { Send } from '../../http/provider-response.ts';

/** Something with an end, in milliseconds since the epoch; Infinity: it does not end. */
export interface Expiring<T> {
  value: T;
  expiresMs: number;
}

/** Fetches a token. */
export type Fetch<T> = (send: Send) => Promise<Result<Expiring<T>>>;

// From here on a new one is fetched in the background; in the last seconds callers wait for it.
const earlyMs = 5 * 60_000;
const lateMs = 10_000;

/** One token. */
export class KeptToken<T> {
  private kept: Expiring<T> | null = null;
  private fetching: Promise<Result<T>> | null = null;

  constructor(private readonly fetch: Fetch<T>, private readonly nowMs: () => number = Date.now) {}

  /** The token. Callers that come while it is fetched share the one fetch. */
  get(send: Send): Promise<Result<T>> {
    const leftMs = this.kept ? this.kept.expiresMs - this.nowMs() : 0;
    if (this.kept && leftMs > lateMs) {
      // A failed early fetch costs nothing: the old token serves on, and the next caller tries again.
      if (leftMs <= earlyMs) void this.renew(send);
      return Promise.resolve({ ok: true, value: this.kept.value });
    }
    return this.renew(send);
  }

  private renew(send: Send): Promise<Result<T>> {
    this.fetching ??= this.fetch(send).then((fetched): Result<T> => {
      if (!fetched.ok) return fetched;
      this.kept = fetched.value;
      return { ok: true, value: fetched.value.value };
    }).finally(() => {
      this.fetching = null;
    });
    return this.fetching;
  }
}
