// What handlers of the management API work with.
import type { AlertSink } from '../alerts/dispatcher.ts';
import type { Changes } from '../access/changes.ts';
import type { Config } from '../config/config.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { Logger } from '../observe/logger.ts';
import type { Router } from '../routing/router.ts';
import type { SettingsKeeper } from '../config/settings-keeper.ts';
import type { Sealer } from './seal/sealer.ts';
import type { Store } from '../store/store.ts';
import type { WindowClock } from '../limits/budget-window.ts';

/** The parts of a running gateway that the management API needs. There is a database, or no handler is called. */
export interface AdminServices {
  store: Store;
  config: Config;
  /** The router as it is now: it is made anew when models change. */
  router: () => Router;
  /** Tells who was changed, so that what is remembered of them is read anew. */
  changes: Changes;
  /** Seals and opens credentials; null where there is neither a salt key nor a master key. */
  sealer: Sealer | null;
  /** Who is told of what was changed. */
  alerts: AlertSink;
  /** Reads the stored models again; gives when they are in force. */
  reloadModels: () => Promise<void>;
  /** Counts budgets and rates; null where nothing is limited. */
  limiter: Limiter | null;
  /** Settings that are changed while the gateway runs; null: they are changed in the file only. */
  settings: SettingsKeeper | null;
  /** How windows of budgets are laid out. */
  clock: WindowClock;
  logger: Logger;
  nowMs: () => number;
}
