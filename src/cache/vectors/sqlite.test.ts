import { expect, test } from 'bun:test';
import { Database } from 'bun:sqlite';
import { join } from 'node:path';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MemoryVectors } from './memory.ts';
import { normalized } from './vector-index.ts';
import { SqliteVectors } from './sqlite.ts';
import type { NewAnswer } from '../answer-store.ts';

const answer: NewAnswer = { body: Buffer.from('{}'), usage: null, finishReason: null, deploymentId: 'd', costUsd: null };
const vectorOf = (...values: number[]): Float32Array => normalized(values) ?? new Float32Array();
const file = (): string => join(mkdtempSync(join(tmpdir(), 'weir-questions-')), 'questions.sqlite');

test('questions are found after a restart, within their scope and their time', () => {
  const path = file();
  const first = new SqliteVectors(path, () => 1_000);
  first.add('s', vectorOf(1, 0, 0), 'a', answer, 500);
  first.add('s', vectorOf(0, 1, 0), 'b', answer, 50_000);
  first.add('t', vectorOf(1, 0, 0), 'c', answer, 50_000);
  first.close();
  const later = new SqliteVectors(path, () => 2_000);
  expect(later.nearest('s', vectorOf(1, 0.1, 0), 0.9)).toBeNull();
  expect(later.nearest('s', vectorOf(0, 1, 0.1), 0.9)).toMatchObject({ key: 'b' });
  later.remove('s', 'b');
  expect(new SqliteVectors(path, () => 2_000).nearest('s', vectorOf(0, 1, 0), 0.9)).toBeNull();
  expect(new SqliteVectors(path, () => 2_000).nearest('t', vectorOf(1, 0, 0), 0.9)).toMatchObject({ key: 'c' });
});

test('the file is bounded, the oldest questions go first; memory is bounded on its own', () => {
  const path = file();
  const vectors = new SqliteVectors(path, () => 1_000, new MemoryVectors(1_000, 100), 300);
  for (let index = 0; index < 600; index++) vectors.add(`s${index}`, vectorOf(1, index), `k${index}`, answer, 50_000);
  expect(vectors.size).toBeLessThanOrEqual(100);
  // What memory has let go is read again.
  expect(vectors.nearest('s450', vectorOf(1, 450), 0.99)).toMatchObject({ key: 'k450' });
  expect(vectors.nearest('s0', vectorOf(1, 0), 0.99)).toBeNull();
  const count = new Database(path).query<{ n: number }, []>('select count(*) as n from question').get()?.n ?? 0;
  expect(count).toBeLessThan(300 + 256 + 1);
});

test('a file that cannot be used is done without', () => {
  const vectors = new SqliteVectors('/dev/null/none.sqlite', () => 1_000);
  vectors.add('s', vectorOf(1), 'k', answer, 500);
  expect(vectors.nearest('s', vectorOf(1), 0.9)).toMatchObject({ key: 'k' });
});
