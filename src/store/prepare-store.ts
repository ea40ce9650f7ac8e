// Makes a store ready for use: brings its tables up to date, or says what an operator has to run.
import { migrate, pendingMigrations, statementsOf } from './migrate.ts';
import { missingColumns } from './missing-columns.ts';
import type { Migration } from './migrations/migration.ts';
import type { Store } from './store.ts';

/** `ready`: with what was done. `refused`: what is missing, with the statements that add it. */
export type Prepared = { kind: 'ready'; done: readonly Migration[] } | { kind: 'refused'; message: string };

/**
 * Migrates unless that is switched off, and checks that every table and column is there. Rejects when the database cannot be reached.
 */
export async function prepareStore(store: Store, migrating: boolean): Promise<Prepared> {
  const done = migrating ? await migrate(store) : [];
  const pending = migrating ? [] : await pendingMigrations(store);
  if (pending.length > 0) {
    const names = pending.map(({ number, name }) => `${number} (${name})`).join(', ');
    return { kind: 'refused', message: ['Not started: the database lacks the migrations ' + names + '. Run `weir migrate`, or:', ...pending.flatMap((migration) => statementsOf(migration, store.dialect)).map(statement)].join('\n') };
  }
  const missing = await missingColumns(store);
  if (missing.length === 0) return { kind: 'ready', done };
  const what = missing.map((part) => part.what).join(', ');
  return { kind: 'refused', message: [`Not started: the database lacks ${what}. Run:`, ...missing.flatMap((part) => part.statements).map(statement)].join('\n') };
}

const statement = (text: string): string => `  ${text.replaceAll('\n', '\n  ')};`;
