// Kysely over `bun:sqlite`: one connection, taken in turns; statements run at once and are kept prepared.
import { Database, type SQLQueryBindings } from 'bun:sqlite';
import {
  CompiledQuery, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, type DatabaseConnection, type Dialect, type Driver, type Kysely, type QueryResult,
} from 'kysely';

// Another process (`weir migrate`, a backup) may hold the file for a moment.
const busyTimeoutMs = 5_000;
const settings = [
  // Only a new file takes it: rows of the ledger are long, and each page is a call of the system.
  'pragma page_size = 8192',
  'pragma journal_mode = wal', 'pragma synchronous = full', `pragma busy_timeout = ${busyTimeoutMs}`, 'pragma foreign_keys = on',
  'pragma temp_store = memory', 'pragma cache_size = -32768', 'pragma mmap_size = 0', 'pragma wal_autocheckpoint = 1000',
];

/** Opens a database file, made when it is missing. `:memory:` is one that nobody else sees. Throws when it cannot be opened. */
export function openSqliteDatabase(path: string): Database {
  const database = new Database(path, { create: true, readwrite: true, strict: true });
  for (const setting of settings) database.run(setting);
  return database;
}

/** Kysely's dialect for an open SQLite database. */
export class SqliteDialect implements Dialect {
  private readonly turns: Turns;

  /** `relaxedBeside`: a dialect on the same connection, whose transactions do not wait for the disk. */
  constructor(private readonly database: Database, private readonly relaxedBeside: SqliteDialect | null = null) {
    this.turns = relaxedBeside?.turns ?? new Turns();
  }

  createAdapter(): SqliteAdapter {
    return new SqliteAdapter();
  }

  createDriver(): Driver {
    return new SqliteDriver(this.database, this.turns, this.relaxedBeside !== null);
  }

  createQueryCompiler(): SqliteQueryCompiler {
    return new SqliteQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): SqliteIntrospector {
    return new SqliteIntrospector(db);
  }
}

class SqliteDriver implements Driver {
  private readonly connection: SqliteConnection;

  constructor(private readonly database: Database, private readonly turns: Turns, private readonly relaxed: boolean) {
    this.connection = new SqliteConnection(database);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    await this.turns.take();
    return this.connection;
  }

  // A transaction that will write takes its lock at the beginning: one that takes it later can be refused in its middle.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.relaxed) this.database.run('pragma synchronous = normal');
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.database.inTransaction) await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  async releaseConnection(): Promise<void> {
    if (this.relaxed) this.database.run('pragma synchronous = full');
    this.turns.give();
  }

  async destroy(): Promise<void> {
    if (!this.relaxed) this.database.close();
  }
}

class SqliteConnection implements DatabaseConnection {
  constructor(private readonly database: Database) {}

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const statement = this.database.query<R, SQLQueryBindings[]>(sql);
    // Values of other types than SQLite's own are a mistake of the caller; the binding refuses them.
    const values = parameters as SQLQueryBindings[];
    if (statement.columnNames.length > 0) return { rows: statement.all(...values) };
    const { changes, lastInsertRowid } = statement.run(...values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  async *streamQuery<R>({ sql, parameters }: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    for (const row of this.database.query<R, SQLQueryBindings[]>(sql).iterate(...(parameters as SQLQueryBindings[]))) yield { rows: [row] };
  }
}

/** Lets one at a time through, in the order in which they came. */
class Turns {
  private taken = false;
  private readonly waiting: (() => void)[] = [];

  async take(): Promise<void> {
    if (!this.taken) {
      this.taken = true;
      return;
    }
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  give(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.taken = false;
  }
}
