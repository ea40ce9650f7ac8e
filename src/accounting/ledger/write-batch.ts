// Writes a batch of entries into the tables: the rows, all sums, and how far the journal has come, in one transaction. A batch that was
// written once is never written again, whoever tries.
import { CompiledQuery, sql, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import { activitySums, sumEntries, type Activity, type BatchSums, type SpendById } from './sums.ts';
import { qualified } from '../../store/create-statements.ts';
import { tables, type Schema } from '../../store/schema.ts';
import type { ColumnKind } from '../../store/table.ts';
import type { LedgerEntry } from './entry.ts';
import type { Store, StoreDialect } from '../../store/store.ts';

/** A part of a journal: the entries between two places of its file. */
export interface Batch {
  journalId: string;
  fromBytes: number;
  toBytes: number;
  entries: readonly LedgerEntry[];
  /** The same as JSON lines. */
  lines: readonly string[];
}

/** `written`, or `elsewhere`: the journal has come to another place already, by this process or another one. */
export type BatchResult = { kind: 'written' } | { kind: 'elsewhere'; appliedBytes: number };

/** Writes a batch. Rejects with the driver's error and has written nothing then. `end_users` that are not known yet are made. */
export async function writeBatch(store: Store, batch: Batch, nowMs: number): Promise<BatchResult> {
  // The journal outlasts a power cut until the database does too: no commit has to wait for the disk.
  return await store.relaxedTransaction(async (transaction) => {
    if (!await advance(transaction, batch, nowMs)) return { kind: 'elsewhere', appliedBytes: await appliedBytes(transaction, batch.journalId) };
    if (batch.entries.length === 0) return { kind: 'written' };
    await insertRows(transaction, store.dialect, batch);
    await addSums(transaction, store.dialect, sumEntries(batch.entries, nowMs), nowMs);
    return { kind: 'written' };
  });
}

/** How far a journal has been written. */
export async function appliedBytes(db: Kysely<Schema>, journalId: string): Promise<number> {
  const row = await db.selectFrom('ledger_journals').select('applied_bytes').where('journal_id', '=', journalId).executeTakeFirst();
  return row?.applied_bytes ?? 0;
}

/** Moves the journal on; false when it is not where the batch begins. */
async function advance(transaction: Transaction<Schema>, { journalId, fromBytes, toBytes }: Batch, nowMs: number): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await transaction.insertInto('ledger_journals')
    .values({ journal_id: journalId, applied_bytes: toBytes, updated_at_ms: nowMs })
    .onConflict((conflict) => conflict.column('journal_id').doUpdateSet({ applied_bytes: toBytes, updated_at_ms: nowMs }).where('ledger_journals.applied_bytes', '=', fromBytes))
    .executeTakeFirstOrThrow();
  return Number(numInsertedOrUpdatedRows) > 0;
}

async function insertRows(transaction: Transaction<Schema>, dialect: StoreDialect, { entries, lines }: Batch): Promise<void> {
  const logged = entries.filter(({ unlogged }) => !unlogged);
  const payloads = entries.flatMap(({ payload, started_at_ms, row_id }) => (payload ? [{ ...payload, started_at_ms, row_id }] : []));
  if (dialect === 'sqlite') {
    await insertPrepared(transaction, 'spend_log', logged);
    await insertPrepared(transaction, 'spend_payload', payloads);
    return;
  }
  const kept = logged.length === entries.length ? lines : lines.filter((_line, index) => !entries[index]?.unlogged);
  if (kept.length > 0) await insertJson(transaction, 'spend_log', `[${kept.join(',')}]`);
  if (payloads.length > 0) await insertJson(transaction, 'spend_payload', JSON.stringify(payloads));
}

type LoggedTable = 'spend_log' | 'spend_payload';
const columnsOf = (table: LoggedTable): [string, ColumnKind][] => Object.entries(tables[table]?.columns ?? {}).map(([name, { kind }]) => [name, kind]);
const namesOf = (columns: readonly [string, ColumnKind][]): string => columns.map(([name]) => `"${name}"`).join(', ');

// SQLite is in this process: prepared statements cost a fifth of having it take JSON apart. Most rows go in groups of one size, so that few
// statements are kept prepared.
const groupSize = 40;

async function insertPrepared(transaction: Transaction<Schema>, table: LoggedTable, rows: readonly object[]): Promise<void> {
  const columns = columnsOf(table);
  const row = `(${columns.map(() => '?').join(', ')})`;
  const insert = `insert into "${table}" (${namesOf(columns)}) values `;
  const grouped = insert + Array.from({ length: groupSize }, () => row).join(', ');
  for (let from = 0; from < rows.length;) {
    const size = rows.length - from >= groupSize ? groupSize : 1;
    const values = rows.slice(from, from + size).flatMap((one) => valuesOf(one as Readonly<Record<string, unknown>>, columns));
    await transaction.executeQuery(CompiledQuery.raw(size === 1 ? insert + row : grouped, values));
    from += size;
  }
}

function valuesOf(row: Readonly<Record<string, unknown>>, columns: readonly [string, ColumnKind][]): unknown[] {
  return columns.map(([name, kind]) => {
    const value = row[name];
    return value === undefined || value === null ? null : kind === 'json' ? JSON.stringify(value) : value;
  });
}

// PostgreSQL gets the lines as one text of JSON and takes the members out by itself: that costs this process less than sending forty values a row.
async function insertJson(transaction: Transaction<Schema>, table: LoggedTable, json: string): Promise<void> {
  const columns = columnsOf(table);
  const types = columns.map(([name, kind]) => `"${name}" ${kind === 'integer' ? 'bigint' : 'text'}`).join(', ');
  await sql`insert into ${sql.raw(qualified(table, 'postgres'))} (${sql.raw(namesOf(columns))}) select ${sql.raw(namesOf(columns))} from json_to_recordset(${json}::text::json) as entry(${sql.raw(types)})`.execute(transaction);
}

const plus = (table: string, name: string): RawBuilder<number> => sql<number>`${sql.ref(`${table}.${name}`)} + ${sql.ref(`excluded.${name}`)}`;
const addedUp = (table: string): Record<(typeof activitySums)[number], RawBuilder<number>> =>
  Object.fromEntries(activitySums.map((name) => [name, plus(table, name)])) as Record<(typeof activitySums)[number], RawBuilder<number>>;
// SQLite binds at most 32,766 values, PostgreSQL 65,535.
const rowsPerStatement = 1_000;

async function addSums(transaction: Transaction<Schema>, dialect: StoreDialect, sums: BatchSums, nowMs: number): Promise<void> {
  for (const rows of chunks(sums.activity)) {
    await transaction.insertInto('daily_activity').values(rows)
      .onConflict((conflict) => conflict.columns(dimensionsOf('daily_activity')).doUpdateSet(addedUp('daily_activity'))).execute();
  }
  for (const rows of chunks(sums.tagActivity)) {
    await transaction.insertInto('daily_tag_activity').values(rows)
      .onConflict((conflict) => conflict.columns(['tag', ...dimensionsOf('daily_activity')]).doUpdateSet(addedUp('daily_tag_activity'))).execute();
  }
  for (const rows of chunks(sums.charges)) {
    await transaction.insertInto('budget_spend').values(rows)
      .onConflict((conflict) => conflict.columns(['scope', 'scope_id', 'budget_name', 'window_started_at_ms']).doUpdateSet({ spend_nano_usd: plus('budget_spend', 'spend_nano_usd'), updated_at_ms: nowMs })).execute();
  }
  await addTo(transaction, dialect, 'virtual_keys', ['key_hash'], sums.keys, sums.lastActiveMs);
  await addTo(transaction, dialect, 'users', ['user_id'], sums.users);
  await addTo(transaction, dialect, 'teams', ['team_id'], sums.teams);
  await addTo(transaction, dialect, 'organizations', ['organization_id'], sums.organizations);
  await addTo(transaction, dialect, 'projects', ['project_id'], sums.projects);
  await addTo(transaction, dialect, 'tags', ['tag_name'], sums.tags);
  await addTo(transaction, dialect, 'team_members', ['team_id', 'user_id'], sums.teamMembers);
  await addTo(transaction, dialect, 'organization_members', ['organization_id', 'user_id'], sums.organizationMembers);
  for (const rows of chunks(sums.endUsers)) {
    await transaction.insertInto('end_users')
      .values(rows.map(([id, spend]) => ({ end_user_id: id, spend_nano_usd: spend, total_spend_nano_usd: spend, created_at_ms: nowMs, updated_at_ms: nowMs })))
      .onConflict((conflict) => conflict.column('end_user_id').doUpdateSet({ spend_nano_usd: plus('end_users', 'spend_nano_usd'), total_spend_nano_usd: plus('end_users', 'total_spend_nano_usd') })).execute();
  }
}

const dimensionsOf = (table: 'daily_activity'): (keyof Activity)[] => [...(tables[table]?.primaryKey ?? [])] as (keyof Activity)[];

/** Adds spending to rows that are there; others (the master key, what was deleted meanwhile) are left out. Locks are taken in the order of the ids. */
async function addTo(
  transaction: Transaction<Schema>, dialect: StoreDialect, table: string, key: readonly string[], spend: SpendById | BatchSums['teamMembers'], lastActiveMs?: number,
): Promise<void> {
  // Spending nothing changes nothing, except when a key was last used.
  const rows = lastActiveMs === undefined ? spend.filter((row) => row.at(-1) !== 0) : spend;
  for (const part of chunks<readonly (string | number)[]>(rows)) {
    const name = sql.raw(qualified(table, dialect));
    const values = sql.join(part.map((row) => sql`(${sql.join(row.map((value) => (typeof value === 'number' ? sql`cast(${value} as bigint)` : sql`cast(${value} as text)`)))})`));
    const columns = sql.raw([...key, 'spent'].join(', '));
    const matches = (of: RawBuilder<unknown>, with_: string): RawBuilder<unknown> => sql.join(key.map((column) => sql`${of}.${sql.ref(column)} = ${sql.ref(`${with_}.${column}`)}`), sql` and `);
    const active = lastActiveMs === undefined ? sql`` : sql`, last_active_at_ms = ${lastActiveMs}`;
    const locked = dialect === 'postgres'
      ? sql`, locked as (select ${sql.raw(key.map((column) => `held.${column}`).join(', '))} from ${name} as held where (${sql.raw(key.map((column) => `held.${column}`).join(', '))}) in (select ${sql.raw(key.join(', '))} from spending) order by ${sql.raw(key.map((column) => `held.${column}`).join(', '))} for update)`
      : sql``;
    const alsoLocked = dialect === 'postgres' ? sql` join locked using (${sql.raw(key.join(', '))})` : sql``;
    await sql`with spending(${columns}) as (values ${values})${locked} update ${name} as paying set spend_nano_usd = paying.spend_nano_usd + summed.spent, total_spend_nano_usd = paying.total_spend_nano_usd + summed.spent${active} from (select spending.* from spending${alsoLocked}) as summed where ${matches(sql`paying`, 'summed')}`.execute(transaction);
  }
}

function* chunks<T>(rows: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < rows.length; from += rowsPerStatement) yield rows.slice(from, from + rowsPerStatement);
}
