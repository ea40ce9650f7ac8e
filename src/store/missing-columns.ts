// Finds what a database lacks of the tables that this version uses. It stops the start: a request must not be the first to notice.
import { sql } from 'kysely';
import { addColumn, createTable, postgresSchema } from './create-statements.ts';
import { tables } from './schema.ts';
import type { Store } from './store.ts';

/** Something that is missing: a table, or a column of one, with the statements that add it. */
export interface MissingPart {
  what: string;
  statements: readonly string[];
}

/** What is missing; empty when all is there. More than is needed may be there. */
export async function missingColumns({ db, dialect }: Store): Promise<readonly MissingPart[]> {
  const query = dialect === 'postgres'
    ? sql<{ table: string; column: string }>`select table_name as "table", column_name as "column" from information_schema.columns where table_schema = ${postgresSchema}`
    : sql<{ table: string; column: string }>`select m.name as "table", c.name as "column" from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table'`;
  const found = new Map<string, Set<string>>();
  for (const { table, column } of (await query.execute(db)).rows) found.set(table, (found.get(table) ?? new Set()).add(column));
  return Object.entries(tables).flatMap(([name, table]): MissingPart[] => {
    const columns = found.get(name);
    if (!columns) return [{ what: `table ${name}`, statements: createTable(name, table, dialect) }];
    return Object.entries(table.columns).filter(([column]) => !columns.has(column))
      .map(([column, row]) => ({ what: `column ${name}.${column}`, statements: [addColumn(name, column, row, dialect)] }));
  });
}
