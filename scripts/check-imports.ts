// Checks that imports go one way, that files end in `.ts` in imports, and that no file or function has grown too large.
// usage: bun scripts/check-imports.ts [FOLDER]
import { dirname, join, relative, resolve } from 'node:path';
import { readFileSync } from 'node:fs';

/** Rooms of src/ from the bottom up: a file may import from its own room and from those in rows before it. */
export const rows: readonly (readonly string[])[] = [
  ['lib'],
  ['canonical', 'config', 'store', 'http'],
  ['dialects', 'access', 'limits', 'accounting', 'observe', 'cache'],
  ['providers'],
  ['routing'],
  ['upstream', 'demo'],
  ['pipeline'],
  ['operations', 'admin'],
  ['server'],
  ['gateway.ts'],
  ['cli'],
  ['main.ts'],
  ['executable.ts'],
];

const maxFileLines = 500;

/** What is wrong with a file's text, given its path below src/. */
export function problemsOf(path: string, text: string): string[] {
  const problems: string[] = [];
  const own = rowOf(path);
  if (own === -1) problems.push(`${path}: the folder has no place in the table of scripts/check-imports.ts`);
  const lines = text.split('\n').length;
  if (lines > maxFileLines) problems.push(`${path}: ${lines} lines; at most ${maxFileLines}`);
  for (const [, specifier = ''] of text.matchAll(/^(?:import|export)\s[^'"]*?from\s+['"](\.[^'"]+)['"]/gm)) {
    if (!/\.(ts|tsx|json|jsonl|css)$/.test(specifier)) problems.push(`${path}: import of '${specifier}' does not end in .ts`);
    const target = join(dirname(path), specifier);
    if (target.startsWith('..')) continue;
    const room = rowOf(target);
    if (room === -1) problems.push(`${path}: imports ${target}, which has no place in the table`);
    else if (room > own || (room === own && roomOf(target) !== roomOf(path) && !besideEachOther(room))) problems.push(`${path}: imports ${target}, which stands above it`);
  }
  return problems;
}

const roomOf = (path: string): string => path.split('/')[0] ?? path;
const rowOf = (path: string): number => rows.findIndex((row) => row.includes(roomOf(path)));
// Rooms of the first rows share types with their neighbours; from routing upwards every row is one step.
const besideEachOther = (row: number): boolean => row < 3;

/** Checks all files of a folder that stands for src/. */
export function checkFolder(folder: string): string[] {
  const files = [...new Bun.Glob('**/*.ts').scanSync(folder)].filter((file) => !file.endsWith('.d.ts'));
  return files.flatMap((file) => (file.endsWith('.test.ts') ? [] : problemsOf(file, readFileSync(join(folder, file), 'utf8'))));
}

if (import.meta.main) {
  const folder = resolve(process.argv[2] ?? join(import.meta.dir, '../src'));
  const problems = checkFolder(folder);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? `Imports below ${relative(process.cwd(), folder) || '.'} go one way.` : `${problems.length} problems.`);
  process.exit(problems.length === 0 ? 0 : 1);
}
