import { expect, test } from 'bun:test';
import { FormBody } from './form-body.ts';

const text = (parts: readonly string[]): Buffer => Buffer.from(`${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`);
const field = (name: string, value: string): string => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const file = 'content-disposition: form-data; name=file; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n\r\n--bb\r\n';
const read = (parts: readonly string[], digests = false): FormBody => {
  const form = FormBody.read(text(parts), 'multipart/form-data; boundary=b', digests);
  if (!form) throw new Error('no form');
  return form;
};
function changed(form: FormBody, edits: [string, string | null][]): string {
  const body = form.changed(new Map(edits));
  if (!Array.isArray(body)) throw new Error('not in memory');
  return Buffer.concat(body).toString();
}

test('fields are read, files by their names or the digest of their bytes', () => {
  const form = read([field('model', 'm'), file, field('empty', '')]);
  expect(form.fields()?.object()).toEqual({ model: 'm', file: 'a.wav', empty: '' });
  expect(read([file], true).fields()?.get('file')).toBe(new Bun.CryptoHasher('sha256').update('\r\n--bb\r\n').digest('hex'));
});

test('edits replace, remove and add; all other bytes stay', () => {
  const form = read([field('model', 'm'), file, field('tags', 'x')]);
  expect(changed(form, [])).toBe(text([field('model', 'm'), file, field('tags', 'x')]).toString());
  expect(changed(form, [['model', 'n'], ['tags', null], ['user', 'u']])).toBe(text([field('model', 'n'), file, field('user', 'u')]).toString());
});

test('a value cannot begin a part of its own', () => {
  const form = read([field('model', 'm')]);
  const hostile = changed(form, [['model', 'n\r\n--b\r\nContent-Disposition: form-data; name="x"\r\n\r\ny']]);
  expect(FormBody.read(Buffer.from(hostile), 'multipart/form-data; boundary=b')?.fields()?.object()).not.toHaveProperty('x');
});

test('what is no form is none', () => {
  for (const bytes of ['', '--b', '--b\r\n', '--b\r\nx: y\r\n\r\nvalue', '--c--\r\n']) expect(FormBody.read(Buffer.from(bytes), 'multipart/form-data; boundary=b')).toBeNull();
  expect(FormBody.read(text([field('a', 'b')]), 'multipart/form-data')).toBeNull();
});
