// The store: where keys, teams, budgets, settings and the ledger are kept.
import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/** Which database it is. Shared code asks for it only where SQL itself differs. */
export type StoreDialect = 'sqlite' | 'postgres';

/**
 * An open database. Queries reject with the driver's error; `storeProblem` says what it means. In SQLite a transaction holds the only connection:
 * inside it use what was handed over, never `db`, which would wait for ever.
 */
export interface Store {
  readonly dialect: StoreDialect;
  readonly db: Kysely<Schema>;
  /** Does all or nothing. SQLite: nobody else writes meanwhile. PostgreSQL: read committed. */
  transaction<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>;
  /**
   * The same, but a power cut may take it back as a whole, later ones with it: for what is written down elsewhere too. In SQLite no commit waits for
   * the disk then, which would hold up everything in this process.
   */
  relaxedTransaction<T>(work: (transaction: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Makes sure that what was committed outlasts a power cut. */
  sync(): Promise<void>;
  /** Whether the database answers, within two seconds; remembered for one, and asked once however many want to know. */
  healthy(): Promise<boolean>;
  close(): Promise<void>;
}
