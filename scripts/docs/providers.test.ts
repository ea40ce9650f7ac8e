import { expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { renderProviders } from './providers.ts';

test('docs/providers.md says what the rows say', () => {
  expect(readFileSync(new URL('../../docs/providers.md', import.meta.url), 'utf8')).toBe(renderProviders());
});
