// PostgreSQL keeps the rows of each day in a table of its own, made ahead of time: dropping a day costs nothing, however many rows it has.
import { sql } from 'kysely';
import { postgresSchema, qualified } from './create-statements.ts';
import { tables } from './schema.ts';
import type { Store } from './store.ts';

const dayMs = 86_400_000;
// Made under this lock, so that instances do not make the same one at a time: "part" in ASCII.
const advisoryLock = 0x70617274;

const partitioned = (): string[] => Object.entries(tables).flatMap(([name, { partitionedBy }]) => (partitionedBy === undefined ? [] : [name]));
const suffixOf = (day: number): string => new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
const parts = /^(.+)_p(\d{4})(\d{2})(\d{2})$/;

/** Makes the parts for the days from yesterday on. Rows of a day without a part go into the default part. Nothing to do in SQLite. */
export async function ensurePartitions(store: Store, nowMs: number, daysAhead: number): Promise<void> {
  if (store.dialect !== 'postgres') return;
  const there = new Set((await partsOf(store)).map(({ name }) => name));
  const today = Math.floor(nowMs / dayMs);
  const wanted = partitioned().flatMap((table) => Array.from({ length: daysAhead + 2 }, (_, index) => ({ table, day: today - 1 + index })));
  for (const { table, day } of wanted) {
    const name = `${table}_p${suffixOf(day)}`;
    if (!there.has(name)) await makePartition(store, table, name, day);
  }
}

async function makePartition(store: Store, table: string, name: string, day: number): Promise<void> {
  await store.transaction(async (transaction) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock)})`.execute(transaction);
    // Rows that came before their part was made stay where they are, in the default part, and so does the whole day.
    const column = tables[table]?.partitionedBy ?? '';
    const { rows } = await sql`select 1 from ${sql.raw(qualified(`${table}_default`, 'postgres'))} where ${sql.ref(column)} >= ${sql.lit(day * dayMs)} and ${sql.ref(column)} < ${sql.lit((day + 1) * dayMs)} limit 1`.execute(transaction);
    if (rows.length > 0) return;
    await sql.raw(`create table if not exists ${qualified(name, 'postgres')} partition of ${qualified(table, 'postgres')} for values from (${day * dayMs}) to (${(day + 1) * dayMs})`).execute(transaction);
  });
}

async function partsOf(store: Store): Promise<{ name: string; table: string; endMs: number }[]> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = ${postgresSchema}`.execute(store.db);
  return rows.flatMap(({ name }) => {
    const [, table, year, month, day] = parts.exec(name) ?? [];
    return table === undefined ? [] : [{ name, table, endMs: Date.UTC(Number(year), Number(month) - 1, Number(day)) + dayMs }];
  });
}

/** Drops the parts of a table whose days ended before a time. Gives how many. */
export async function dropPartitions(store: Store, table: string, beforeMs: number): Promise<number> {
  const old = (await partsOf(store)).filter((part) => part.table === table && part.endMs <= beforeMs);
  for (const { name } of old) await sql.raw(`drop table if exists ${qualified(name, 'postgres')}`).execute(store.db);
  // Rows of days that had no part.
  const column = tables[table]?.partitionedBy ?? '';
  await sql`delete from ${sql.raw(qualified(`${table}_default`, 'postgres'))} where ${sql.ref(column)} < ${Math.floor(beforeMs / dayMs) * dayMs}`.execute(store.db);
  return old.length;
}
