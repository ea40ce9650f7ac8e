import { expect, test } from 'bun:test';
import { emptyAnswer, type Message, pathTo, titleOf } from '../../../shared/conversation.ts';
import { newestLeaf, versionsOf } from './versions.ts';

function question(id: string, parentId: string | null): Message {
  return { attachments: [], role: 'user', id, parentId, text: id, createdAtMs: 0 };
}

// q1 ─ a1 ─ q2 ─ a2, and beside: q1 ─ a1' , a1 ─ q2' ─ a3
const a1 = emptyAnswer('a1', 'q1', 'm', 0);
const messages: Message[] = [
  question('q1', null), a1, question('q2', 'a1'), emptyAnswer('a2', 'q2', 'm', 0),
  emptyAnswer("a1'", 'q1', 'm', 0), question("q2'", 'a1'), emptyAnswer('a3', "q2'", 'm', 0),
];

test('the path to a leaf is its branch', () => {
  expect(pathTo(messages, 'a3').map(({ id }) => id)).toEqual(['q1', 'a1', "q2'", 'a3']);
  expect(pathTo(messages, null)).toEqual([]);
  expect(pathTo([question('x', 'x')], 'x').length).toBeLessThan(3);
});

test('versions are siblings; a branch goes on at its newest end', () => {
  expect(versionsOf(messages, a1)).toEqual({ ids: ['a1', "a1'"], index: 0 });
  expect(newestLeaf(messages, 'a1')).toBe('a3');
  expect(newestLeaf(messages, 'q2')).toBe('a2');
});

test('titles are one short line', () => {
  expect(titleOf('  Hello\nthere ')).toBe('Hello');
  expect(titleOf(`${'word '.repeat(30)}`)).toBe(`${'word '.repeat(10)}word…`);
  expect(Array.from(titleOf('水'.repeat(100)))).toHaveLength(60);
});
