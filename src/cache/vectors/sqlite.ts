// Vectors in a file of their own (SQLite), beside the answers on the disk. A scope is read into memory when it is first asked for, and
// compared there, exactly: it holds at most some thousand questions, for which an index would gain nothing.
import { Database } from 'bun:sqlite';
import { maxScopeVectors, maxStoredVectors } from '../../lib/bounds.ts';
import { MemoryVectors } from './memory.ts';
import type { Neighbour, VectorIndex } from './vector-index.ts';
import type { NewAnswer } from '../answer-store.ts';

const trimEvery = 256;
const schema = `
  pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 1000;
  create table if not exists question (id integer primary key, scope text not null, key text not null, vector blob not null, expires_ms integer not null, unique (scope, key));`;

interface Row {
  key: string;
  vector: Uint8Array;
}

/** Keeps vectors in a file. A file that cannot be used is done without: the vectors are then in memory only. */
export class SqliteVectors implements VectorIndex {
  readonly kind = 'sqlite';
  private readonly database: Database | null;
  private added = 0;

  constructor(path: string, private readonly nowMs: () => number, private readonly memory = new MemoryVectors(), private readonly maxStored = maxStoredVectors) {
    this.database = opened(path);
  }

  nearest(scope: string, vector: Float32Array, leastSimilarity: number): Neighbour | null {
    if (!this.memory.has(scope)) this.load(scope);
    return this.memory.nearest(scope, vector, leastSimilarity);
  }

  add(scope: string, vector: Float32Array, key: string, _answer: NewAnswer, ttlMs: number): void {
    if (!this.memory.has(scope)) this.load(scope);
    this.memory.add(scope, vector, key);
    this.attempt((database) => {
      const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
      database.query('insert or replace into question (scope, key, vector, expires_ms) values (?, ?, ?, ?)').run(scope, key, bytes, Math.round(this.nowMs() + ttlMs));
      if (this.added++ % trimEvery === 0) this.trim(database, scope);
    });
  }

  remove(scope: string, key: string): void {
    this.memory.remove(scope, key);
    this.attempt((database) => database.query('delete from question where scope = ? and key = ?').run(scope, key));
  }

  clear(): void {
    this.memory.clear();
    this.attempt((database) => database.run('delete from question'));
  }

  get size(): number {
    return this.memory.size;
  }

  close(): void {
    this.database?.close();
  }

  private load(scope: string): void {
    this.attempt((database) => {
      const rows = database.query<Row, [string, number, number]>('select key, vector from question where scope = ? and expires_ms > ? order by id desc limit ?').all(scope, this.nowMs(), maxScopeVectors);
      // A copy of its own, since the bytes may lie at any place and numbers may not.
      for (const { key, vector } of rows.toReversed()) this.memory.add(scope, new Float32Array(vector.slice().buffer), key);
    });
  }

  // What has expired goes, then what is too much: of this scope, and of all.
  private trim(database: Database, scope: string): void {
    database.query('delete from question where expires_ms <= ?').run(this.nowMs());
    database.query('delete from question where scope = ?1 and id not in (select id from question where scope = ?1 order by id desc limit ?2)').run(scope, maxScopeVectors);
    database.query('delete from question where id <= (select id from question order by id desc limit 1 offset ?)').run(this.maxStored);
  }

  private attempt(work: (database: Database) => void): void {
    if (!this.database) return;
    try {
      work(this.database);
    } catch {
      // A full disk, or a file that somebody else holds: the answers are still in memory.
    }
  }
}

function opened(path: string): Database | null {
  try {
    const database = new Database(path, { create: true, readwrite: true, strict: true });
    database.run(schema);
    return database;
  } catch {
    return null;
  }
}
