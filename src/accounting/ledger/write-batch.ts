// Writes a batch of entries into the tables: the rows, all sums, and how far the journal has come, in one transaction. A batch that was
// written once is never written again, whoever tries.
import { sumEntries } from './sums.ts';
import { allOf } from '../../lib/all-of.ts';
import { plainQuery } from '../../store/plain-query.ts';
import { qualified } from '../../store/create-statements.ts';
import { tables, type Schema } from '../../store/schema.ts';
import { writeSums } from './write-sums.ts';
import type { ColumnKind } from '../../store/table.ts';
import type { Kysely, Transaction } from 'kysely';
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
    if (!await advance(transaction, store.dialect, batch, nowMs)) return { kind: 'elsewhere', appliedBytes: await appliedBytes(transaction, batch.journalId) };
    if (batch.entries.length === 0) return { kind: 'written' };
    await allOf([insertRows(transaction, store.dialect, batch), writeSums(transaction, store.dialect, sumEntries(batch.entries, nowMs), nowMs)]);
    return { kind: 'written' };
  });
}

/** How far a journal has been written. */
export async function appliedBytes(db: Kysely<Schema>, journalId: string): Promise<number> {
  const row = await db.selectFrom('ledger_journals').select('applied_bytes').where('journal_id', '=', journalId).executeTakeFirst();
  return row?.applied_bytes ?? 0;
}

/** Moves the journal on; false when it is not where the batch begins. */
async function advance(transaction: Transaction<Schema>, dialect: StoreDialect, { journalId, fromBytes, toBytes }: Batch, nowMs: number): Promise<boolean> {
  const [one, two, three, four] = dialect === 'postgres' ? ['$1', '$2', '$3', '$4'] : ['?1', '?2', '?3', '?4'];
  const { numAffectedRows } = await transaction.executeQuery(plainQuery(
    `insert into ${qualified('ledger_journals', dialect)} as journal (journal_id, applied_bytes, updated_at_ms) values (${one}, ${two}, ${three}) on conflict (journal_id) do update set applied_bytes = excluded.applied_bytes, updated_at_ms = excluded.updated_at_ms where journal.applied_bytes = ${four}`,
    [journalId, toBytes, nowMs, fromBytes],
  ));
  return Number(numAffectedRows ?? 0) > 0;
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
function namesOf(columns: readonly [string, ColumnKind][]): string {
  return columns.map(([name]) => `"${name}"`).join(', ');
}

// SQLite is in this process: prepared statements cost a fifth of having it take JSON apart. Most rows go in groups of one size, so that few
// statements are kept prepared.
const groupSize = 40;

async function insertPrepared(transaction: Transaction<Schema>, table: LoggedTable, rows: readonly object[]): Promise<void> {
  const columns = columnsOf(table);
  for (let from = 0; from < rows.length;) {
    const size = rows.length - from >= groupSize ? groupSize : 1;
    const values: unknown[] = [];
    for (let at = from; at < from + size; at++) pushValues(values, rows[at] as Readonly<Record<string, unknown>>, columns);
    await transaction.executeQuery(plainQuery(insertText(table, columns, size), values));
    from += size;
  }
}

const insertTexts = new Map<string, string>();

function insertText(table: LoggedTable, columns: readonly [string, ColumnKind][], size: number): string {
  const id = `${table} ${size}`;
  let text = insertTexts.get(id);
  if (text === undefined) {
    const row = `(${columns.map(() => '?').join(', ')})`;
    insertTexts.set(id, (text = `insert into "${table}" (${namesOf(columns)}) values ${Array.from({ length: size }, () => row).join(', ')}`));
  }
  return text;
}

function pushValues(values: unknown[], row: Readonly<Record<string, unknown>>, columns: readonly [string, ColumnKind][]): void {
  for (const [name, kind] of columns) {
    const value = row[name];
    values.push(value === undefined || value === null ? null : kind === 'json' ? JSON.stringify(value) : value);
  }
}

// PostgreSQL gets the lines as one text of JSON and takes the members out by itself: that costs this process less than sending forty values a row.
async function insertJson(transaction: Transaction<Schema>, table: LoggedTable, json: string): Promise<void> {
  await transaction.executeQuery(plainQuery(jsonTexts[table], [json]));
}

const jsonTexts: Readonly<Record<LoggedTable, string>> = { spend_log: jsonText('spend_log'), spend_payload: jsonText('spend_payload') };

function jsonText(table: LoggedTable): string {
  const columns = columnsOf(table);
  const types = columns.map(([name, kind]) => `"${name}" ${kind === 'integer' ? 'bigint' : 'text'}`).join(', ');
  return `insert into ${qualified(table, 'postgres')} (${namesOf(columns)}) select ${namesOf(columns)} from json_to_recordset($1::text::json) as entry(${types})`;
}
