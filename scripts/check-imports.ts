// Checks that imports go one way, that there are no circles, that imports end in `.ts`, and that files stay small (functions: lint).
// usage: bun scripts/check-imports.ts [FOLDER]
import { join, relative, resolve } from 'node:path';
import { findCycles } from './imports/cycles.ts';
import { readModules, type Module } from './imports/modules.ts';

/**
 * Rooms of src/ from the bottom up. A file may import from its own room and from rooms in the rows before its own; in the rows that
 * `beside` marks also from its neighbours, which share types.
 */
export const rows: readonly { readonly rooms: readonly string[]; readonly beside?: true }[] = [
  { rooms: ['lib'] },
  { rooms: ['canonical', 'config', 'store', 'http'], beside: true },
  { rooms: ['dialects', 'access', 'limits', 'accounting', 'observe', 'cache', 'alerts'], beside: true },
  { rooms: ['providers'] },
  { rooms: ['routing'] },
  { rooms: ['upstream', 'demo'], beside: true },
  { rooms: ['pipeline'] },
  { rooms: ['operations', 'admin'], beside: true },
  { rooms: ['server'] },
  { rooms: ['gateway.ts'] },
  { rooms: ['cli'] },
  { rooms: ['main.ts'] },
  { rooms: ['executable.ts'] },
];

/** What the folders beside src/ may import of the project, besides themselves. Tests, scripts and the benchmark may import everything. */
const outside: Readonly<Record<string, readonly string[]>> = {
  src: ['package.json'],
  client: [],
  'web/shared': ['client'],
  'web/server': ['client', 'web/shared'],
  'web/src': ['client', 'web/shared'],
};

/** Circles that are in the matter itself: a record has fields, a field has a shape, and a record is a shape. */
const recursive: readonly (readonly string[])[] = [
  ['src/config/field.ts', 'src/config/shape.ts'],
  ['src/config/read-record.ts', 'src/config/read-shape.ts'],
];

const maxFileLines = 500;
const endings = /\.(ts|tsx|json|jsonl|css)$/;

/** All that is wrong below a folder that holds src/ and, maybe, client/ and web/. */
export function checkProject(root: string): string[] {
  const modules = Object.keys(outside).flatMap((folder) => readModules(root, folder));
  const cycles = findCycles(modules).filter((cycle) => !recursive.some((known) => cycle.every((path) => known.includes(path))));
  return [...modules.flatMap(problemsOf), ...cycles.map((cycle) => `${cycle.join(' → ')}: a circle`)];
}

/** What is wrong with one module by itself. */
export function problemsOf({ path, text, imports }: Module): string[] {
  const problems = imports.flatMap(({ specifier, target }) => {
    if (!endings.test(specifier)) return [`${path}: the import of '${specifier}' does not end in .ts`];
    const reason = refusal(path, target);
    return reason === null ? [] : [`${path}: imports ${target}, ${reason}`];
  });
  if (path.startsWith('src/') && rowOf(path) === -1) problems.push(`${path}: has no place in the table of scripts/check-imports.ts`);
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  if (lines > maxFileLines) problems.push(`${path}: ${lines} lines; at most ${maxFileLines}`);
  return problems;
}

function refusal(from: string, to: string): string | null {
  const own = Object.keys(outside).find((folder) => isBelow(from, folder)) ?? '';
  if (!isBelow(to, own)) return outside[own]?.some((folder) => isBelow(to, folder)) ? null : `which is no affair of ${own}/`;
  if (own !== 'src') return null;
  const [row, target] = [rowOf(from), rowOf(to)];
  if (target === -1) return 'which has no place in the table';
  if (target < row || roomOf(to) === roomOf(from) || (target === row && rows[row]?.beside)) return null;
  return target === row ? 'which stands beside it' : 'which stands above it';
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
const roomOf = (path: string): string => path.split('/')[1] ?? path;
const rowOf = (path: string): number => rows.findIndex(({ rooms }) => rooms.includes(roomOf(path)));

if (import.meta.main) {
  const root = resolve(process.argv[2] ?? join(import.meta.dir, '..'));
  const problems = checkProject(root);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? `Imports below ${relative(process.cwd(), root) || '.'} go one way.` : `${problems.length} problems.`);
  process.exit(problems.length === 0 ? 0 : 1);
}
