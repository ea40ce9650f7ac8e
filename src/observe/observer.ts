// Hears of every finished model call and tells the log, the metrics and who else wants to know.
import type { ExchangeRecord } from './exchange-record.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** Whoever wants to know of finished model calls. */
export interface Observer {
  exchange(record: ExchangeRecord): void;
}

/** An observer that logs and counts, and passes on to another one. */
export function createObserver(logger: Logger, metrics: Metrics, next: Observer): Observer {
  return {
    exchange(record) {
      metrics.count(record);
      logger.exchange(record);
      next.exchange(record);
    },
  };
}
