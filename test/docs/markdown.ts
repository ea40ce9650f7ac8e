// Reads a Markdown page as far as the documentation's tests need it: headings, fenced blocks, links, inline code, table rows.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../support/gateway.ts';

/** A fenced block. `line` is where its text begins. */
export interface Block {
  page: string;
  line: number;
  language: string;
  text: string;
}

/** A page, taken apart. */
export interface Page {
  /** From the project's root. */
  path: string;
  headings: { level: number; title: string }[];
  blocks: Block[];
  links: { target: string; line: number }[];
  /** Inline code outside of fenced blocks. */
  words: { text: string; line: number }[];
  /** Cells of each table row, without the rows of dashes. */
  rows: number[];
}

const fence = /^```(\w*)\s*$/;

/** Reads a page. */
export function readPage(path: string): Page {
  const page: Page = { path, headings: [], blocks: [], links: [], words: [], rows: [] };
  let open: Block | null = null;
  readFileSync(join(projectRoot, path), 'utf8').split('\n').forEach((text, index) => {
    const line = index + 1;
    const mark = fence.exec(text);
    if (open) {
      if (mark) open = null;
      else open.text += `${text}\n`;
    } else if (mark) {
      open = { page: path, line: line + 1, language: mark[1] ?? '', text: '' };
      page.blocks.push(open);
    } else readLine(page, text, line);
  });
  if (open) throw new Error(`${path}: a fenced block is not closed`);
  return page;
}

function readLine(page: Page, text: string, line: number): void {
  const heading = /^(#{1,6}) (.+)$/.exec(text);
  if (heading?.[1] !== undefined && heading[2] !== undefined) page.headings.push({ level: heading[1].length, title: heading[2] });
  if (text.startsWith('|') && !/^\|[-|: ]+\|$/.test(text)) page.rows.push(text.split(/(?<!\\)\|/).length - 2);
  for (const [, word = ''] of text.matchAll(/`([^`]+)`/g)) page.words.push({ text: word, line });
  for (const [, target = ''] of text.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)) page.links.push({ target, line });
}

/** The anchor that hosts of repositories give a heading. */
export function anchorOf(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}
