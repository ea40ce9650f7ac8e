// What an error of a database means for whoever asked.

/** `duplicate`: a unique value is taken. `away`: the database cannot be reached or does not answer; it may come back. `other`: anything else. */
export type StoreProblem = 'duplicate' | 'away' | 'other';

const sqliteDuplicates = new Set(['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE']);
const sqliteAway = new Set(['SQLITE_BUSY', 'SQLITE_LOCKED', 'SQLITE_IOERR', 'SQLITE_FULL', 'SQLITE_CANTOPEN', 'SQLITE_READONLY']);
// PostgreSQL's classes: 08 connection, 53 resources, 57 operator's intervention (shut down, statement cancelled by its time limit), 58 system.
const postgresAway = /^(08|53|57|58)/;

/** Reads a rejected query's error. */
export function storeProblem(error: unknown): StoreProblem {
  if (!(error instanceof Error)) return 'other';
  if (error.name === 'TimeoutError') return 'away';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const state = 'errno' in error && typeof error.errno === 'string' ? error.errno : '';
  if (sqliteDuplicates.has(code) || state === '23505') return 'duplicate';
  if (sqliteAway.has(code) || sqliteAway.has(code.split('_', 2).join('_')) || postgresAway.test(state)) return 'away';
  // Bun's own codes of a lost connection, and the system's of one that was never there.
  return /^ERR_POSTGRES_(CONNECTION|LIFETIME|IDLE|TLS|FAILED)/.test(code) || /^E[A-Z]+$/.test(code) || code === 'FailedToOpenSocket' || code === 'ConnectionRefused' ? 'away' : 'other';
}
