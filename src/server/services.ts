// What handlers work with: the compiled configuration and what runs as long as the process.
import type { AddressPolicy } from '../access/addresses.ts';
import type { AdminServices } from '../admin/services.ts';
import type { Alerts } from '../alerts/alerts.ts';
import type { ConfiguredRoutes } from '../access/route-rules.ts';
import type { Config } from '../config/config.ts';
import type { Draining } from '../lib/draining.ts';
import type { Logger } from '../observe/logger.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { UploadStore } from '../http/stored/upload-store.ts';
import type { Store } from '../store/store.ts';
import type { PipelineParts } from '../pipeline/pipeline.ts';
import type { DashboardAccess } from '../access/dashboard-access.ts';

/** The parts of a running gateway. */
export interface Services extends DashboardAccess {
  config: Config;
  pipeline: PipelineParts;
  addresses: AddressPolicy;
  routes: ConfiguredRoutes;
  logger: Logger;
  /** Null without a database. */
  store: Store | null;
  /** What the management API works with; null without a database. */
  admin: AdminServices | null;
  metrics: Metrics;
  alerts: Alerts;
  maxRequestBytes: number;
  /** Where large uploads lie until they are answered. */
  uploads: UploadStore;
  metricsNeedKey: boolean;
  draining: Draining;
  /** Requests whose answers are not complete. */
  inFlight: () => number;
}
