// `GET /key/info`, `/key/list`, `/key/aliases`, `POST /key/health`: looking at keys. Who sees which is part of the query, not of the answer.
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { explainScopes } from '../explain.ts';
import { findKey, rightOverKey } from './find.ts';
import { given, isTrue, pageOf, pagesOf } from '../paging.ts';
import { hashOfNamed, maskedKey } from '../../access/key-text.ts';
import { keyOf, keyParts, keyView } from './view.ts';
import { rolesOf } from '../../access/caller.ts';
import { sql, type Expression, type ExpressionBuilder, type SqlBool } from 'kysely';
import { reachOf } from '../../access/permissions.ts';
import type { Schema } from '../../store/schema.ts';

/** `GET /key/info`: of the named key, or of the caller. `explain=true` lists every limit that holds for it. */
export async function keyInfo(call: AdminCall): Promise<AdminAnswer> {
  const { services, caller, query } = call;
  const named = query.get('key') ?? (caller.key ? caller.keyHash : null);
  if (named === null) return caller.kind === 'master' ? answer({ key: 'litellm_proxy_master_key', info: { key_name: 'master key', user_role: 'proxy_admin', models: [], spend: 0 } }) : keyUnknown();
  const found = await findKey(call, named);
  if (!found || await rightOverKey(call, 'key.read', found.key, '/key/info') === null) return keyUnknown();
  const { key } = found;
  const explained = isTrue(query, 'explain') ? { scopes: await explainScopes(call, key.token) } : {};
  return answer({ key: query.get('key') ?? key.token, info: { ...keyView(key, await keyParts(services.store.db, key)), ...explained } });
}

// Who may not see a key does not learn that it exists.
const keyUnknown = (): AdminAnswer => refuse('managed_missing', 'Key not found in database', { type: 'not_found_error', param: 'key' });

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

/** `GET /key/list`. */
export async function listKeys(call: AdminCall): Promise<AdminAnswer> {
  const { services, query } = call;
  const page = pageOf(query, 'size', 10);
  if (given(query, 'status') === 'deleted') return listDeleted(call);
  let rows = services.store.db.selectFrom('virtual_keys').where(visible(call));
  for (const name of ['user_id', 'team_id', 'organization_id', 'project_id', 'agent_id'] as const) {
    const value = given(query, name);
    if (value !== null) rows = rows.where(name, '=', value);
  }
  const hash = given(query, 'key_hash');
  if (hash !== null) rows = rows.where('key_hash', '=', hashOfNamed(hash));
  const alias = given(query, 'key_alias');
  if (alias !== null) rows = isTrue(query, 'substring_matching') ? rows.where('key_alias', 'like', `%${alias}%`) : rows.where('key_alias', '=', alias);
  const search = given(query, 'search');
  if (search !== null) rows = rows.where((keys) => keys.or([keys('key_alias', 'like', `%${search}%`), keys('key_hash', '=', hashOfNamed(search)), keys('key_name', 'like', `%${search}%`)]));
  const expires = given(query, 'expires');
  if (expires === 'never') rows = rows.where('expires_at_ms', 'is', null);
  const counted = await rows.select((keys) => keys.fn.countAll<number>().as('count')).executeTakeFirst();
  const total = Number(counted?.count ?? 0);
  const sort = sortNames[query.get('sort_by') ?? ''] ?? 'created_at_ms';
  const found = await rows.selectAll().orderBy(sort, query.get('sort_order') === 'asc' ? 'asc' : 'desc').orderBy('key_hash').limit(page.size).offset(page.offset).execute();
  const keys = isTrue(query, 'return_full_object') ? found.map((row) => keyView(keyOf(row))) : found.map((row) => row.key_hash);
  return answer({ keys, total_count: total, current_page: page.page, total_pages: pagesOf(total, page) });
}

async function listDeleted({ services, caller, query }: AdminCall): Promise<AdminAnswer> {
  const page = pageOf(query, 'size', 10);
  let rows = services.store.db.selectFrom('deleted_entities').where('kind', '=', 'key');
  if (reachOf(caller.role, 'key.list') !== 'all') rows = rows.where('user_id', '=', caller.userId ?? '');
  const counted = await rows.select((keys) => keys.fn.countAll<number>().as('count')).executeTakeFirst();
  const found = await rows.selectAll().orderBy('deleted_at_ms', 'desc').limit(page.size).offset(page.offset).execute();
  const keys = isTrue(query, 'return_full_object')
    ? found.map((row) => ({ ...JSON.parse(row.row_value), deleted_at: new Date(row.deleted_at_ms).toISOString(), deleted_by: row.deleted_by })) : found.map((row) => row.entity_id);
  return answer({ keys, total_count: Number(counted?.count ?? 0), current_page: page.page, total_pages: pagesOf(Number(counted?.count ?? 0), page) });
}

/** `GET /key/aliases`. */
export async function keyAliases(call: AdminCall): Promise<AdminAnswer> {
  const { services, query } = call;
  const page = pageOf(query, 'size', 50);
  let rows = services.store.db.selectFrom('virtual_keys').where(visible(call)).where('key_alias', 'is not', null);
  const search = given(query, 'search');
  if (search !== null) rows = rows.where('key_alias', 'like', `%${search}%`);
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
