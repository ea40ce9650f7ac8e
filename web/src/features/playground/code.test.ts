import { expect, test } from 'bun:test';
import { asCurl, asPython, asTypeScript } from './code.ts';
import { emptyDraft, requestOf } from './draft.ts';

const request = { model: 'a', messages: [{ role: 'user' as const, content: "it's" }], stream: true, tools: [] };

test('code that is valid in its language', () => {
  expect(asCurl(request, 'http://x')).toContain(String.raw`it'\''s`);
  expect(asPython(request, 'http://x')).toContain('    messages=[\n        {\n            "role": "user",\n            "content": "it\'s",\n        },\n    ],\n    stream=True,\n    tools=[],\n');
  expect(asTypeScript(request, 'http://x')).toContain('"content": "it\'s"');
});

test('fields become a request, or a problem at the field', () => {
  const { body, problems } = requestOf({ ...emptyDraft, message: 'Hi', system: 'Be kind', temperature: '0.5', stop: 'a\nb', format: '{"type":"object"}', more: '{"user":"u"}' });
  expect(problems).toEqual({});
  expect(body).toEqual({
    messages: [{ role: 'system', content: 'Be kind' }, { role: 'user', content: 'Hi' }], temperature: 0.5, stop: ['a', 'b'],
    response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: { type: 'object' } } }, user: 'u',
  });
  expect(requestOf({ ...emptyDraft, temperature: 'x', tools: '[' }).problems).toEqual({ message: 'empty', temperature: 'notNumber', tools: 'notJson' });
});
