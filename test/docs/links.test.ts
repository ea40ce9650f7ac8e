// Links inside the project lead somewhere, to the heading that they name.
import { describe, expect, test } from 'bun:test';
import { dirname, join } from 'node:path';
import { existsSync } from 'node:fs';
import { projectRoot } from '../support/gateway.ts';
import { allPages } from './pages.ts';
import { anchorOf, readPage } from './markdown.ts';

function wrongWith(page: string, target: string): string | null {
  const [path = '', anchor] = target.split('#');
  const found = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(projectRoot, found))) return `${target} does not exist`;
  if (anchor === undefined || !found.endsWith('.md')) return null;
  return readPage(found).headings.some(({ title }) => anchorOf(title) === anchor) ? null : `${found} has no heading #${anchor}`;
}

describe('links', () => {
  for (const path of allPages) {
    test(path, () => {
      const inside = readPage(path).links.filter(({ target }) => !/^[a-z]+:/.test(target));
      const wrong = inside.map(({ target, line }) => ({ line, reason: wrongWith(path, target) })).filter(({ reason }) => reason !== null);
      expect(wrong).toEqual([]);
    });
  }
});
