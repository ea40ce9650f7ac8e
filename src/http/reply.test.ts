import { expect, test } from 'bun:test';
import { FixedHeaders, Reply, ReplyHeaders } from './reply.ts';

const fixed = new FixedHeaders({ 'x-a': '1', 'x-b': '2' });

test('shared headers stay as they are, whatever one answer makes of them', () => {
  const headers = new ReplyHeaders(fixed);
  headers.set('X-A', 'other');
  headers.delete('x-b');
  headers.set('x-c', '3');
  headers.set('x-a', '1');
  headers.set('x-a', 'other');
  expect(headers.text()).toBe('x-a: other\r\nx-c: 3\r\n');
  expect([headers.get('x-a'), headers.get('x-b'), headers.has('X-C')]).toEqual(['other', null, true]);
  expect(new ReplyHeaders(fixed).text()).toBe('x-a: 1\r\nx-b: 2\r\n');
  expect([...new Reply(200, headers, 'x').web().headers]).toEqual([['x-a', 'other'], ['x-c', '3']]);
});

test('cookies are lines of their own, other values are joined', () => {
  const headers = new ReplyHeaders();
  headers.append('set-cookie', 'a=1');
  headers.append('set-cookie', 'b=2');
  headers.append('vary', 'x');
  headers.append('vary', 'y');
  expect(headers.text()).toBe('vary: x, y\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n');
});

test('what would end a header early is refused', () => {
  for (const value of ['a\r\nb: c', 'a\nb', 'a\0', '中']) expect(() => new ReplyHeaders().set('x', value)).toThrow(TypeError);
  for (const name of ['a b', 'a:', '', 'ä']) expect(() => new ReplyHeaders().set(name, 'x')).toThrow(TypeError);
});
