// Opens the database that the configuration names, for the commands that use it.
import { databaseAddress } from '../config/database-url.ts';
import { openStore, type StoreOptions } from '../store/open-store.ts';
import { prepareStore, type Prepared } from '../store/prepare-store.ts';
import { storeProblem } from '../store/store-problem.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/store.ts';

/** `open`: with its tables up to date. `none`: no database is named. `failed`: what is wrong was written to standard error. */
export type OpenedDatabase = { kind: 'open'; store: Store; prepared: Extract<Prepared, { kind: 'ready' }> } | { kind: 'none' } | { kind: 'failed' };

const retryMs = 1_000;

/** Opens and prepares the database. One that is not there yet is waited for, as long as `database_connection_timeout` says. */
export async function openDatabase(config: Config, dataFolder: string | undefined, migrating: boolean): Promise<OpenedDatabase> {
  const address = databaseAddress(config, dataFolder);
  if (address.kind === 'none') return address;
  if (address.kind === 'refused') return failed(address.message);
  const { databaseConnectionTimeoutMs, databaseExtraConnectionParams } = config.generalSettings;
  let store: Store;
  try {
    store = await openStore(withParams(address.url, databaseExtraConnectionParams), storeOptions(config));
  } catch (error) {
    return failed(`Not started: the database of ${address.source} cannot be opened: ${openingReason(error)}`);
  }
  const deadline = Date.now() + databaseConnectionTimeoutMs;
  let told = '';
  for (;;) {
    try {
      const prepared = await prepareStore(store, migrating);
      if (prepared.kind === 'ready') return { kind: 'open', store, prepared };
      await store.close();
      return failed(prepared.message);
    } catch (error) {
      if (storeProblem(error) !== 'away' || Date.now() >= deadline) {
        await store.close();
        return failed(`Not started: the database of ${address.source} does not work: ${reasonOf(error)}`);
      }
      const reason = reasonOf(error);
      if (reason !== told) console.error(`waiting for the database of ${address.source}, for at most ${Math.ceil((deadline - Date.now()) / 1_000)} seconds: ${reason}`);
      told = reason;
    }
    await Bun.sleep(retryMs);
  }
}

/** How PostgreSQL is used. */
export function storeOptions({ generalSettings }: Pick<Config, 'generalSettings'>): StoreOptions {
  const { databaseConnectionPoolLimit, databaseConnectTimeoutMs, databaseConnectionPoolTimeoutMs, databaseSocketTimeoutMs, databaseMaxIdleConnectionLifetimeMs, databaseDisablePreparedStatements } = generalSettings;
  return {
    maxConnections: databaseConnectionPoolLimit, preparedStatements: !databaseDisablePreparedStatements,
    ...(databaseConnectTimeoutMs !== undefined && { connectTimeoutMs: databaseConnectTimeoutMs }), ...(databaseConnectionPoolTimeoutMs !== undefined && { poolTimeoutMs: databaseConnectionPoolTimeoutMs }),
    ...(databaseSocketTimeoutMs !== undefined && { statementTimeoutMs: databaseSocketTimeoutMs }), ...(databaseMaxIdleConnectionLifetimeMs !== undefined && { idleTimeoutMs: databaseMaxIdleConnectionLifetimeMs }),
  };
}

/** An address of PostgreSQL with further parameters. */
export function withParams(address: string, params: Readonly<Record<string, string | number | boolean>> | undefined): string {
  if (params === undefined || !address.startsWith('postgres')) return address;
  const url = new URL(address);
  for (const [name, value] of Object.entries(params)) url.searchParams.set(name, String(value));
  return url.toString();
}

/** Whether tables are brought up to date by the start itself: not where LiteLLM's switches say no. */
export function migratesAtStart({ generalSettings, environmentValue }: Config): boolean {
  return !generalSettings.disablePrismaSchemaUpdate && !/^(true|1)$/i.test(environmentValue('DISABLE_SCHEMA_UPDATE') ?? '');
}

function failed(message: string): OpenedDatabase {
  console.error(message);
  return { kind: 'failed' };
}

/** What hinders a file is told in words that say what to do. */
function openingReason(error: unknown): string {
  const { code, path } = error instanceof Error ? { code: undefined, path: undefined, ...error } : { code: undefined, path: undefined };
  const what = typeof path === 'string' ? path : 'the file';
  if (code === 'EEXIST' || code === 'ENOTDIR') return `${what} is a file; expected a folder`;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return `${what} cannot be written by this user; change its owner, or name another folder`;
  return reasonOf(error);
}

// A driver's error names hosts and tables, and no passwords.
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message || error.name : String(error));
