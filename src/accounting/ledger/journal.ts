// A journal: a file to which each entry is appended before anything else happens with it, and the entries of it that are still in memory.
// What is in the file outlasts `kill -9` from the moment of the call; a power cut from the next sync on, a fifth of a second later.
import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { entryOfLine, writtenEntry, type LedgerEntry } from './entry.ts';
import type { Batch } from './write-batch.ts';

/** Where a journal is kept; without a file it lives in memory only. */
export interface JournalFile {
  readonly id: string;
  readonly path: string | null;
}

/** How much of a journal is handled at a time. */
export interface BatchLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

interface Held {
  entry: LedgerEntry;
  line: string;
  bytes: number;
}

// Entries beyond this stay in the file only and are read back when their turn comes.
const maxHeldBytes = 16 * 1024 * 1024;
const syncMs = 200;
const newline = 10;
// Lines become bytes here: memory of its own for each one costs more than writing it.
const scratch = Buffer.allocUnsafeSlow(64 * 1024);

/** One journal. `sizeBytes` is its length, `appliedBytes` how much of it is in the database. */
export class Journal {
  readonly id: string;
  sizeBytes = 0;
  appliedBytes = 0;
  /** Lines that were no entry. */
  unreadable = 0;
  private file: number | null = null;
  private held: Held[] = [];
  private heldBytes = 0;
  /** Where in the file the held entries begin. */
  private heldFromBytes = 0;
  private dirty = false;
  private syncing: ReturnType<typeof setTimeout> | null = null;

  /** Opens or makes the file. Throws when that is not possible. */
  constructor(private readonly at: JournalFile) {
    this.id = at.id;
    if (at.path === null) return;
    this.file = openSync(at.path, 'a+', 0o600);
    this.sizeBytes = fstatSync(this.file).size;
    this.heldFromBytes = this.sizeBytes;
  }

  get hasFile(): boolean {
    return this.file !== null;
  }

  /** Entries in memory that are not in the database. */
  get waiting(): number {
    return this.held.length;
  }

  get isDone(): boolean {
    return this.appliedBytes >= this.sizeBytes;
  }

  /** Adds an entry. False when there is no room for it: then it is nowhere. Throws when the file cannot be written; then it is not in it either. */
  append(added: LedgerEntry): boolean {
    const { entry, line } = writtenEntry(added);
    if (this.file === null) return this.hold(entry, line, Buffer.byteLength(line) + 1);
    const bytes = this.write(this.file, line);
    this.sizeBytes += bytes;
    if (!this.holdBehind(entry, line, bytes)) this.forget();
    this.syncSoon();
    return true;
  }

  /** Writes a line and gives its bytes. */
  private write(file: number, line: string): number {
    const bytes = line.length * 3 < scratch.length ? scratch : Buffer.allocUnsafe(line.length * 3 + 1);
    const end = bytes.write(line, 0);
    bytes[end] = newline;
    const length = end + 1;
    try {
      for (let written = 0; written < length;) written += writeSync(file, bytes, written, length - written);
    } catch (error) {
      ftruncateSync(file, this.sizeBytes);
      throw error;
    }
    return length;
  }

  private hold(entry: LedgerEntry, line: string, bytes: number): boolean {
    if (!this.holdBehind(entry, line, bytes)) return false;
    this.sizeBytes += bytes;
    return true;
  }

  private holdBehind(entry: LedgerEntry, line: string, bytes: number): boolean {
    if (this.heldBytes + bytes > maxHeldBytes) return false;
    this.held.push({ entry, line, bytes });
    this.heldBytes += bytes;
    return true;
  }

  /** Lets go of the entries in memory; the file has them. */
  private forget(): void {
    this.held = [];
    this.heldBytes = 0;
    this.heldFromBytes = this.sizeBytes;
  }

  /** The next entries that are not in the database, or null when all are. */
  next({ maxEntries, maxBytes }: BatchLimits): Batch | null {
    if (this.isDone) return null;
    if (this.appliedBytes < this.heldFromBytes) return this.read(maxEntries, maxBytes);
    let bytes = 0;
    let count = 0;
    for (const one of this.held) {
      if (count > 0 && (count >= maxEntries || bytes + one.bytes > maxBytes)) break;
      bytes += one.bytes;
      count++;
    }
    const part = this.held.slice(0, count);
    return { journalId: this.id, fromBytes: this.appliedBytes, toBytes: this.appliedBytes + bytes, entries: part.map(({ entry }) => entry), lines: part.map(({ line }) => line) };
  }

  /** Entries from the file, at most up to those in memory. */
  private read(maxEntries: number, maxBytes: number): Batch {
    const until = Math.min(this.heldFromBytes, this.appliedBytes + maxBytes);
    let bytes = this.bytesOf(this.appliedBytes, until);
    let end = bytes.lastIndexOf(newline);
    if (end === -1 && until < this.heldFromBytes) {
      // One line longer than a batch: read to the end, which is bounded by what one request may be.
      bytes = this.bytesOf(this.appliedBytes, this.heldFromBytes);
      end = bytes.indexOf(newline);
    }
    const entries: LedgerEntry[] = [];
    const lines: string[] = [];
    let at = 0;
    while (at < (end === -1 ? bytes.length : end + 1) && entries.length < maxEntries) {
      const stop = bytes.indexOf(newline, at);
      const line = bytes.toString('utf8', at, stop === -1 ? bytes.length : stop);
      const entry = entryOfLine(line);
      // A line without an end was being written when the power went: nobody was told that it is kept.
      if (entry) {
        entries.push(entry);
        lines.push(line);
      } else {
        this.unreadable++;
      }
      at = stop === -1 ? bytes.length : stop + 1;
    }
    return { journalId: this.id, fromBytes: this.appliedBytes, toBytes: this.appliedBytes + at, entries, lines };
  }

  private bytesOf(from: number, to: number): Buffer {
    const bytes = Buffer.alloc(to - from);
    if (this.file === null) return bytes;
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(this.file, bytes, read, bytes.length - read, from + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  }

  /** Notes how far the database has come. */
  applied(toBytes: number): void {
    let passed = 0;
    let bytes = 0;
    const from = Math.max(this.appliedBytes, this.heldFromBytes);
    for (const one of this.held) {
      if (from + bytes + one.bytes > toBytes) break;
      bytes += one.bytes;
      passed++;
    }
    this.held.splice(0, passed);
    this.heldBytes -= bytes;
    this.appliedBytes = toBytes;
    this.heldFromBytes += bytes;
  }

  private syncSoon(): void {
    this.dirty = true;
    this.syncing ??= setTimeout(() => {
      this.syncing = null;
      if (this.file === null || !this.dirty) return;
      this.dirty = false;
      // What is in the database by now needs no sync; a failure shows at the next write.
      if (!this.isDone) fdatasync(this.file, () => {});
    }, syncMs);
  }

  /** Closes the file, and deletes it when all of it is in the database. */
  close(): void {
    if (this.syncing) clearTimeout(this.syncing);
    if (this.file !== null) closeSync(this.file);
    this.file = null;
    if (this.isDone && this.at.path !== null) rmSync(this.at.path, { force: true });
  }
}
