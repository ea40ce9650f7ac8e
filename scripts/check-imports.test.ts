import { expect, test } from 'bun:test';
import { problemsOf } from './check-imports.ts';

test('imports downwards are fine, upwards are not', () => {
  expect(problemsOf('server/a.ts', "import { x } from '../lib/x.ts';\n")).toEqual([]);
  expect(problemsOf('lib/a.ts', "import type { X } from '../server/x.ts';\n")).toEqual(['lib/a.ts: imports server/x.ts, which stands above it']);
  expect(problemsOf('pipeline/a.ts', "import { x } from './b.ts';\nexport { y } from '../upstream/y.ts';\n")).toEqual([]);
});

test('endings, sizes and unknown folders are told', () => {
  expect(problemsOf('lib/a.ts', "import { x } from './x';\n")).toHaveLength(1);
  expect(problemsOf('lib/a.ts', 'x\n'.repeat(501))).toEqual(['lib/a.ts: 502 lines; at most 500']);
  expect(problemsOf('new/a.ts', '')).toHaveLength(1);
});
