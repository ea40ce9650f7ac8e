// An English page and its Chinese twin have the same structure, the same code, the same tables and the same pages behind their links.
import { describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/gateway.ts';
import { guides, twinOf } from './pages.ts';
import { readPage, type Page } from './markdown.ts';

const code = (page: Page): unknown => page.blocks.map(({ language, text }) => ({ language, text }));
// The link to the other language stands first on every page; links between guides lead to the guide in the page's own
// language, and pictures show it.
const targets = (page: Page): string[] => page.links.slice(1).map(({ target }) => target.replace('.zh-CN.md', '.md').replace('-zh-dark.png', '.png')).toSorted();
const words = (page: Page): string[] => [...new Set(page.words.map(({ text }) => text))].toSorted();

describe('English and Chinese', () => {
  for (const path of guides) {
    const twin = twinOf(path);
    test(path, () => {
      expect(existsSync(join(projectRoot, twin))).toBe(true);
      const [english, chinese] = [readPage(path), readPage(twin)];
      expect(chinese.headings.map(({ level }) => level)).toEqual(english.headings.map(({ level }) => level));
      expect(code(chinese)).toEqual(code(english));
      expect(chinese.rows).toEqual(english.rows);
      expect(targets(chinese)).toEqual(targets(english));
      expect(words(chinese)).toEqual(words(english));
    });
  }
});
