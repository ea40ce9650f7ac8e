import { expect, test } from 'bun:test';
import type { Message, Part } from '../canonical/request.ts';
import { repairToolPairs } from './repair.ts';

const call = (id: string): Part => ({ type: 'tool-call', id, name: 'f', arguments: '{}', kind: 'function' });
const result = (callId: string): Part => ({ type: 'tool-result', callId, content: [{ type: 'text', text: callId }], kind: 'function' });
const text: Part = { type: 'text', text: 'hi' };
const idsOf = (messages: Message[]) => messages.map(({ role, parts }) => [role, ...parts.map((part) => (part.type === 'tool-result' ? part.callId : part.type))]);

test('whole conversations stay as they are', () => {
  const messages: Message[] = [{ role: 'user', parts: [text] }, { role: 'assistant', parts: [call('a'), call('b')] }, { role: 'user', parts: [result('b'), result('a'), text] }];
  expect(repairToolPairs(messages)).toEqual(messages);
});

test('missing results are made up, before what the user says', () => {
  expect(idsOf(repairToolPairs([{ role: 'assistant', parts: [call('a'), call('b')] }, { role: 'user', parts: [result('b')] }, { role: 'user', parts: [text] }])))
    .toEqual([['assistant', 'tool-call', 'tool-call'], ['user', 'b'], ['user', 'a'], ['user', 'text']]);
  expect(idsOf(repairToolPairs([{ role: 'assistant', parts: [call('a')] }]))).toEqual([['assistant', 'tool-call'], ['user', 'a']]);
});

test('results without a call, and second results, are left out', () => {
  expect(idsOf(repairToolPairs([{ role: 'user', parts: [result('x'), text] }, { role: 'assistant', parts: [call('a')] }, { role: 'user', parts: [result('a'), result('a')] }])))
    .toEqual([['user', 'text'], ['assistant', 'tool-call'], ['user', 'a']]);
});
