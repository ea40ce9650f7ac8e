// Kysely over Bun's own PostgreSQL client: a pool, prepared statements, 64-bit integers as numbers, and no wait without an end.
import { SQL, type ReservedSQL } from 'bun';
import {
  CompiledQuery, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type DatabaseConnection, type Dialect, type Driver, type Kysely,
  type QueryResult, type TransactionSettings,
} from 'kysely';
import { within } from '../lib/within.ts';

/** How PostgreSQL is reached. */
export interface PostgresOptions {
  url: string;
  maxConnections: number;
  /** The longest wait until the server has answered a new connection. */
  connectTimeoutMs: number;
  /** The longest wait for a free connection of the pool. */
  poolTimeoutMs: number;
  /** A connection that was idle for so long is closed; 0: never. */
  idleTimeoutMs: number;
  /** False behind a pool of transactions such as PgBouncer's, where the next statement may meet another server. */
  preparedStatements: boolean;
  /** The longest a statement may take; a server that is frozen is given up after it. */
  statementTimeoutMs: number;
}

// Parameters that Prisma understands and PostgreSQL does not: addresses are carried over from LiteLLM as they are.
const foreignParameters = ['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'connect_timeout', 'socket_timeout', 'max_idle_connection_lifetime', 'statement_cache_size'];
// The server ends a statement by itself shortly before the client gives the connection up.
const graceMs = 1_000;

/** The address without parameters that only other clients understand. */
export function plainPostgresUrl(address: string): string {
  const url = new URL(address);
  for (const name of foreignParameters) url.searchParams.delete(name);
  return url.toString();
}

/** Prisma's word for a pool of transactions in between. */
const isBehindPgBouncer = (address: string): boolean => new URL(address).searchParams.get('pgbouncer') === 'true';

/** Kysely's dialect for PostgreSQL 14 and later. */
export class PostgresDialect implements Dialect {
  constructor(private readonly options: PostgresOptions) {}

  createAdapter(): PostgresAdapter {
    return new PostgresAdapter();
  }

  createDriver(): Driver {
    return new PostgresDriver(this.options);
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler();
  }

  createIntrospector(db: Kysely<unknown>): PostgresIntrospector {
    return new PostgresIntrospector(db);
  }
}

class PostgresDriver implements Driver {
  private readonly pool: SQL;

  constructor(private readonly options: PostgresOptions) {
    const prepare = options.preparedStatements && !isBehindPgBouncer(options.url);
    this.pool = new SQL(plainPostgresUrl(options.url), {
      max: options.maxConnections,
      connectionTimeout: Math.max(1, Math.round(options.connectTimeoutMs / 1000)),
      idleTimeout: Math.ceil(options.idleTimeoutMs / 1000),
      bigint: true,
      prepare,
      // PgBouncer refuses connections that bring settings which it does not know; then the client alone watches the time.
      connection: { application_name: 'weir', ...(prepare && { statement_timeout: options.statementTimeoutMs }) },
    });
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const reserved = this.pool.reserve();
    try {
      return new PostgresConnection(await within(this.options.poolTimeoutMs, reserved, 'no connection to PostgreSQL'), this.options.statementTimeoutMs + graceMs);
    } catch (error) {
      // Should it still come, it goes back.
      void reserved.then((connection) => connection.release(), () => {});
      throw error;
    }
  }

  async beginTransaction(connection: DatabaseConnection, { isolationLevel }: TransactionSettings): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(isolationLevel ? `begin isolation level ${isolationLevel}` : 'begin'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // A connection on which not even this works is lost, and its transaction with it; what went wrong before is what counts.
    await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => {
      if (connection instanceof PostgresConnection) connection.giveUp();
    });
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof PostgresConnection) connection.release();
  }

  async destroy(): Promise<void> {
    await this.pool.close({ timeout: 1 });
  }
}

class PostgresConnection implements DatabaseConnection {
  private lost = false;

  constructor(private readonly connection: ReservedSQL, private readonly timeoutMs: number) {}

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (this.lost) throw new Error('the connection to PostgreSQL was given up');
    const running = this.connection.unsafe(sql, [...parameters]);
    let rows;
    try {
      rows = await within(this.timeoutMs, running, 'PostgreSQL does not answer');
    } catch (error) {
      if (error instanceof Error && error.name === 'TimeoutError') this.lost = true;
      throw error;
    }
    return { rows: withNumbers<R>(rows), numAffectedRows: BigInt(rows.count ?? 0) };
  }

  // eslint-disable-next-line require-yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('PostgreSQL: page through rows instead of streaming them');
  }

  giveUp(): void {
    this.lost = true;
  }

  release(): void {
    // A connection on which something may still be under way is closed, not handed to the next one.
    if (this.lost) void this.connection.close({ timeout: 0 }).catch(() => {});
    else this.connection.release();
  }
}

/** 64-bit integers come as BigInt; all that Weir keeps (milliseconds, nano-dollars, tokens) are exact as numbers. */
function withNumbers<R>(rows: Record<string, unknown>[]): R[] {
  for (const row of rows) {
    for (const name in row) {
      const value = row[name];
      if (typeof value === 'bigint') row[name] = Number(value);
    }
  }
  return rows as R[];
}
