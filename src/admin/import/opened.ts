// Opens what LiteLLM sealed: XSalsa20-Poly1305 (NaCl's secretbox) or AES-256-GCM, by the SHA-256 of its salt key or master key.
import { createDecipheriv, createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';

const gcmPrefix = 'v2:gcm:';
const boxNonceBytes = 24;
const boxTagBytes = 16;
const gcmNonceBytes = 12;
const gcmTagBytes = 16;

/** A value as it was, or that it cannot be opened. A text that is no sealed text is as it was already. */
export type Opened = { kind: 'opened'; value: Json } | { kind: 'closed' };

/** Opens values sealed with this secret. */
export function liteLlmOpener(secret: string): (value: Json) => Opened {
  const key = createHash('sha256').update(secret).digest();
  const open = (value: Json): Opened => {
    if (typeof value === 'string') return openText(value, key);
    if (Array.isArray(value)) return all(value.map(open), (values) => values);
    if (!isJsonObject(value)) return { kind: 'opened', value };
    const names = Object.keys(value);
    return all(Object.values(value).map(open), (values) => Object.fromEntries(names.map((name, index) => [name, values[index] ?? null])) as JsonObject);
  };
  return open;
}

function all(opened: readonly Opened[], join: (values: Json[]) => Json): Opened {
  const values: Json[] = [];
  for (const one of opened) {
    if (one.kind === 'closed') return one;
    values.push(one.value);
  }
  return { kind: 'opened', value: join(values) };
}

function openText(text: string, key: Buffer): Opened {
  if (text.startsWith(gcmPrefix)) return openGcm(Buffer.from(text.slice(gcmPrefix.length), 'base64url'), key);
  if (!/^[\w+/-]+={0,2}$/.test(text)) return { kind: 'opened', value: text };
  const bytes = Buffer.from(text, 'base64url');
  // Shorter than a nonce and a tag: it was never sealed.
  if (bytes.length < boxNonceBytes + boxTagBytes) return { kind: 'opened', value: text };
  try {
    const plain = xsalsa20poly1305(key, bytes.subarray(0, boxNonceBytes)).decrypt(bytes.subarray(boxNonceBytes));
    return { kind: 'opened', value: Buffer.from(plain).toString('utf8') };
  } catch {
    return { kind: 'closed' };
  }
}

function openGcm(bytes: Buffer, key: Buffer): Opened {
  if (bytes.length < gcmNonceBytes + gcmTagBytes) return { kind: 'closed' };
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, gcmNonceBytes)).setAuthTag(bytes.subarray(-gcmTagBytes));
    return { kind: 'opened', value: Buffer.concat([decipher.update(bytes.subarray(gcmNonceBytes, -gcmTagBytes)), decipher.final()]).toString('utf8') };
  } catch {
    return { kind: 'closed' };
  }
}
