// The folder of journals: each process has a file of its own there, and takes over those that ended processes left behind.
import { accessSync, constants, mkdirSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { JournalFile } from './journal.ts';

const prefix = 'ledger-';
const suffix = '.jsonl';
// A process of another machine on the same volume is alive while it touches its file at least this often.
const silentMs = 90_000;

/** Makes the folder; null when it cannot be written. */
export function journalFolder(path: string): string | null {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK);
    return path;
  } catch {
    return null;
  }
}

/** A new journal of this process. */
export function newJournalFile(folder: string | null): JournalFile {
  const id = `${prefix}${machine()}-${process.pid}-${crypto.randomUUID()}`;
  return { id, path: folder === null ? null : join(folder, `${id}${suffix}`) };
}

/** Journals whose process is gone. Should two processes take the same one, each of its entries is still written once. */
export function abandonedJournals(folder: string, own: ReadonlySet<string>, nowMs: number): JournalFile[] {
  return readdirSync(folder).filter((name) => name.startsWith(prefix) && name.endsWith(suffix)).map((name) => name.slice(0, -suffix.length))
    .filter((id) => !own.has(id)).map((id) => ({ id, path: join(folder, `${id}${suffix}`) })).filter((file) => isAbandoned(file, nowMs));
}

/** Says that this process still has its journal. */
export function touchJournal({ path }: JournalFile, nowMs: number): void {
  if (path === null) return;
  try {
    utimesSync(path, nowMs / 1000, nowMs / 1000);
  } catch {
    // It was deleted meanwhile: then nobody waits for it.
  }
}

function isAbandoned({ id, path }: { id: string; path: string }, nowMs: number): boolean {
  const [, host, pid] = /^ledger-(.*?)-(\d+)-[0-9a-f-]{36}$/.exec(id) ?? [];
  // In containers every process has the same id as the one before it: a file that is not ours but has our id is of an earlier life.
  if (host === machine() && pid !== undefined) return Number(pid) === process.pid || !isAlive(Number(pid));
  try {
    return nowMs - statSync(path).mtimeMs > silentMs;
  } catch {
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const machine = (): string => hostname().replace(/[^A-Za-z0-9.]/g, '_').slice(0, 60);
