// Names in inline code exist: configuration fields, flags, routes, headers, variables, files, and words of the code.
import { describe, expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flags } from '../../src/cli/flags.ts';
import { RouteMatcher } from '../../src/server/route-matcher.ts';
import { routes } from '../../src/server/routes.ts';
import { sections } from '../../src/config/schema.ts';
import type { Field } from '../../src/config/field.ts';
import { projectRoot } from '../support/gateway.ts';
import { describedPages, guides, read, twinOf } from './pages.ts';

const folders = ['src', 'client', 'web', 'scripts', 'test/clients'];
const sources = [...folders.flatMap((folder) => [...new Bun.Glob(`${folder}/**/*.{ts,tsx,json,sh}`).scanSync(projectRoot)]), 'bin/weir', 'package.json', 'start.sh', 'start-web.sh']
  .filter((path) => !path.includes('node_modules') && !path.endsWith('.test.ts') && existsSync(join(projectRoot, path)));
const code = sources.map((path) => readFileSync(join(projectRoot, path), 'utf8')).join('\n');
const words = new Set(code.match(/[A-Za-z_$][\w$]*/g));
const lowerCode = code.toLowerCase();

// What belongs to others: clients, SDKs, LiteLLM, the wire. Everything else has to be found in our code.
const ofOthers = new Set([
  'ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_MODEL', 'ANTHROPIC_SMALL_FAST_MODEL', 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
  'CI', 'NAME', 'httpx', 'systemPrompt', 'TransformStream', '/v1', '--tools ""',
]);
// Settings that the guides name although they have no effect yet: each page says so where it names them.
const namedWithoutEffect = new Set(['database_url']);

const fieldsBySection = new Map(sections.map(({ path, fields }) => [path.replaceAll('[]', ''), fields]));
const fields = new Map<string, Field>(sections.flatMap((section) => Object.entries(section.fields)));
const flagNames = new Set<string>([
  ...flags.map(({ name }) => `--${name}`), ...(code.match(/(?<=[\s'"`])--[a-z][\w-]*/g) ?? []),
]);
const matcher = new RouteMatcher(routes);
const routeTexts = routes.map(({ path }) => path);

function routeExists(path: string): boolean {
  if (path.endsWith('…')) return routeTexts.some((text) => text.startsWith(path.slice(0, -1)));
  return routeTexts.includes(path) || matcher.match('GET', path).kind !== 'none';
}

/** Why a piece of inline code is wrong, or null. What is no name at all (texts, examples, values) is not judged. */
function wrongWith(text: string): string | null {
  if (ofOthers.has(text)) return null;
  const word = text.replace(/^(GET|POST|HEAD) /, '').replace(/: .*$/, '');
  const flag = /^--[a-z][\w-]*/.exec(word)?.[0];
  if (flag !== undefined) return flagNames.has(flag) ? null : `no flag ${flag}`;
  if (/^(src|docs|web|client|test|scripts|bench|config|bin)\/[\w./-]*$/.test(word)) return existsSync(join(projectRoot, word)) ? null : `no file ${word}`;
  if (/^\/[a-z]\S*$/.test(word)) return routeExists(word) ? null : `no route ${word}`;
  const dotted = /^([a-z_]+_settings|model_list|cache_params)\.([a-z_]+)$/.exec(word);
  if (dotted) {
    const table = fieldsBySection.get(dotted[1] === 'cache_params' ? 'litellm_settings.cache_params' : dotted[1] ?? '');
    return table && dotted[2] !== undefined && dotted[2] in table ? null : `no field ${word}`;
  }
  if (/^x-[a-z-]+(…)?$/.test(word)) return lowerCode.includes(word.replace(/…$/, '')) ? null : `no header ${word}`;
  if (/^[A-Za-z_]+$/.test(word) && (word.includes('_') || /[a-z][A-Z]/.test(word))) return words.has(word) || ofOthers.has(word) ? null : `${word} is nowhere in the code`;
  return null;
}

describe('names in inline code exist', () => {
  for (const page of read(describedPages)) {
    test(page.path, () => {
      const wrong = page.words.map(({ text, line }) => ({ line, reason: wrongWith(text) })).filter(({ reason }) => reason !== null);
      expect(wrong).toEqual([]);
    });
  }
});

describe('guides name only settings that work', () => {
  for (const page of read(guides.flatMap((path) => (path.includes('moving-from') ? [] : [path, twinOf(path)])))) {
    test(page.path, () => {
      const named = page.words.map(({ text }) => text.replace(/: .*$/, '').replace(/^.*\./, ''));
      const idle = named.filter((name) => fields.get(name) !== undefined && fields.get(name)?.status !== 'supported' && !namedWithoutEffect.has(name));
      // A name may be a field of several sections: one that works is enough.
      const working = new Set(sections.flatMap((section) => Object.entries(section.fields).filter(([, field]: [string, Field]) => field.status === 'supported').map(([name]) => name)));
      expect(idle.filter((name) => !working.has(name))).toEqual([]);
    });
  }
});

test('docs/decisions/dependencies.md names every dependency, and nothing else', () => {
  const used = ['package.json', 'web/package.json', 'client/package.json', 'test/clients/package.json'].flatMap((path) => {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(projectRoot, path), 'utf8')) as Record<string, Record<string, string>>;
    return [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  });
  const page = readFileSync(join(projectRoot, 'docs/decisions/dependencies.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = '']) => name);
  expect(listed.toSorted()).toEqual([...new Set(used)].toSorted());
});

test('every page of docs/decisions is in its list', () => {
  const list = readFileSync(join(projectRoot, 'docs/decisions/README.md'), 'utf8');
  const pages = [...new Bun.Glob('docs/decisions/*.md').scanSync(projectRoot)].map((path) => path.split('/').at(-1) ?? '').filter((name) => name !== 'README.md');
  expect(pages.filter((name) => !list.includes(`(${name})`))).toEqual([]);
});
