// `weir import litellm --from postgresql://… [--dry-run]`: carries keys, users, teams and models over from LiteLLM.
import { createSealer } from '../admin/seal/sealer.ts';
import { importLiteLlm, type ImportReport } from '../admin/import/import-litellm.ts';
import { loadForCommand } from './load.ts';
import { openDatabase } from './open-database.ts';
import { openLiteLlm } from '../admin/import/source.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import type { StartOptions } from './parse-arguments.ts';

/** Gives the exit code: 0 when everything was carried over or is told to be left, 1 when it failed, 2 when no database is named. */
export async function importCommand(from: string, dryRun: boolean, options: StartOptions): Promise<number> {
  const config = loadForCommand(options);
  if (!config) return 1;
  const opened = await openDatabase(config, options.data, true);
  if (opened.kind === 'failed') return 1;
  if (opened.kind === 'none') {
    console.error('Into which database? Set DATABASE_URL, general_settings.database_url or --data.');
    return 2;
  }
  const key = resolveMasterKey(config);
  const secret = config.environmentValue('LITELLM_SALT_KEY') || (key.kind === 'ok' ? key.key.value : null);
  const source = openLiteLlm(from);
  try {
    const report = await importLiteLlm({ source, store: opened.store, secret, sealer: secret === null ? null : createSealer(secret), dryRun });
    console.log(renderReport(report, dryRun));
    return 0;
  } catch (error) {
    console.error(`Nothing was imported: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    await source.close();
    await opened.store.close();
  }
}

/** The report for people. */
export function renderReport({ tables, untaken }: ImportReport, dryRun: boolean): string {
  const lines = [dryRun ? 'What would be imported (nothing was written):' : 'Imported:'];
  for (const { from, to, taken, present, left } of tables) {
    if (taken + present + left.size === 0) continue;
    lines.push(`  ${from} → ${to}: ${taken}${present > 0 ? `, ${present} were there already` : ''}`);
    for (const [reason, count] of left) lines.push(`    ${count} not taken: ${reason}`);
  }
  if (untaken.length > 0) lines.push('Not taken:');
  for (const { table, rows, reason } of untaken) lines.push(`  ${table}: ${rows} rows; ${reason}`);
  return lines.join('\n');
}
