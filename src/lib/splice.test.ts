import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { findMember, memberValue, outlineOf } from './json-members.ts';
import { spliceMembers } from './splice.ts';

const edit = (text: string, edits: Record<string, string | null>): string => {
  const bytes = Buffer.from(text);
  const outline = outlineOf(bytes);
  if (!outline) throw new Error('not an object');
  return spliceMembers(bytes, outline, new Map(Object.entries(edits))).toString();
};

test('replaces one value and leaves every other byte alone', () => {
  expect(edit('{ "model" : "a",\n "n": 1.0 }', { model: '"b"' })).toBe('{ "model" : "b",\n "n": 1.0 }');
});

test('removes first, middle, last and all members', () => {
  expect(edit('{"a":1,"b":2,"c":3}', { a: null })).toBe('{"b":2,"c":3}');
  expect(edit('{"a":1,"b":2,"c":3}', { b: null })).toBe('{"a":1,"c":3}');
  expect(edit('{"a":1,"b":2,"c":3}', { c: null })).toBe('{"a":1,"b":2}');
  expect(edit('{"a":1, "b":2}', { a: null, b: null })).toBe('{}');
});

test('adds what is missing', () => {
  expect(edit('{}', { a: '1' })).toBe('{"a":1}');
  expect(edit('{"a":1}', { b: '[2]', c: null })).toBe('{"a":1,"b":[2]}');
});

test('any object with any edits parses to what the edits say', () => {
  const keys = fc.constantFrom('a', 'b', 'c', 'model', 'ключ', '模型');
  const objects = fc.dictionary(keys, fc.jsonValue(), { noNullPrototype: true });
  const changes = fc.dictionary(keys, fc.option(fc.jsonValue(), { nil: undefined }), { noNullPrototype: true });
  fc.assert(fc.property(objects, changes, fc.constantFrom(0, 1, 2), (object, change, indent) => {
    const expected: Record<string, unknown> = structuredClone(object);
    const edits: Record<string, string | null> = {};
    for (const [key, value] of Object.entries(change)) {
      edits[key] = value === undefined ? null : JSON.stringify(value);
      if (value === undefined) delete expected[key];
      else expected[key] = value;
    }
    expect(JSON.parse(edit(JSON.stringify(object, null, indent), edits))).toEqual(JSON.parse(JSON.stringify(expected)));
  }));
});

test('the outline agrees with JSON.parse on every object', () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), (object) => {
    const bytes = Buffer.from(JSON.stringify(object));
    const outline = outlineOf(bytes);
    expect(outline).not.toBeNull();
    if (!outline || outline.ambiguous) return;
    for (const [key, value] of Object.entries(object)) expect(memberValue(bytes, findMember(outline, key))).toEqual(JSON.parse(JSON.stringify(value)));
  }));
});

test('what is not one JSON object has no outline', () => {
  for (const text of ['', ' ', '[]', '"a"', '{', '{"a"', '{"a":', '{"a":1', '{"a":1,}', '{"a":1}}', '{"a":"x}', '{a:1}', '{"a":[1}', '{"a":1 "b":2}', '{,}']) {
    expect(outlineOf(Buffer.from(text))).toBeNull();
  }
});

test('keys that come twice or hold escapes are called ambiguous', () => {
  expect(outlineOf(Buffer.from('{"model":"a","model":"b"}'))?.ambiguous).toBe(true);
  expect(outlineOf(Buffer.from(String.raw`{"mod\u0065l":"a"}`))?.ambiguous).toBe(true);
});
