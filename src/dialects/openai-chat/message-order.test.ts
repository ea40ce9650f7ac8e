import { expect, test } from 'bun:test';
import { orderedMessages, usualWords, type MessageOrder } from './message-order.ts';
import type { Json } from '../../lib/json.ts';

const system = (content: Json): Json => ({ role: 'system', content });
const user = (content: Json): Json => ({ role: 'user', content });
const assistant = (content: Json): Json => ({ role: 'assistant', content });
const call: Json = { role: 'assistant', content: null, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] };
const result: Json = { role: 'tool', tool_call_id: 'c', content: 'done' };
const folding: MessageOrder = { withoutSystem: true, between: null };
const turns: MessageOrder = { withoutSystem: false, between: usualWords };

test('a system prompt goes before the next turn, in its form', () => {
  expect(orderedMessages([system('S'), user('U'), assistant('A')], folding)).toEqual([user('S U'), assistant('A')]);
  expect(orderedMessages([system('S'), user([{ type: 'text', text: 'U' }])], folding)).toEqual([user([{ type: 'text', text: 'S' }, { type: 'text', text: 'U' }])]);
  expect(orderedMessages([{ role: 'developer', content: 'D' }, system('S'), user('U')], folding)).toEqual([user('D'), user('S U')]);
  expect(orderedMessages([user('U'), system('S')], folding)).toEqual([user('U'), user('S')]);
  expect(orderedMessages([call, result, system('S'), call], folding)).toEqual([call, result, { ...call as object, content: 'S' }]);
});

test('the sides speak in turns; calls of tools and their results are none', () => {
  const { user: u, assistant: a } = usualWords;
  expect(orderedMessages([user('1'), user('2')], turns)).toEqual([user('1'), a, user('2')]);
  expect(orderedMessages([assistant('1'), assistant('2')], turns)).toEqual([u, assistant('1'), u, assistant('2'), u]);
  expect(orderedMessages([system('S'), user('1'), assistant('2'), user('3')], turns)).toEqual([system('S'), user('1'), assistant('2'), user('3')]);
  expect(orderedMessages([user('1'), call, result, assistant('2'), user('3')], turns)).toEqual([user('1'), call, result, assistant('2'), user('3')]);
  expect(orderedMessages([user('1'), call, result, user('2')], turns)).toEqual([user('1'), call, result, a, user('2')]);
  expect(orderedMessages([user('1'), call], turns)).toEqual([user('1'), call, u]);
  expect(orderedMessages([], turns)).toEqual([]);
});
