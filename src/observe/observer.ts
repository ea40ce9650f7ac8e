// Hears of every finished model call and tells the log and the metrics.
import type { ExchangeRecord } from './exchange-record.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

/** Whoever wants to know of finished model calls. */
export interface Observer {
  exchange(record: ExchangeRecord): void;
}

/** An observer that logs and counts. */
export function createObserver(logger: Logger, metrics: Metrics): Observer {
  return {
    exchange(record) {
      metrics.count(record);
      logger.exchange(record);
    },
  };
}
