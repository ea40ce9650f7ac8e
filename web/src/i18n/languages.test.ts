// A missing string fails: in a language, or on the page.
import { describe, expect, test } from 'bun:test';
import { Glob } from 'bun';
import { join } from 'node:path';
import { languages } from './languages.ts';

type Tree = { [name: string]: string | string[] | ((...values: never[]) => string) | Tree };

function leaves(tree: Tree, prefix = ''): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'object' && !Array.isArray(value)) {
      for (const [inner, leaf] of leaves(value, `${prefix}${name}.`)) found.set(inner, leaf);
    } else found.set(prefix + name, value);
  }
  return found;
}

function spoken(leaf: unknown): string[] {
  if (typeof leaf === 'function') return [String((leaf as (...values: unknown[]) => unknown)('1', '2'))];
  return Array.isArray(leaf) ? leaf.map(String) : [String(leaf)];
}

const english = leaves(languages.en.strings);

describe.each(Object.entries(languages))('%s', (code, { strings }) => {
  const own = leaves(strings);

  test('has the same strings as English, none empty', () => {
    expect([...own.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    for (const [name, leaf] of own) {
      for (const text of spoken(leaf)) expect(`${name}: ${text.trim()}`).not.toBe(`${name}: `);
      expect(`${name}: ${spoken(leaf).length}`).toBe(`${name}: ${spoken(english.get(name)).length}`);
    }
  });

  test('is translated', () => {
    const same = [...own].filter(([name, leaf]) => code !== 'en' && spoken(leaf).join() === spoken(english.get(name)).join());
    expect(same.map(([name]) => name)).toEqual(code === 'en' ? [] : ['app.name']);
  });
});

async function sources(): Promise<{ path: string; text: string }[]> {
  const folder = join(import.meta.dir, '..');
  const paths = await Array.fromAsync(new Glob('**/*.{ts,tsx}').scan(folder));
  const own = paths.filter((path) => !path.startsWith('i18n/') && !path.includes('.test.'));
  return Promise.all(own.map(async (path) => ({ path, text: await Bun.file(join(folder, path)).text() })));
}

// Sections whose strings are looked up by a value.
const looked = /^(ages|failure|health|theme|shortcuts|files\.refused)\./;

test('every string is used', async () => {
  const all = (await sources()).map(({ text }) => text).join('\n');
  const unused = [...english.keys()].filter((name) => !all.includes(name) && !looked.test(name));
  expect(unused).toEqual([]);
});

test('no component holds a sentence of its own', async () => {
  const own: string[] = [];
  for (const { path, text } of await sources()) {
    if (!path.endsWith('.tsx')) continue;
    const attributes = text.matchAll(/\b(?:aria-label|title|placeholder|alt)="([^"]*[\p{L}]{2,}[^"]*)"/gu);
    const contents = text.matchAll(/<[a-z][^<>{}=]*>\s*([^<>{}\n]*[\p{L}]{2,}[^<>{}\n]*)\s*</gu);
    for (const [, found] of [...attributes, ...contents]) own.push(`${path}: ${found}`);
  }
  expect(own).toEqual([]);
});
