// What a migration is. Migrations only add: the version before must go on working on the tables of the next one.
import type { Column, Index, Tables } from '../table.ts';

/** One numbered step. Once released it is never changed; the next step adds what is missing. */
export interface Migration {
  readonly number: number;
  readonly name: string;
  /** New tables. */
  readonly tables: Tables;
  /** New columns of tables that are there already. Each is optional or has a default, so that older versions can go on writing. */
  readonly columns?: Readonly<Record<string, Readonly<Record<string, Column>>>>;
  /** PostgreSQL: how full pages of a table are made, in percent. Rows that change often need room beside them, so that no index has to follow. */
  readonly fill?: Readonly<Record<string, number>>;
  /** New indexes of tables that are there already. */
  readonly indexes?: Readonly<Record<string, readonly Index[]>>;
}
