// What travels in `thoughtSignature` is always base64: Google's SDK for Python refuses anything else.
import { expect, test } from 'bun:test';
import { readThought, writeThoughtSignature } from './signature.ts';
import type { Part } from '../../canonical/request.ts';

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

test.each<[string, string | undefined, Part]>([
  ['a signature in base64', writeThoughtSignature('U2lnbmVk', undefined, undefined), { type: 'thinking', text: 't', signature: 'U2lnbmVk' }],
  ['a signature of another kind', writeThoughtSignature('sig_é.1', undefined, undefined), { type: 'thinking', text: 't', signature: 'sig_é.1' }],
  ['encrypted reasoning', writeThoughtSignature(undefined, 'gAAAA-_1', undefined), { type: 'thinking', text: 't', encrypted: 'gAAAA-_1' }],
  ['redacted thinking', writeThoughtSignature(undefined, undefined, 'ErUB=+/'), { type: 'redacted-thinking', data: 'ErUB=+/' }],
])('%s comes back as it was', (_what, carried, part) => {
  expect(carried).toMatch(base64);
  expect(readThought('t', carried)).toEqual(part);
});
