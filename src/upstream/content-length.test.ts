import { expect, test } from 'bun:test';
import { contentLength } from './content-length.ts';

test('counts what the model said, in each dialect, and nothing else', () => {
  expect(contentLength({ id: 'abc', choices: [{ index: 0, delta: { role: 'assistant', content: 'hello' } }] })).toBe(5);
  expect(contentLength({ choices: [{ delta: { tool_calls: [{ id: 'call', function: { name: 'f', arguments: '{"a":1}' } }] } }] })).toBe(7);
  expect(contentLength({ type: 'content_block_delta', delta: { type: 'text_delta', text: 'hello' } })).toBe(5);
  expect(contentLength({ type: 'response.output_text.delta', item_id: 'msg_1', delta: 'hello' })).toBe(5);
  expect(contentLength({ candidates: [{ content: { role: 'model', parts: [{ text: 'hello' }] } }] })).toBe(5);
  expect(contentLength(undefined)).toBe(0);
});
