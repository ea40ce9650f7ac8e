// `weir migrate`: brings the tables of the database up to date without starting.
import { loadForCommand } from './load.ts';
import { openDatabase } from './open-database.ts';
import type { StartOptions } from './parse-arguments.ts';

/** Gives the exit code: 0 when the tables are up to date, 1 when that failed, 2 when no database is named. */
export async function migrateCommand(options: StartOptions): Promise<number> {
  const config = loadForCommand(options);
  if (!config) return 1;
  const opened = await openDatabase(config, options.data, true);
  if (opened.kind === 'failed') return 1;
  if (opened.kind === 'none') {
    console.error('Which database? Set DATABASE_URL, general_settings.database_url or --data.');
    return 2;
  }
  for (const { number, name } of opened.prepared.done) console.log(`migrated: ${number} (${name})`);
  if (opened.prepared.done.length === 0) console.log('The tables are up to date.');
  await opened.store.close();
  return 0;
}
