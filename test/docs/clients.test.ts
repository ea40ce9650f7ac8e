// The guide to clients shows the same lines as the page "Client setup".
import { expect, test } from 'bun:test';
import { clients } from '../../web/src/features/setup/clients.ts';
import { readPage } from './markdown.ts';

const connection = { url: 'http://localhost:4000', key: 'sk-your-key', model: 'deepseek' };
const shown = ['claude-code', 'codex', 'gemini-cli', 'cursor', 'opencode', 'langchain'];

test.each(shown)('the lines for %s', (id) => {
  const client = clients.find((each) => each.id === id);
  if (!client) throw new Error(`There is no client ${id}`);
  const blocks = readPage('docs/guide/clients.md').blocks.map(({ text }) => text.trim());
  for (const { text } of client.snippets) expect(blocks).toContain(text(connection));
});
