// Results of the measurements of the store, kept beside them and printed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const file = join(import.meta.dir, 'results.json');

/** Numbers to people's taste: three places. */
const rounded = (_name: string, value: unknown): unknown => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);

/** Keeps the numbers of one measurement under its name, with the machine they were made on. */
export function saveResult(name: string, numbers: object): void {
  const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> : {};
  all[name] = { date: new Date().toISOString().slice(0, 10), machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`, ...numbers };
  writeFileSync(file, `${JSON.stringify(all, rounded, 2)}\n`);
  console.log(JSON.stringify(all[name], rounded, 2));
}
