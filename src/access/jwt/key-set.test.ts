import { afterAll, expect, test } from 'bun:test';
import { exportJWK, generateKeyPair, SignJWT, jwtVerify, type CryptoKey, type JWK } from 'jose';
import { jwksPauseMs } from '../../lib/bounds.ts';
import { KeySet, KeysAway } from './key-set.ts';

let published: JWK[] = [];
let away = false;
let asked = 0;
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch() {
  asked++;
  return away ? new Response('', { status: 503 }) : Response.json({ keys: published });
} });
afterAll(async () => await server.stop(true));

const pair = async (kid: string): Promise<{ privateKey: CryptoKey; jwk: JWK }> => {
  const made = await generateKeyPair('ES256', { extractable: true });
  return { privateKey: made.privateKey, jwk: { ...await exportJWK(made.publicKey), kid, alg: 'ES256' } };
};
const verified = async (keys: KeySet, key: CryptoKey, kid: string): Promise<string> => {
  const token = await new SignJWT({}).setProtectedHeader({ alg: 'ES256', kid }).sign(key);
  return jwtVerify(token, keys.find).then(() => 'good', (error: unknown) => (error instanceof KeysAway ? 'away' : 'bad'));
};

test('a changed key counts, strangers’ key ids cost the provider little, and the last keys are believed for a while', async () => {
  let nowMs = 1_000_000;
  const [first, second] = [await pair('first'), await pair('second')];
  published = [first.jwk];
  const keys = new KeySet(`http://127.0.0.1:${server.port}/`, 600_000, 3_600_000, () => nowMs);
  expect([await verified(keys, first.privateKey, 'first'), asked]).toEqual(['good', 1]);
  published = [second.jwk];
  expect([await verified(keys, second.privateKey, 'second'), asked]).toEqual(['bad', 1]);
  nowMs += jwksPauseMs;
  expect([await verified(keys, second.privateKey, 'second'), asked]).toEqual(['good', 2]);
  // What was taken away at the provider is gone here too.
  expect(await verified(keys, first.privateKey, 'first')).toBe('bad');
  away = true;
  nowMs += 600_001;
  expect([await verified(keys, second.privateKey, 'second'), asked]).toEqual(['good', 3]);
  nowMs += 3_600_000;
  expect(await verified(keys, second.privateKey, 'second')).toBe('away');
  away = false;
  nowMs += jwksPauseMs;
  expect(await verified(keys, second.privateKey, 'second')).toBe('good');
});
