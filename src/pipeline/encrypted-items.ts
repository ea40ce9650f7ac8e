// Encrypted reasoning items of the Responses API: they go back to the account that made them, as long as one of its deployments can be used;
// elsewhere they would be refused, so they are left out there.
import { findMember, memberValue, outlineOf } from '../lib/json-members.ts';
import { isJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { JsonBody } from '../lib/json-body.ts';
import { spliceMembers } from '../lib/splice.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { EncryptedAccounts } from '../cache/encrypted-accounts.ts';
import type { Fault } from '../canonical/fault.ts';

const sign = '"encrypted_content"';
const accounts = new WeakMap<Deployment, bigint>();

/** The account behind a deployment. */
export function accountOf(deployment: Deployment): bigint {
  let account = accounts.get(deployment);
  if (account === undefined) {
    const { provider, apiBase, credential, headers } = deployment;
    account = Bun.hash.wyhash([provider.name, apiBase, credential.kind === 'value' ? credential.value : '', headers['openai-organization'] ?? ''].join('\n'));
    accounts.set(deployment, account);
  }
  return account;
}

/** Remembers who made the encrypted items of an answer. */
export function noteEncrypted(answer: Buffer | null, deployment: Deployment, known: EncryptedAccounts): void {
  if (!answer?.includes(sign)) return;
  for (const item of listOf(answer, 'output')) {
    const encrypted = encryptedIn(item);
    if (encrypted !== undefined) known.note(encrypted, accountOf(deployment));
  }
}

/** The account that made the request's last encrypted item; null: there is none, or nobody knows. */
export function accountIn({ bytes }: JsonBody, known: EncryptedAccounts): bigint | null {
  if (!bytes.includes(sign)) return null;
  for (const item of listOf(bytes, 'input').toReversed()) {
    const encrypted = encryptedIn(item);
    const account = encrypted === undefined ? null : known.find(encrypted);
    if (account !== null) return account;
  }
  return null;
}

/** The body without its encrypted items, and without the names by which another account knows the other items; null when there are none. */
export function withoutEncrypted({ bytes, outline }: JsonBody): JsonBody | null {
  if (!bytes.includes(sign)) return null;
  const input = listOf(bytes, 'input');
  const kept = input.filter((item) => encryptedIn(item) === undefined).map((item) => (isJsonObject(item) ? withoutId(item) : item));
  return kept.length === input.length ? null : JsonBody.read(spliceMembers(bytes, outline, new Map([['input', JSON.stringify(kept)]])));
}

/** True when a provider refuses a request because of an encrypted item of another account. */
export const refusesEncrypted = ({ upstream }: Fault): boolean =>
  upstream?.code === 'invalid_encrypted_content' || /encrypted content .{0,80}could not be (verified|decrypted)/i.test(upstream?.message ?? '');

const encryptedIn = (item: unknown): string | undefined => (isJsonObject(item) && item['type'] === 'reasoning' ? stringAt(item, 'encrypted_content') : undefined);

function withoutId({ id: _id, ...item }: JsonObject): JsonObject {
  return item;
}

/** The items of a list; a stream's last frame has them inside its `response`. */
function listOf(bytes: Buffer, name: string): unknown[] {
  const outline = outlineOf(bytes);
  const value = outline && memberValue(bytes, findMember(outline, name));
  return Array.isArray(value) ? value : [];
}
