// Kills a gateway a hundred times in the middle of its work, on SQLite and on PostgreSQL: nothing that a client has an answer to may be lost.
// usage: bun bench/store/kill.ts [ROUNDS]
import { killRounds } from '../../test/support/kill-rounds.ts';
import { saveResult } from './result.ts';
import { startPostgres } from '../../test/support/postgres.ts';

const rounds = Number(process.argv[2] ?? 100);
const postgres = await startPostgres({ fsync: 'on' });
const sqlite = await killRounds(rounds, 'sqlite');
const postgresql = await killRounds(rounds, await postgres.newDatabase());
saveResult('kill', { sqlite, postgres: postgresql });
await postgres.end();
process.exit(sqlite.missing + sqlite.repeated + postgresql.missing + postgresql.repeated > 0 || !sqlite.sumsAgree || !postgresql.sumsAgree ? 1 : 0);
