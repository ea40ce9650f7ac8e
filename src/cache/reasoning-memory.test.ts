// Reasoning that comes back although the client left it out.
import { expect, test } from 'bun:test';
import { ReasoningMemory } from './reasoning-memory.ts';
import type { CanonicalRequest, Part } from '../canonical/request.ts';
import type { StreamEvent } from '../canonical/event.ts';

const call = (arguments_ = '{"a":1}', id = 'call_1'): Part => ({ type: 'tool-call', id, name: 'look', arguments: arguments_, kind: 'function' });
const asked = (...parts: Part[]): CanonicalRequest => ({
  dialect: 'openai-chat', model: 'm', stream: false, tools: [], includeUsage: true, extra: {},
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }, { role: 'assistant', parts }, { role: 'user', parts: [{ type: 'tool-result', callId: 'call_1', content: [], kind: 'function' }] }],
});
const partsOf = (request: CanonicalRequest): Part[] | undefined => request.messages[1]?.parts;

const answer = (signature: string): StreamEvent[] => [
  { type: 'block-start', choice: 0, block: 0, start: { kind: 'thinking' } },
  { type: 'block-delta', choice: 0, block: 0, text: 'Look ' }, { type: 'block-delta', choice: 0, block: 0, text: 'there.' },
  { type: 'block-signature', choice: 0, block: 0, signature }, { type: 'block-stop', choice: 0, block: 0 },
  { type: 'block-start', choice: 0, block: 1, start: { kind: 'tool-call', id: 'call_1', name: 'look', call: 'function' } },
  { type: 'block-delta', choice: 0, block: 1, text: '{"a":' }, { type: 'block-delta', choice: 0, block: 1, text: '1}' }, { type: 'block-stop', choice: 0, block: 1 },
];
const taught = (memory: ReasoningMemory, tenant = 't', signature = 'S'): void => {
  const recorder = memory.recorder(tenant, 'anthropic-messages');
  for (const event of answer(signature)) recorder?.note(event);
};
const thinking: Part = { type: 'thinking', text: 'Look there.', signature: 'S' };

test('thinking comes back before its call, in the place of the client’s unsigned copy', () => {
  const memory = new ReasoningMemory(() => 0);
  taught(memory);
  expect(partsOf(memory.recall('t', 'anthropic-messages', asked(call())))).toEqual([thinking, call()]);
  expect(partsOf(memory.recall('t', 'anthropic-messages', asked({ type: 'thinking', text: 'Look there.' }, { type: 'text', text: 'I look.' }, call('{ "a": 1 }'))))).toEqual([thinking, { type: 'text', text: 'I look.' }, call('{ "a": 1 }')]);
});

test('not to another tenant, another provider’s dialect, another call, nor where the client brought it itself', () => {
  const memory = new ReasoningMemory(() => 0);
  taught(memory);
  const own = asked({ type: 'thinking', text: 'mine', signature: 'M' }, call());
  for (const [tenant, dialect, request] of [['u', 'anthropic-messages', asked(call())], ['t', 'gemini', asked(call())], ['t', 'anthropic-messages', asked(call('{"a":2}'))], ['t', 'anthropic-messages', own]] as const) {
    expect(memory.recall(tenant, dialect, request)).toBe(request);
  }
});

test('Gemini’s signature stays with its call', () => {
  const memory = new ReasoningMemory(() => 0);
  memory.recorder('t', 'gemini')?.block(0, { start: { kind: 'tool-call', id: 'call_1', name: 'look', call: 'function', signature: 'G' }, text: '{"a":1}' });
  expect(partsOf(memory.recall('t', 'gemini', asked(call())))).toEqual([{ ...call(), signature: 'G' } as Part]);
});

test('it is bounded in number, bytes and time', () => {
  let now = 0;
  const memory = new ReasoningMemory(() => now, 2, 20_000, 1_000);
  const known = (tenant: string): boolean => partsOf(memory.recall(tenant, 'anthropic-messages', asked(call())))?.length === 2;
  for (const tenant of ['a', 'b', 'c']) taught(memory, tenant);
  expect(['a', 'b', 'c'].map(known)).toEqual([false, true, true]);
  taught(memory, 'd', 'x'.repeat(5_000));
  expect(known('d')).toBe(false);
  now = 1_000;
  expect(known('c')).toBe(false);
});
