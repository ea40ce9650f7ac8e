import { expect, test } from 'bun:test';
import { readDropPaths, without } from './drop-paths.ts';
import type { Json } from './json.ts';

const drop = (value: Json, path: string): Json => without(value, readDropPaths([path])[0]?.steps ?? []);
const body = { temperature: 1, tools: [{ name: 'a', function: { strict: true, x: 1 } }, { name: 'b', function: { strict: false } }] };

test('a name, a path, every item, one item', () => {
  expect(drop(body, 'temperature')).toEqual({ tools: body.tools });
  expect(drop(body, 'tools[*].function.strict')).toEqual({ temperature: 1, tools: [{ name: 'a', function: { x: 1 } }, { name: 'b', function: {} }] });
  expect(drop(body, 'tools[1].name')).toEqual({ temperature: 1, tools: [body.tools[0] as Json, { function: { strict: false } }] });
  expect(drop(body, 'tools[0]')).toEqual({ temperature: 1, tools: [body.tools[1] as Json] });
});

test('a path that leads nowhere leaves the very value', () => {
  for (const path of ['nothing', 'tools[7].name', 'tools.name', 'temperature.x', 'tools[*].nothing', '', 'a[', '[0]', '*']) expect(drop(body, path)).toBe(body);
});
