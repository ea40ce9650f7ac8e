// What limits did to an exchange.
import type { Admission } from '../limits/limiter.ts';
import type { RequestSize } from '../accounting/price-forecast.ts';

/** What limits did to an exchange. */
export interface ExchangeLimits {
  /** Null for a request that was refused. */
  admission: Admission | null;
  /** Worked out when it is asked for. */
  size(): RequestSize;
  /** The `x-ratelimit-…` headers. */
  writeHeaders(headers: Headers): void;
}
