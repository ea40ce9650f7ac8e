// The handlers of `/jwt/key/mapping/*`: tokens of an identity provider that act with the rights of a virtual key, by one of their claims.
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from './endpoint.ts';
import { boolean, required, text } from './body/field.ts';
import { commit } from './commit.ts';
import { detail } from './forms.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { hashOf, hashOfNamed } from '../access/key-text.ts';
import { pageOf, pagesOf } from './paging.ts';
import { randomUUID } from 'node:crypto';
import { storeProblem } from '../store/store-problem.ts';
import type { Database } from './database.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Row } from '../store/schema.ts';

// The key's hash is told to nobody: it is not needed to use the mapping.
const view = (row: Row<'token_keys'>): JsonObject => ({
  id: row.mapping_id, jwt_claim_name: row.claim_name, jwt_claim_value: row.claim_value, jwt_issuer: row.issuer === '' ? null : row.issuer, description: row.description, is_active: Number(row.is_active) === 1,
  created_at: new Date(Number(row.created_at_ms)).toISOString(), created_by: row.created_by, updated_at: new Date(Number(row.updated_at_ms)).toISOString(), updated_by: row.updated_by,
});

const find = (db: Database, id: string): Promise<Row<'token_keys'> | undefined> => db.selectFrom('token_keys').selectAll().where('mapping_id', '=', id).executeTakeFirst();
const missing = (): AdminAnswer => refuse('managed_missing', 'Mapping not found');

/** The hash of the key that a body names by its text (`key`) or its hash (`token`). */
async function keyHash(db: Database, { key, token }: { key: string | null; token: string | null }): Promise<Result<string | null>> {
  if (key !== null && token !== null) return fail(fault('managed_invalid', 'Give either `key` or `token`.'));
  if (key === null && token === null) return ok(null);
  const hash = key === null ? hashOfNamed(token ?? '') : hashOf(key);
  const found = await db.selectFrom('virtual_keys').select('key_hash').where('key_hash', '=', hash).executeTakeFirst();
  return found ? ok(hash) : fail(fault('managed_invalid', 'The provided key does not match an existing virtual key.'));
}

const newFields = { jwt_claim_name: required(text), jwt_claim_value: required(text), jwt_issuer: text, key: text, token: text, description: text } as const;

const create = withBody(newFields, async (call, values) => {
  const hash = await keyHash(call.services.store.db, values);
  if (!hash.ok) return hash;
  if (hash.value === null) return refuse('managed_invalid', 'Give either `key` or `token`.');
  const key = hash.value;
  const at = call.services.nowMs();
  const by = call.caller.userId;
  try {
    return await commit(call, async (db, note): Promise<AdminAnswer> => {
      const id = randomUUID();
      await db.insertInto('token_keys').values({
        mapping_id: id, claim_name: values.jwt_claim_name, claim_value: values.jwt_claim_value, issuer: values.jwt_issuer ?? '', key_hash: key, description: values.description, is_active: 1,
        created_at_ms: at, created_by: by, updated_at_ms: at, updated_by: by,
      }).execute();
      const made = await find(db, id);
      note({ kind: 'key', id: key, action: 'updated', after: { jwt_claim_name: values.jwt_claim_name, jwt_claim_value: values.jwt_claim_value } });
      return made ? answer(view(made)) : missing();
    });
  } catch (error) {
    if (storeProblem(error) === 'duplicate') return refuse('managed_conflict', `A mapping for claim '${values.jwt_claim_name.slice(0, 100)}' = '${values.jwt_claim_value.slice(0, 100)}' exists already.`);
    throw error;
  }
});

const updateFields = { id: required(text), description: text, is_active: boolean, jwt_issuer: text, key: text, token: text } as const;

const update = withBody(updateFields, async (call, values, given) => {
  const before = await find(call.services.store.db, values.id);
  if (!before) return missing();
  const hash = await keyHash(call.services.store.db, values);
  if (!hash.ok) return hash;
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    await db.updateTable('token_keys').set({
      ...(given.has('description') && { description: values.description }), ...(values.is_active !== null && { is_active: values.is_active ? 1 : 0 }), ...(given.has('jwt_issuer') && { issuer: values.jwt_issuer ?? '' }),
      ...(hash.value !== null && { key_hash: hash.value }), updated_at_ms: call.services.nowMs(), updated_by: call.caller.userId,
    }).where('mapping_id', '=', values.id).execute();
    const changed = await find(db, values.id);
    note({ kind: 'key', id: before.key_hash, action: 'updated', before: view(before), after: changed ? view(changed) : null });
    return changed ? answer(view(changed)) : missing();
  });
});

const remove = withBody({ id: required(text) }, (call, { id }) => commit(call, async (db, note): Promise<AdminAnswer> => {
  const before = await find(db, id);
  if (!before) return missing();
  await db.deleteFrom('token_keys').where('mapping_id', '=', id).execute();
  note({ kind: 'key', id: before.key_hash, action: 'updated', before: view(before) });
  return answer({ status: 'success' });
}));

async function list({ services, query }: AdminCall): Promise<AdminAnswer> {
  const { db } = services.store;
  const page = pageOf(query, 'size', 50);
  const counted = await db.selectFrom('token_keys').select((rows) => rows.fn.countAll<number>().as('count')).executeTakeFirst();
  const rows = await db.selectFrom('token_keys').selectAll().orderBy('created_at_ms', 'desc').orderBy('mapping_id').offset(page.offset).limit(page.size).execute();
  const total = Number(counted?.count ?? 0);
  return answer({ mappings: rows.map(view), total_count: total, current_page: page.page, total_pages: pagesOf(total, page) });
}

async function info({ services, query }: AdminCall): Promise<AdminAnswer> {
  const row = await find(services.store.db, query.get('id') ?? '');
  return row ? answer(view(row)) : missing();
}

export const tokenKeyEndpoints: Endpoints = endpointsOf(detail, {
  'POST /jwt/key/mapping/new': create, 'POST /jwt/key/mapping/update': update, 'POST /jwt/key/mapping/delete': remove, 'GET /jwt/key/mapping/list': list, 'GET /jwt/key/mapping/info': info,
});
