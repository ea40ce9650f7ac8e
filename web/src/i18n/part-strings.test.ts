// The sentences of the dashboard's parts: both languages whole, every sentence used.
import { describe, expect, test } from 'bun:test';
import { Glob } from 'bun';
import { dirname, join } from 'node:path';

// The modules look at the browser once, when they are loaded.
Object.assign(globalThis, {
  localStorage: { getItem: () => null, setItem() {}, removeItem() {} }, location: { pathname: '/ui/', search: '' }, addEventListener() {},
});

type Leaf = string | readonly string[] | ((...values: never[]) => string);
interface Tree { readonly [name: string]: Leaf | Tree }

function leaves(tree: Tree, prefix = ''): Map<string, Leaf> {
  const found = new Map<string, Leaf>();
  for (const [name, value] of Object.entries(tree)) {
    if (typeof value === 'object' && !Array.isArray(value)) for (const [inner, leaf] of leaves(value as Tree, `${prefix}${name}.`)) found.set(inner, leaf);
    else found.set(prefix + name, value as Leaf);
  }
  return found;
}

const spoken = (leaf: Leaf): string => (typeof leaf === 'function' ? (leaf as (...values: unknown[]) => string)('1', '2', '3') : [leaf].flat().join('|'));

const source = join(import.meta.dir, '..');
const files = [...new Glob('**/*-strings.ts').scanSync(source)].filter((path) => !path.endsWith('define-strings.ts')).toSorted();
// Names of products, formats and units are the same in both languages.
const same = /^(?:[\p{Script=Latin}\d .,/%+:-]{1,24}|[^\p{L}]*)$/u;
const texts = new Map([...new Glob('**/*.{ts,tsx}').scanSync(source)].filter((path) => !path.endsWith('-strings.ts') && !path.includes('.test.')).map((path) => [path, '']));
for (const path of texts.keys()) texts.set(path, await Bun.file(join(source, path)).text());

describe.each(files)('%s', (file) => {
  test('says everything in both languages, and nothing that nobody asks for', async () => {
    const parts = Object.values(await import(join(source, file)) as Record<string, { en: Tree; zh: Tree }>);
    expect(parts).toHaveLength(1);
    const [part] = parts;
    if (!part) return;
    const [english, chinese] = [leaves(part.en), leaves(part.zh)];
    expect([...chinese.keys()].toSorted()).toEqual([...english.keys()].toSorted());
    const folder = dirname(file);
    const users = [...texts].filter(([path]) => folder === 'i18n' || path.startsWith(`${folder}/`)).map(([, text]) => text).join('\n');
    const wrong: string[] = [];
    for (const [name, leaf] of english) {
      const [here, there] = [spoken(leaf), spoken(chinese.get(name) ?? '')];
      if (here.trim() === '' || there.trim() === '') wrong.push(`${name}: empty`);
      if (here === there ? !same.test(here) : !/\p{Script=Han}/u.test(there)) wrong.push(`${name}: not translated: ${there}`);
      // What models read and write is a token; 令牌 is what somebody signs in with.
      if (there.includes('令牌')) wrong.push(`${name}: says 令牌 for token`);
      // A group of sentences may be looked up by a value.
      const [first = ''] = name.split('.');
      if (!new RegExp(String.raw`\b${first}\b`).test(users)) wrong.push(`${name}: not used`);
    }
    expect(wrong).toEqual([]);
  });
});
