import { expect, test } from 'bun:test';
import { JsonBody } from '../lib/json-body.ts';
import { needsOf } from './request-needs.ts';
import { sessionOf } from './session-key.ts';

const bodyOf = (value: unknown): JsonBody => {
  const body = JsonBody.read(Buffer.from(JSON.stringify(value)));
  if (!body) throw new Error('no body');
  return body;
};
const keyOf = (value: unknown, headers: Record<string, string> = {}, tenant = 't'): string | undefined => sessionOf(tenant, new Headers(headers), bodyOf(value))?.key;
const chat = (...texts: string[]) => ({ messages: [{ role: 'system', content: 's' }, ...texts.map((content, index) => ({ role: index % 2 === 0 ? 'user' : 'assistant', content }))] });

test('a named session counts before everything else, within its tenant', () => {
  expect(keyOf(chat('a'), { 'x-claude-code-session-id': 's1' })).toBe(keyOf(chat('b'), { 'x-claude-code-session-id': 's1' }));
  expect(keyOf(chat('a'), { 'session-id': 's1' })).not.toBe(keyOf(chat('a'), { 'session-id': 's1' }, 'other'));
  expect(keyOf({ ...chat('a'), prompt_cache_key: 'k' })).toBe(keyOf({ ...chat('b'), prompt_cache_key: 'k' }));
  const claude = { metadata: { user_id: '{"session_id":"12345678-aaaa"}' }, messages: [] };
  expect(keyOf(claude)).toBe('t\n12345678-aaaa');
});

test('without a name, a conversation is told by its opening', () => {
  expect(keyOf(chat('a'))).toBe(keyOf(chat('a', 'b', 'c')));
  expect(keyOf(chat('a'))).not.toBe(keyOf(chat('b')));
  expect(keyOf({ system: 'x', messages: [{ role: 'user', content: 'a' }] })).not.toBe(keyOf({ system: 'y', messages: [{ role: 'user', content: 'a' }] }));
  expect(keyOf({ ...chat('a'), user: 'u' })).not.toBe(keyOf({ ...chat('a'), user: 'v' }));
  expect(keyOf({ instructions: 'i', input: 'text' })).toBe(keyOf({ instructions: 'i', input: 'text' }));
  expect(keyOf({ contents: [{ role: 'user', parts: [{ text: 'a' }] }] })).toBe(keyOf({ contents: [{ role: 'user', parts: [{ text: 'a' }] }, { role: 'model', parts: [] }] }));
  expect(keyOf({ nothing: 1 })).toBeUndefined();
  const follows = (value: unknown): boolean | undefined => sessionOf('t', new Headers(), bodyOf(value))?.follows;
  expect([follows(chat('a')), follows(chat('a', 'b')), follows({ prompt_cache_key: 'k', input: 'x' })]).toEqual([false, true, true]);
});

test('needs are told from the body', () => {
  expect(needsOf(bodyOf({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }], tools: [{}] })).abilities).toEqual(['vision', 'function_calling']);
  expect(needsOf(bodyOf({ messages: [], tools: [], response_format: { type: 'json_schema' } })).abilities).toEqual(['response_schema']);
  expect(needsOf(bodyOf({ messages: [{ role: 'user', content: 'word '.repeat(100) }] })).inputTokens).toBeGreaterThan(50);
});
