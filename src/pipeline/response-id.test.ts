import { expect, test } from 'bun:test';
import { responseIdOf, responseIdOfStream } from './response-id.ts';

const whole = (body: object): string | undefined => responseIdOf(Buffer.from(JSON.stringify(body)));

test('whole answers have their id at their own level, wherever it stands', () => {
  expect(whole({ id: 'chatcmpl-1', object: 'chat.completion', choices: [] })).toBe('chatcmpl-1');
  expect(whole({ model: 'claude', id: 'msg_1', type: 'message', content: [{ type: 'tool_use', id: 'toolu_1' }] })).toBe('msg_1');
  expect(whole({ choices: [{ message: { tool_calls: [{ id: 'call_1' }] } }], id: 'chatcmpl-2' })).toBe('chatcmpl-2');
  expect(whole({ candidates: [], responseId: 'gemini-1' })).toBe('gemini-1');
  expect(whole({ data: [{ id: 'other' }] })).toBeUndefined();
  expect(whole({ id: 7 })).toBeUndefined();
  expect(responseIdOf(Buffer.from('no json'))).toBeUndefined();
});

test('streams tell it in their first frames', () => {
  const stream = (...frames: object[]): string | undefined => responseIdOfStream(Buffer.from(frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join('')));
  expect(stream({ id: 'chatcmpl-1', choices: [{ delta: { tool_calls: [{ id: 'call_1' }] } }] })).toBe('chatcmpl-1');
  expect(stream({ type: 'message_start', message: { model: 'claude', id: 'msg_1' } })).toBe('msg_1');
  expect(stream({ type: 'response.created', response: { id: 'resp_1' } })).toBe('resp_1');
  expect(stream({ candidates: [], responseId: 'gemini-1' })).toBe('gemini-1');
  expect(stream({ type: 'ping' }, { type: 'message_start', message: { id: 'msg_2' } })).toBe('msg_2');
  expect(responseIdOfStream(null)).toBeUndefined();
  expect(responseIdOfStream(Buffer.from('data: [DONE]\n\n'))).toBeUndefined();
});
