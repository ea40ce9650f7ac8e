import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { checkProject } from './check-imports.ts';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

/** What is wrong with a project of these files. */
function check(files: Record<string, string>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'weir-imports-'));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return checkProject(root);
}

test('imports downwards are fine, upwards are not, and types count', () => {
  expect(check({ 'src/server/a.ts': "import { x } from '../lib/x.ts';\nimport { y } from './b.ts';\nimport z from 'zod';\n" })).toEqual([]);
  expect(check({ 'src/lib/a.ts': "import type { X } from '../server/x.ts';\n" })).toEqual(['src/lib/a.ts: imports src/server/x.ts, which stands above it']);
  expect(check({ 'src/operations/a.ts': "export {\n  type X,\n} from '../server/x.ts';\n" })).toEqual(['src/operations/a.ts: imports src/server/x.ts, which stands above it']);
  expect(check({ 'src/lib/a.ts': "const x = await import('../main.ts');\n" })).toEqual(['src/lib/a.ts: imports src/main.ts, which stands above it']);
  expect(check({ 'src/gateway.ts': "import './cli/a.ts';\n" })).toEqual(['src/gateway.ts: imports src/cli/a.ts, which stands above it']);
});

test('neighbours in a row share types only where the table says so', () => {
  expect(check({ 'src/accounting/a.ts': "import type { X } from '../access/x.ts';\n" })).toEqual([]);
  expect(check({ 'src/lib/a.ts': "import { x } from './deep/x.ts';\n", 'src/new/a.ts': '' })).toEqual(['src/new/a.ts: has no place in the table of scripts/check-imports.ts']);
});

test('client and web stand by themselves', () => {
  expect(check({ 'web/src/a.tsx': "import { x } from '../../client/index.ts';\nimport '../shared/x.ts';\n", 'web/shared/x.ts': '', 'client/index.ts': '' })).toEqual([]);
  expect(check({ 'client/a.ts': "import { x } from '../src/lib/x.ts';\n" })).toEqual(['client/a.ts: imports src/lib/x.ts, which is no affair of client/']);
  expect(check({ 'web/src/a.ts': "import { x } from '../server/x.ts';\n" })).toEqual(['web/src/a.ts: imports web/server/x.ts, which is no affair of web/src/']);
  expect(check({ 'src/lib/a.ts': "import { x } from '../../test/x.ts';\n" })).toEqual(['src/lib/a.ts: imports test/x.ts, which is no affair of src/']);
});

test('circles are found once; imports in comments and texts are none', () => {
  expect(check({ 'src/lib/a.ts': "import './b.ts';\n", 'src/lib/b.ts': "import type { X } from './c.ts';\n", 'src/lib/c.ts': "import { a } from './a.ts';\n" })).toEqual(['src/lib/a.ts → src/lib/b.ts → src/lib/c.ts → src/lib/a.ts: a circle']);
  expect(check({ 'src/lib/a.ts': "// import './b.ts';\n/**\n * import '../main.ts';\n */\nconst text = \"import x from './b.ts'\";\n", 'src/lib/b.ts': "import './a.ts';\n" })).toEqual([]);
});

test('endings and sizes are told', () => {
  expect(check({ 'src/lib/a.ts': "import { x } from './x';\n" })).toEqual(["src/lib/a.ts: the import of './x' does not end in .ts"]);
  expect(check({ 'src/lib/a.ts': 'x\n'.repeat(500), 'src/lib/b.ts': 'x\n'.repeat(501) })).toEqual(['src/lib/b.ts: 501 lines; at most 500']);
});

test('this project', () => {
  expect(checkProject(join(import.meta.dir, '..'))).toEqual([]);
});
