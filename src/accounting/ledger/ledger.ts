// The ledger: takes an entry for each request, keeps it in a journal at once, and writes it to the database in batches, each exactly once.
// While the database is away entries wait in the journal's file; memory holds a bounded part of them.
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { abandonedJournals, journalFolder, newJournalFile, touchJournal } from './journal-folder.ts';
import { appliedBytes, writeBatch, type Batch } from './write-batch.ts';
import { Journal, type BatchLimits, type JournalFile } from './journal.ts';
import { storeProblem } from '../../store/store-problem.ts';
import type { LedgerState } from './ledger-state.ts';
import type { LedgerEntry } from './entry.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../../store/store.ts';

/** Takes entries. */
export interface Ledger {
  /** Takes an entry. When this returns it is in the journal's file, where there is one. Never throws and never waits for the database. */
  add(entry: LedgerEntry): void;
  /** Writes what waits; resolves when all that was added before is in the database. Rejects when the database is away. */
  flush(): Promise<void>;
  /** Writes what waits, for a bounded time; the rest stays in the journal for the next start. */
  close(): Promise<void>;
  state(): LedgerState;
}

/** What a ledger needs. */
export interface LedgerOptions {
  store: Store;
  logger: Logger;
  /** The folder of the journals; null keeps entries in memory only, until they are written. */
  folder: string | null;
  /** How long entries may wait to be written together. */
  batchMs: number;
}

const maxJournalBytes = 32 * 1024 * 1024;
const longestWaitMs = 2_000;
const closeMs = 10_000;
const touchMs = 30_000;
// SQLite writes inside this process: its batches are small so that requests are not held up.
const limits = { sqlite: { maxEntries: 480, maxBytes: 1024 * 1024 }, postgres: { maxEntries: 1_000, maxBytes: 2 * 1024 * 1024 } } as const;

/** Opens the ledger, and takes over what earlier processes left behind. */
export function openLedger(options: LedgerOptions): Ledger {
  return new WritingLedger(options);
}

class WritingLedger implements Ledger {
  private readonly folder: string | null;
  private current: Journal;
  private readonly older: { journal: Journal; checked: boolean }[] = [];
  private readonly files = new Map<string, JournalFile>();
  private running: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  /** The turn in which a whole batch is written before its time. */
  private early: ReturnType<typeof setImmediate> | null = null;
  private readonly touching: ReturnType<typeof setInterval>;
  private readonly limit: BatchLimits;
  private waitMs = 0;
  private closed = false;
  private readonly told: LedgerState = { waitingBytes: 0, lost: 0, rejected: 0, awaySinceMs: null };

  constructor(private readonly options: LedgerOptions) {
    this.limit = limits[options.store.dialect];
    this.folder = options.folder === null ? null : journalFolder(options.folder);
    if (this.folder === null) options.logger.warn('the ledger has no folder for its journal: a crash loses the last entries. Set --data.', { folder: options.folder });
    this.current = this.newJournal();
    this.adopt();
    this.touching = setInterval(() => this.touch(), touchMs);
    this.touching.unref();
    if (this.older.length > 0) this.schedule(0);
  }

  add(entry: LedgerEntry): void {
    try {
      if (!this.current.append(entry)) this.lose();
    } catch (error) {
      this.withoutFile(entry, error);
    }
    if (this.current.sizeBytes > maxJournalBytes) this.rotate();
    // A whole batch does not wait: what waits costs memory, and many batches after one another hold requests up.
    if (this.current.waiting >= this.limit.maxEntries && this.early === null && this.running === null && this.older.length === 0 && this.told.awaySinceMs === null) this.scheduleBatch();
    if (this.timer === null && this.running === null) this.schedule(this.options.batchMs);
  }

  /** Writes one batch soon. What came after it waits for others, so that batches are whole. */
  private scheduleBatch(): void {
    this.early = setImmediate(() => {
      this.early = null;
      if (this.running === null && !this.closed) void this.run(() => this.writeOne()).catch(() => {});
    });
  }

  private run(work: () => Promise<void>): Promise<void> {
    this.running ??= work().catch((error: unknown) => {
      this.failed(error);
      throw error;
    }).finally(() => {
      this.running = null;
      if (!this.closed && this.timer === null && (!this.current.isDone || this.older.length > 0)) this.schedule(Math.max(this.waitMs, this.options.batchMs));
    });
    return this.running;
  }

  private async writeOne(): Promise<void> {
    const batch = this.current.next(this.limit);
    if (batch) await this.write(this.current, batch);
  }

  state(): LedgerState {
    const waitingBytes = [...this.older.map(({ journal }) => journal), this.current].reduce((sum, journal) => sum + journal.sizeBytes - journal.appliedBytes, 0);
    return { ...this.told, waitingBytes };
  }

  async flush(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    // What is being written now began before; the round after it takes all that is there.
    await this.running?.catch(() => {});
    await this.run(() => this.writeAll());
  }

  async close(): Promise<void> {
    const deadline = Date.now() + closeMs;
    while (!(this.current.isDone && this.older.length === 0) && Date.now() < deadline) {
      await Promise.race([this.flush().catch(() => {}), Bun.sleep(closeMs)]);
      if (this.told.awaySinceMs !== null) break;
    }
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    clearInterval(this.touching);
    const { waitingBytes } = this.state();
    if (waitingBytes === 0) await this.options.store.sync().catch(() => {});
    if (waitingBytes > 0) this.options.logger.warn('entries of the ledger wait for the next start', { bytes: waitingBytes, folder: this.folder });
    for (const { journal } of this.older.splice(0)) journal.close();
    this.current.close();
  }

  private schedule(afterMs: number): void {
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.flush().catch(() => {});
    }, afterMs);
  }

  /** A journal with a file where that can be made, else one in memory. */
  private newJournal(folder = this.folder): Journal {
    const file = newJournalFile(folder);
    try {
      const journal = new Journal(file);
      this.files.set(file.id, file);
      return journal;
    } catch (error) {
      this.options.logger.error('the journal of the ledger cannot be made; entries are kept in memory', { reason: String(error), folder });
      return new Journal({ id: file.id, path: null });
    }
  }

  private rotate(): void {
    this.older.push({ journal: this.current, checked: true });
    this.current = this.newJournal();
  }

  private adopt(): void {
    if (this.folder === null) return;
    for (const file of abandonedJournals(this.folder, new Set(this.files.keys()), Date.now())) {
      this.files.set(file.id, file);
      this.older.push({ journal: new Journal(file), checked: false });
    }
  }

  private touch(): void {
    const nowMs = Date.now();
    for (const file of this.files.values()) touchJournal(file, nowMs);
    this.adopt();
    if (this.older.length > 0 && this.timer === null && this.running === null) this.schedule(0);
  }

  private lose(): void {
    this.told.lost++;
    if (Math.log10(this.told.lost) % 1 === 0) this.options.logger.error('entries of the ledger are lost: there is no room for them', { lost: this.told.lost });
  }

  /** The disk does not take the entry: a journal in memory goes on. */
  private withoutFile(entry: LedgerEntry, error: unknown): void {
    this.options.logger.error('the journal of the ledger cannot be written', { reason: String(error), folder: this.folder });
    this.older.push({ journal: this.current, checked: true });
    this.current = this.newJournal(null);
    if (!this.current.append(entry)) this.lose();
  }

  private async writeAll(): Promise<void> {
    for (let first = this.older[0]; first; first = this.older[0]) {
      // Whoever had it before may have written a part of it.
      if (!first.checked) first.journal.applied(Math.min(first.journal.sizeBytes, await appliedBytes(this.options.store.db, first.journal.id)));
      first.checked = true;
      await this.writeJournal(first.journal, Number.POSITIVE_INFINITY);
      // The file goes only when the database itself outlasts a power cut.
      await this.options.store.sync();
      this.older.shift();
      // Its place in the database stays for some days: another process may have taken the same file over.
      first.journal.close();
      this.files.delete(first.journal.id);
    }
    await this.writeJournal(this.current, this.current.sizeBytes);
    this.reached();
  }

  private async writeJournal(journal: Journal, untilBytes: number): Promise<void> {
    while (journal.appliedBytes < untilBytes) {
      const batch = journal.next(this.limit);
      if (!batch) return;
      await this.write(journal, batch);
      // SQLite does not wait for anything by itself: requests have their turn between two batches.
      if (journal.appliedBytes < untilBytes) await new Promise(setImmediate);
    }
  }

  private async write(journal: Journal, batch: Batch): Promise<void> {
    try {
      const result = await writeBatch(this.options.store, batch, Date.now());
      journal.applied(result.kind === 'written' ? batch.toBytes : Math.min(journal.sizeBytes, Math.max(batch.toBytes, result.appliedBytes)));
    } catch (error) {
      if (storeProblem(error) === 'away' || isPassing(error)) throw error;
      await this.writeApart(journal, batch, error);
    }
  }

  /** An entry that the database refuses must not keep the others from being written: the batch is written in smaller parts, and it is put aside. */
  private async writeApart(journal: Journal, batch: Batch, error: unknown): Promise<void> {
    const [line] = batch.lines;
    if (batch.entries.length > 1 || line === undefined) {
      const half = journal.next({ maxEntries: Math.max(1, Math.floor(batch.entries.length / 2)), maxBytes: Number.POSITIVE_INFINITY });
      if (half) await this.write(journal, half);
      return;
    }
    this.told.rejected++;
    this.options.logger.error('the database refuses an entry of the ledger; it is in rejected.jsonl', { reason: String(error), row: batch.entries[0]?.row_id });
    if (this.folder !== null) appendFileSync(join(this.folder, 'rejected.jsonl'), `${line}\n`, { mode: 0o600 });
    await writeBatch(this.options.store, { ...batch, entries: [], lines: [] }, Date.now());
    journal.applied(batch.toBytes);
  }


  private reached(): void {
    if (this.told.awaySinceMs !== null) this.options.logger.info('the database is back; the ledger has caught up', { after_ms: Date.now() - this.told.awaySinceMs });
    this.told.awaySinceMs = null;
    this.waitMs = 0;
    // After a full disk: the next entries are safe again, when there is room.
    if (this.folder !== null && !this.current.hasFile && this.current.sizeBytes > 0) this.rotate();
  }

  private failed(error: unknown): void {
    if (this.told.awaySinceMs === null) this.options.logger.error('the ledger cannot be written; entries wait in its journal', { reason: String(error), folder: this.folder });
    this.told.awaySinceMs ??= Date.now();
    this.waitMs = Math.min(longestWaitMs, Math.max(100, this.waitMs * 2));
  }
}

// Deadlocks and serialization failures: the same batch goes through the next time.
const isPassing = (error: unknown): boolean => error instanceof Error && 'errno' in error && (error.errno === '40P01' || error.errno === '40001' || error.errno === '25P02');
