// What limits did to an exchange.
import type { Admission, Extension, LimitRequest } from '../limits/limiter.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { RequestSize } from '../accounting/price-forecast.ts';
import type { ReplyHeaders } from '../http/reply.ts';

/** What limits did to an exchange. */
export interface ExchangeLimits {
  /** What was asked of the limiter, with what refused or would have. */
  readonly request: Pick<LimitRequest, 'refusals'>;
  /** Null for a request that was refused. */
  admission: Admission | null;
  /** Worked out when it is asked for. */
  size(): RequestSize;
  /** The `x-ratelimit-…` headers. */
  writeHeaders(headers: ReplyHeaders): void;
  /** Deployments whose own limits hold for the request now; more than one while a late stream is hedged. */
  readonly entered: Map<Deployment, Extension>;
}
