// Makes `.env` with the key of this installation: only the lines that are missing, readable by its owner only.
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { parseDotenv } from '../../src/config/dotenv.ts';
import { withLock } from '../install/lock.mjs';

/** Lines that were added to `.env`. */
export interface AddedLines {
  names: readonly string[];
}

/**
 * Adds the variables that neither the file at `path` has nor the environment exports. What stands in the file is left as it is,
 * byte for byte. Two that do this at once get one key.
 */
export async function completeEnvironmentFile(
  path: string,
  lockFile: string,
  exported: Readonly<Record<string, string | undefined>>,
  defaults: Readonly<Record<string, () => string>>,
): Promise<AddedLines> {
  return withLock(lockFile, () => {
    const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const present = parseDotenv(before, exported);
    const names = Object.keys(defaults).filter((name) => !present[name] && !exported[name]);
    const lines = names.map((name) => `${name}=${defaults[name]?.() ?? ''}\n`).join('');
    const glue = before === '' || before.endsWith('\n') ? '' : '\n';
    if (lines !== '') appendFileSync(path, glue + lines, { mode: 0o600 });
    if (existsSync(path)) chmodSync(path, 0o600);
    return { names };
  });
}

/** A new random key in the form that clients of LiteLLM expect. */
export function newKey(): string {
  return `sk-${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('hex')}`;
}
