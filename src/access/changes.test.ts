import { expect, test } from 'bun:test';
import { AccessChanges } from './changes.ts';

test('listeners of a configuration hear everything until the next one begins; those of the process go on', () => {
  const changes = new AccessChanges();
  const heard: string[] = [];
  changes.subscribe(({ id }) => void heard.push(`process ${id}`));
  const first = changes.scope();
  first.subscribe(({ id }) => void heard.push(`first ${id}`));
  first.publish('key', 'a');
  const second = changes.scope();
  second.subscribe(({ id }) => void heard.push(`second ${id}`));
  changes.publish('key', 'b');
  first.publish('key', 'c');
  expect(heard).toEqual(['process a', 'first a', 'process b', 'second b', 'process c', 'second c']);
});
