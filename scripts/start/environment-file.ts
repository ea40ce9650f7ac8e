// Makes `.env` with the keys of this installation: only the lines that are missing, readable by its owner only.
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseDotenv } from '../../src/config/dotenv.ts';

/** The variables of a `.env` file after the missing ones were added. `added` names them. */
export interface EnvironmentFile {
  values: Readonly<Record<string, string>>;
  added: readonly string[];
}

/** Adds what is missing to the file at `path`. What stands in it, or is exported, is never changed. */
export function completeEnvironmentFile(path: string, exported: Readonly<Record<string, string | undefined>>, defaults: Readonly<Record<string, () => string>>): EnvironmentFile {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const present = parseDotenv(before, exported);
  const lines: string[] = [];
  const added: string[] = [];
  for (const [name, make] of Object.entries(defaults)) {
    if (present[name] || exported[name]) continue;
    lines.push(`${name}=${make()}\n`);
    added.push(name);
  }
  if (lines.length > 0) {
    const glue = before === '' || before.endsWith('\n') ? '' : '\n';
    writeFileSync(path, before + glue + lines.join(''), { mode: 0o600 });
  }
  if (existsSync(path)) chmodSync(path, 0o600);
  return { values: existsSync(path) ? parseDotenv(readFileSync(path, 'utf8'), exported) : {}, added };
}

/** A new random key in the form that clients of LiteLLM expect. */
export function newKey(): string {
  return `sk-${Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString('hex')}`;
}
