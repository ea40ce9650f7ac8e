// `GET /key/info`, `/key/list`, `/key/aliases`, `POST /key/health`: looking at keys. Who sees which is part of the query, not of the answer.
import { answer, refuse, unfit, withBody, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { explainScopes } from '../explain.ts';
import { findKey, rightOverKey } from './find.ts';
import { given, isTrue, pageOf, pagesOf } from '../paging.ts';
import { hashOfNamed, maskedKey } from '../../access/key-text.ts';
import { infoFields } from './fields.ts';
import { keyOf, keyParts, keyStatus, keyView, listedView } from './view.ts';
import { findBudgets } from '../../access/material.ts';
import { findObjectPermissions } from '../object-permissions.ts';
import { listHolds, matches } from '../matching.ts';
import { rolesOf } from '../../access/caller.ts';
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import { reachOf } from '../../access/permissions.ts';
import type { KeyRecord } from '../../access/records/key.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Schema } from '../../store/schema.ts';

/** `GET /key/info`: of the named key, or of the caller. `explain=true` lists every limit that holds for it. */
export async function keyInfo(call: AdminCall): Promise<AdminAnswer> {
  const { services, caller, query } = call;
  const named = query.get('key') ?? (caller.key ? caller.keyHash : null);
  const found = named === null ? null : await findKey(call, named);
  if (!found || await rightOverKey(call, 'key.read', found.key, '/key/info') === null) return keyUnknown(call);
  const { key } = found;
  const explained = isTrue(query, 'explain') ? { scopes: await explainScopes(call, key.token) } : {};
  return answer({ key: query.get('key') ?? key.token, info: { ...keyView(key, await keyParts(services.store.db, key)), status: keyStatus(key, services.nowMs()), ...explained } });
}

// Who may not see a key does not learn that it exists: whatever key is named, the answer is the same.
const keyUnknown = ({ caller }: AdminCall): AdminAnswer => (rolesOf(caller).some((role) => reachOf(role, 'key.read') === 'all')
  ? refuse('managed_missing', 'Key not found in database', { type: 'not_found_error', param: 'key' })
  : refuse('managed_forbidden', `You are not allowed to access this key's info. Your role=${caller.role}`));

/** `POST /v2/key/info`: several keys at once, of which those are left out that are not there or that the caller may not see. */
export const keysInfo = withBody(infoFields, async (call, { keys, key_aliases: aliases }) => {
  if (!keys?.length && !aliases?.length) return unfit(noKeysNamed);
  const { db } = call.services.store;
  const named = (row: Keys) => row.or([
    ...(keys?.length ? [row('key_hash', 'in', keys.slice(0, mostKeys).map(hashOfNamed))] : []), ...(aliases?.length ? [row('key_alias', 'in', aliases.slice(0, mostKeys))] : []),
  ]);
  const rows = await db.selectFrom('virtual_keys').selectAll().where(named).limit(mostKeys).execute();
  const info: JsonObject[] = [];
  for (const key of rows.map(keyOf)) {
    if (await rightOverKey(call, 'key.read', key, '/key/info') === null) continue;
    const { token: _hash, ...view } = keyView(key, await keyParts(db, key));
    info.push(view);
  }
  return answer({ key: keys, info });
});

const mostKeys = 1_000;
/** What LiteLLM says when a body names no key. */
export const noKeysNamed = "At least one of 'keys' or 'key_aliases' must be provided.";

type Keys = ExpressionBuilder<Schema, 'virtual_keys'>;

/** The keys that the caller may see. */
function visible({ caller, query }: AdminCall): (keys: Keys) => Expression<SqlBool> {
  const reaches = new Set(rolesOf(caller).map((role) => reachOf(role, 'key.list')));
  return (keys) => {
    if (reaches.has('all')) return sql<SqlBool>`1 = 1`;
    const mine = [keys('key_hash', '=', caller.keyHash)];
    if (caller.userId !== null) {
      mine.push(keys('user_id', '=', caller.userId));
      if (isTrue(query, 'include_created_by_keys')) mine.push(keys('created_by', '=', caller.userId));
    }
    if (caller.adminTeams.size > 0) mine.push(keys('team_id', 'in', [...caller.adminTeams]));
    if (caller.adminOrganizations.size > 0) {
      const organizations = [...caller.adminOrganizations];
      mine.push(keys('organization_id', 'in', organizations), keys('team_id', 'in', keys.selectFrom('teams').select('team_id').where('organization_id', 'in', organizations)));
    }
    return keys.or(mine);
  };
}

const sortable = ['created_at_ms', 'updated_at_ms', 'expires_at_ms', 'key_alias', 'spend_nano_usd', 'max_budget', 'team_id', 'user_id', 'key_hash'] as const;
const sortNames: Readonly<Record<string, (typeof sortable)[number]>> = {
  created_at: 'created_at_ms', updated_at: 'updated_at_ms', expires: 'expires_at_ms', key_alias: 'key_alias', spend: 'spend_nano_usd', max_budget: 'max_budget', team_id: 'team_id', user_id: 'user_id', token: 'key_hash',
};

const statuses = new Set(['active', 'expired', 'revoked', 'deleted']);

/** `GET /key/list`. */
export async function listKeys(call: AdminCall): Promise<AdminAnswer> {
  const { services, query } = call;
  const page = pageOf(query, 'size', 10);
  const status = given(query, 'status');
  if (status !== null && !statuses.has(status)) return refuse('managed_invalid', "Invalid status value. Supported: 'active', 'expired', 'revoked', 'deleted'.");
  const sortBy = given(query, 'sort_by');
  if (sortBy !== null && !Object.hasOwn(sortNames, sortBy)) return refuse('managed_invalid', `Invalid sort column. Must be one of: ${Object.keys(sortNames).join(', ')}`);
  const order = given(query, 'sort_order')?.toLowerCase() ?? 'desc';
  if (sortBy !== null && order !== 'asc' && order !== 'desc') return refuse('managed_invalid', "Invalid sort order. Must be 'asc' or 'desc'");
  const refused = listRefused(call);
  if (refused) return refused;
  if (status === 'deleted') return listDeleted(call);
  let rows = services.store.db.selectFrom('virtual_keys').where(visible(call));
  for (const name of ['user_id', 'team_id', 'organization_id', 'project_id', 'agent_id'] as const) {
    const value = given(query, name);
    if (value !== null) rows = rows.where(name, '=', value);
  }
  const hash = given(query, 'key_hash');
  if (hash !== null) rows = rows.where('key_hash', '=', hashOfNamed(hash));
  const alias = given(query, 'key_alias');
  if (alias !== null) rows = isTrue(query, 'substring_matching') ? rows.where(matches('key_alias', alias)) : rows.where('key_alias', '=', alias);
  const search = given(query, 'search');
  if (search !== null) rows = rows.where((keys) => keys.or([matches('key_alias', search), keys('key_hash', '=', hashOfNamed(search)), matches('key_name', search)]));
  const nowMs = services.nowMs();
  if (status === 'revoked') rows = rows.where('blocked', '=', 1);
  if (status === 'active') rows = rows.where('blocked', '=', 0).where((keys) => keys.or([keys('expires_at_ms', 'is', null), keys('expires_at_ms', '>=', nowMs)]));
  if (status === 'expired') rows = rows.where('blocked', '=', 0).where('expires_at_ms', '<', nowMs);
  const accessGroup = given(query, 'access_group_id');
  if (accessGroup !== null) rows = rows.where(listHolds(services.store.dialect, 'access_group_ids', accessGroup));
  const expires = given(query, 'expires');
  if (expires === 'never') rows = rows.where('expires_at_ms', 'is', null);
  const counted = await rows.select((keys) => keys.fn.countAll<number>().as('count')).executeTakeFirst();
  const total = Number(counted?.count ?? 0);
  const sort = sortNames[sortBy ?? ''] ?? 'created_at_ms';
  const found = await rows.selectAll().orderBy(sort, order === 'asc' ? 'asc' : 'desc').orderBy('key_hash').limit(page.size).offset(page.offset).execute();
  const keys = isTrue(query, 'return_full_object') ? await listed(call, found.map(keyOf)) : found.map((row) => row.key_hash);
  return answer({ keys, total_count: total, current_page: page.page, total_pages: pagesOf(total, page) });
}

// Whoever administers nothing lists the keys of its own user.
function listRefused({ caller, query }: AdminCall): AdminAnswer | null {
  if (rolesOf(caller).some((role) => reachOf(role, 'key.list') === 'all') || caller.adminTeams.size > 0 || caller.adminOrganizations.size > 0) return null;
  const no = (message: string, param: string): AdminAnswer => refuse('managed_forbidden', message, { type: 'bad_request_error', param });
  if (caller.key && caller.userId === null) return no("You are not authorized to access this endpoint. No 'user_id' is associated with your API key.", 'user_id');
  const user = given(query, 'user_id');
  return user !== null && caller.key && user !== caller.userId ? no("You are not authorized to check another user's keys", 'user_id') : null;
}

async function listed({ services }: AdminCall, keys: readonly KeyRecord[]): Promise<JsonObject[]> {
  const budgets = await findBudgets(services.store.db, keys.flatMap((key) => (key.budget_id === null ? [] : [key.budget_id])));
  const permissions = await findObjectPermissions(services.store.db, keys.map((key) => key.object_permission_id));
  return keys.map((key) => listedView(key, { budget: budgets.get(key.budget_id ?? '') ?? null, permission: permissions.get(key.object_permission_id ?? '') ?? null }));
}

async function listDeleted({ services, caller, query }: AdminCall): Promise<AdminAnswer> {
  const page = pageOf(query, 'size', 10);
  let rows = services.store.db.selectFrom('deleted_entities').where('kind', '=', 'key');
  if (reachOf(caller.role, 'key.list') !== 'all') rows = rows.where('user_id', '=', caller.userId ?? '');
  const counted = await rows.select((keys) => keys.fn.countAll<number>().as('count')).executeTakeFirst();
  const found = await rows.selectAll().orderBy('deleted_at_ms', 'desc').limit(page.size).offset(page.offset).execute();
  const keys = isTrue(query, 'return_full_object')
    ? found.map((row) => ({
      soft_budget_cooldown: false, litellm_budget_table: null, object_permission: null, org_id: null, ...JSON.parse(row.row_value), id: row.deleted_id, deleted_at: new Date(row.deleted_at_ms).toISOString(),
      deleted_by: row.deleted_by, deleted_by_api_key: row.deleted_by_key, litellm_changed_by: null,
    })) : found.map((row) => row.entity_id);
  return answer({ keys, total_count: Number(counted?.count ?? 0), current_page: page.page, total_pages: pagesOf(Number(counted?.count ?? 0), page) });
}

/** `GET /key/aliases`. */
export async function keyAliases(call: AdminCall): Promise<AdminAnswer> {
  const { services, query } = call;
  const page = pageOf(query, 'size', 50);
  let rows = services.store.db.selectFrom('virtual_keys').where(visible(call)).where('key_alias', 'is not', null).where('key_alias', '!=', '');
  const search = given(query, 'search');
  if (search !== null) rows = rows.where(matches('key_alias', search));
  const team = given(query, 'team_id');
  if (team !== null) rows = rows.where('team_id', '=', team);
  const counted = await rows.select((keys) => keys.fn.countAll<number>().as('count')).executeTakeFirst();
  const total = Number(counted?.count ?? 0);
  const found = await rows.select('key_alias').orderBy('key_alias').limit(page.size).offset(page.offset).execute();
  return answer({ aliases: found.map((row) => row.key_alias), total_count: total, current_page: page.page, total_pages: pagesOf(total, page), size: page.size });
}

/** `POST /key/health`: the key works; where it reports to is told by name only. */
export function keyHealth({ caller }: AdminCall): AdminAnswer {
  const logging = caller.metadata['logging'];
  const callbacks = Array.isArray(logging) && logging.length > 0
    ? { callbacks: logging.flatMap((entry) => (typeof entry === 'object' && entry !== null && 'callback_name' in entry ? [entry['callback_name']] : [])), status: 'healthy', details: null } : null;
  return answer({ key: 'healthy', logging_callbacks: callbacks, ...(caller.key && { key_name: maskedKey(caller.key.key_name ?? '') }) });
}
