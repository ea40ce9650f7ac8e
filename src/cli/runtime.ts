// What is kept for as long as the process runs, over changes of the configuration.
import { hostname } from 'node:os';
import { Alerts } from '../alerts/alerts.ts';
import { eventWatch } from '../alerts/event-watch.ts';
import { LiveSettings } from './live-settings.ts';
import { migratesAtStart, openDatabase } from './open-database.ts';
import { readCharges } from '../limits/charges.ts';
import { newProcessMemory, type ProcessMemory } from '../pipeline/process-memory.ts';
import { sessionTable } from '../access/session-table.ts';
import { Sessions } from '../access/sessions.ts';
import { startLedger, uploadFolder, type RunningLedger } from './open-ledger.ts';
import { tellInstance, type Instance } from '../store/instances.ts';
import { UploadStore } from '../http/stored/upload-store.ts';
import { version } from '../pipeline/answer-headers.ts';
import { watchDatabase } from '../observe/database-watch.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../observe/logger.ts';
import type { StartOptions } from './parse-arguments.ts';
import type { Store } from '../store/store.ts';

/** See the top of the file. */
export interface Runtime {
  logger: Logger;
  store: Store | null;
  ledger: RunningLedger | null;
  alerts: Alerts;
  /** A changed configuration signs nobody out. */
  sessions: Sessions;
  memory: ProcessMemory;
  /** Where large uploads lie. */
  uploads: UploadStore;
  /** Settings of the database; null without one. */
  settings: LiveSettings | null;
  /** Writes down what is left, and lets the database go. */
  close(): Promise<void>;
}

function thisProcess(): Instance {
  const startedAtMs = Math.round(performance.timeOrigin);
  return { id: `${hostname()}:${process.pid}:${startedAtMs.toString(36)}`, host: hostname(), pid: process.pid, version, startedAtMs };
}

/** Opens everything; null when the database cannot be used, after why was written to standard error. */
export async function openRuntime(config: Config, options: StartOptions, logger: Logger): Promise<Runtime | null> {
  const database = await openDatabase(config, options.data, migratesAtStart(config));
  if (database.kind === 'failed') return null;
  const store = database.kind === 'open' ? database.store : null;
  const ledger = store && !options.skipServerStartup ? startLedger(config, options.data, store, logger) : null;
  const alerts = new Alerts({ logger });
  const memory = newProcessMemory();
  const { events } = memory.limits;
  if (store) await readCharges(store, memory.limits.book, Date.now());
  events.listen(eventWatch(alerts, logger));
  if (store) watchDatabase(store, events);
  const leave = store && !options.skipServerStartup ? tellInstance(store, thisProcess(), () => ({ memory_bytes: process.memoryUsage.rss(), ledger_waiting_bytes: ledger?.ledger.state().waitingBytes ?? 0 })) : null;
  return {
    logger, store, ledger, alerts, memory, uploads: new UploadStore(uploadFolder(config, options.data)), settings: store && new LiveSettings(store, options, memory.changes, logger), sessions: new Sessions(store && sessionTable(store)),
    async close() {
      await leave?.();
      await ledger?.close();
      await store?.close().catch(() => undefined);
    },
  };
}
