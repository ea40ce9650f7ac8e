import { expect, test } from 'bun:test';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { StreamEvent } from '../canonical/event.ts';
import { lowerTools } from './lower-tools.ts';
import { restoreEvents } from './restore.ts';

const request: CanonicalRequest = {
  dialect: 'openai-responses', model: 'm', stream: true, includeUsage: true, extra: {},
  tools: [
    { kind: 'custom', name: 'exec', namespace: 'functions', description: 'Runs code.', format: { type: 'grammar', syntax: 'lark', definition: 'start: X' } },
    { kind: 'function', name: 'sleep', namespace: 'clock', parameters: {} },
    { kind: 'function', name: 'x'.repeat(80), parameters: {} },
    { kind: 'function', name: 'plain', parameters: {} },
  ],
  toolChoice: { kind: 'tool', name: 'sleep' },
  messages: [
    { role: 'assistant', parts: [
      { type: 'tool-call', id: '1', name: 'exec', namespace: 'functions', arguments: 'text("hi")', kind: 'custom' },
      { type: 'tool-call', id: '2', name: 'sleep', namespace: 'clock', arguments: '{"s":1}', kind: 'function' },
    ] },
    { role: 'user', parts: [{ type: 'tool-result', callId: '1', content: [], kind: 'custom' }] },
  ],
};

const call = (name: string, text: string): StreamEvent[] => [
  { type: 'block-start', choice: 0, block: 0, start: { kind: 'tool-call', id: '1', name, call: 'function' } },
  ...[...text].map((piece): StreamEvent => ({ type: 'block-delta', choice: 0, block: 0, text: piece })),
  { type: 'block-stop', choice: 0, block: 0 },
];

test('namespaces, freeform tools and long names become short functions, and come back', () => {
  const { request: lowered, disguises } = lowerTools(request);
  const names = lowered.tools.map((tool) => (tool.kind === 'hosted' ? '' : tool.name));
  expect(names.slice(0, 2)).toEqual(['exec', 'clock__sleep']);
  expect(names[2]).toMatch(/^x{55}_[0-9a-f]{8}$/);
  expect(lowered.tools.every((tool) => tool.kind === 'function')).toBe(true);
  expect(lowered.tools[0]).toMatchObject({ description: 'Runs code.\n\nThe content must follow this lark grammar:\nstart: X' });
  expect(lowered.toolChoice).toEqual({ kind: 'tool', name: 'clock__sleep' });
  expect(lowered.messages[0]?.parts).toMatchObject([
    { name: 'exec', kind: 'function', arguments: '{"content":"text(\\"hi\\")"}' }, { name: 'clock__sleep', arguments: '{"s":1}' },
  ]);
  expect(lowered.messages[1]?.parts).toMatchObject([{ kind: 'function' }]);
  expect(restoreEvents(call('clock__sleep', '{}'), disguises)[0]).toMatchObject({ start: { name: 'sleep', namespace: 'clock', call: 'function' } });
  expect(restoreEvents(call('exec', '{"content":"text(1)\\n"}'), disguises)).toMatchObject([
    { start: { name: 'exec', namespace: 'functions', call: 'custom' } }, { type: 'block-delta', text: 'text(1)\n' }, { type: 'block-stop' },
  ]);
  expect(restoreEvents(call('plain', '{}'), disguises)[0]).toMatchObject({ start: { name: 'plain', call: 'function' } });
});

test('a target that knows them keeps freeform tools and namespaces', () => {
  const { request: lowered } = lowerTools(request, { native: true });
  expect(lowered.tools.slice(0, 2)).toEqual(request.tools.slice(0, 2));
  expect(lowered.messages).toEqual(request.messages);
});
