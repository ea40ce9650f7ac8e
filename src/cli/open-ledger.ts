// Opens the ledger of a database, and keeps it and the budgets in order, as the configuration says.
import { dirname, join } from 'node:path';
import { databaseAddress } from '../config/database-url.ts';
import { durationMs } from '../config/duration.ts';
import { keepBudgets } from '../limits/reset-budgets.ts';
import { keepLedger, type Retention } from '../accounting/ledger/maintenance.ts';
import { openLedger, type Ledger } from '../accounting/ledger/ledger.ts';
import { windowClock } from '../pipeline/compile-limits.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../observe/logger.ts';
import type { Store } from '../store/store.ts';

const hourMs = 3_600_000;

/** A ledger that runs as long as the process. */
export interface RunningLedger {
  ledger: Ledger;
  /** Writes what waits and stops. */
  close(): Promise<void>;
}

/** Opens it. Settings of the ledger are read once; a changed file does not change them. */
export function startLedger(config: Config, dataFolder: string | undefined, store: Store, logger: Logger): RunningLedger {
  const { proxyBatchWriteAtMs, maximumSpendLogsRetentionInterval: interval } = config.generalSettings;
  const ledger = openLedger({ store, logger, folder: journalPath(config, dataFolder), batchMs: proxyBatchWriteAtMs });
  const keeper = keepLedger(store, retentionOf(config), Math.min(hourMs, (interval === undefined ? null : durationMs(interval)) ?? hourMs), logger);
  const budgets = config.generalSettings.disableResetBudget ? null : keepBudgets(store, windowClock(config), budgetPauseMs(config), logger);
  return {
    ledger,
    close: async () => {
      budgets?.stop();
      keeper.stop();
      await ledger.close();
    },
  };
}

/** How long things are kept. */
export function retentionOf({ generalSettings }: Pick<Config, 'generalSettings'>): Retention {
  const { maximumSpendLogsRetentionPeriod: rows, maximumHealthCheckRetentionPeriod: health, maximumDailyTagSpendRetentionPeriod: tagDays } = generalSettings;
  const inMs = (period: string | undefined): number | null => (period === undefined ? null : durationMs(period));
  return { rowsMs: inMs(rows), payloadsMs: inMs(rows), healthMs: inMs(health), tagDaysMs: inMs(tagDays) };
}

/** The shortest and the longest pause between looks for budgets to start anew, when nothing is set. */
const usualPauseMs = 60_000;

function budgetPauseMs({ generalSettings }: Config): [number, number] {
  const { proxyBudgetReschedulerMinTimeMs: shortest, proxyBudgetReschedulerMaxTimeMs: longest } = generalSettings;
  const least = Math.max(1_000, shortest ?? Math.min(usualPauseMs, longest ?? usualPauseMs));
  return [least, Math.max(least, longest ?? least)];
}

function journalPath(config: Config, dataFolder: string | undefined): string | null {
  const folder = stateFolder(config, dataFolder);
  return folder === null ? null : join(folder, 'journal');
}

/** Where state is kept in files: in the data folder, else beside the file of SQLite, else in `.weir` of the working folder; null: nowhere. */
export function stateFolder(config: Config, dataFolder: string | undefined): string | null {
  if (dataFolder !== undefined) return dataFolder;
  const address = databaseAddress(config, dataFolder);
  if (address.kind !== 'url' || !address.url.startsWith('sqlite:')) return '.weir';
  const path = address.url.slice('sqlite:'.length);
  return path === ':memory:' ? null : dirname(path);
}

/** The folder for uploads under way; null: that of the system. Nothing is left in it, so no folder is made where none was asked for. */
export function uploadFolder(config: Config, dataFolder: string | undefined): string | null {
  const address = databaseAddress(config, dataFolder);
  const folder = dataFolder !== undefined || (address.kind === 'url' && address.url.startsWith('sqlite:')) ? stateFolder(config, dataFolder) : null;
  return folder === null ? null : join(folder, 'uploads');
}
