// Which pages there are, and how strictly each is tested.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/gateway.ts';
import { readPage, type Page } from './markdown.ts';

const files = (pattern: string): string[] => [...new Bun.Glob(pattern).scanSync(projectRoot)].toSorted();

/** Pages with a Chinese twin, and whose every block is run or checked. */
export const guides: readonly string[] = ['README.md', ...files('docs/guide/*.md').filter((path) => !path.endsWith('.zh-CN.md'))];

/** The Chinese page that belongs to an English one. */
export const twinOf = (path: string): string => path.replace(/\.md$/, '.zh-CN.md');

/** Every page of the project. */
export const allPages: readonly string[] = [...files('*.md'), ...files('docs/**/*.md'), ...files('bench/*.md')];

/** The pages with prose about the product; their names are checked against the code. */
export const describedPages: readonly string[] = [
  ...guides, ...guides.map(twinOf), 'ARCHITECTURE.md', 'SECURITY.md', 'CONTRIBUTING.md', ...files('docs/decisions/*.md'),
];

/** The pages, read. */
export const read = (paths: readonly string[]): Page[] => paths.filter((path) => existsSync(join(projectRoot, path))).map(readPage);
