// `GET /spend/keys` and `/spend/users`: keys and users as they are stored, those who spent most first.
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { parseJsonObject, type JsonObject } from '../../lib/json.ts';
import { seesAll } from './visible.ts';
import { teamsOfUsers } from '../users/view.ts';
import { usdOf } from '../../lib/money.ts';
import type { Row } from '../../store/schema.ts';

const maxRows = 10_000;
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** `GET /spend/keys`. */
export async function spendKeys({ caller, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const all = seesAll(caller);
  const rows = await store.db.selectFrom('virtual_keys').selectAll()
    .$if(!all && (caller.role === 'key' || caller.userId === null), (builder) => builder.where('key_hash', '=', caller.keyHash))
    .$if(!all && caller.role !== 'key' && caller.userId !== null, (builder) => builder.where('user_id', '=', caller.userId))
    .orderBy('spend_nano_usd', 'desc').orderBy('key_hash').limit(maxRows).execute();
  return answer(rows.map(shownKey));
}

function shownKey(row: Row<'virtual_keys'>): JsonObject {
  const { key_hash: token, spend_nano_usd: spend, total_spend_nano_usd: totalSpend, fields, blocked, auto_rotate: autoRotate, rotation_due_at_ms: rotationDueAtMs, organization_id: organization, ...rest } = row;
  return {
    models: [], aliases: {}, config: {}, permissions: {}, metadata: {}, allowed_cache_controls: [], allowed_routes: [], model_spend: {}, model_max_budget: {}, soft_budget_cooldown: false,
    ...parseJsonObject(fields), ...withTimes(rest), token, spend: usdOf(spend), total_spend: usdOf(totalSpend), blocked: blocked === 1, auto_rotate: autoRotate === 1, key_rotation_at: iso(rotationDueAtMs), litellm_budget_table: null, litellm_organization_table: null, litellm_project_table: null,
    object_permission: null, jwt_key_mappings: null, org_id: organization, organization_id: organization,
  };
}

/** `GET /spend/users`. */
export async function spendUsers({ caller, query, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const asked = query.get('user_id');
  const all = seesAll(caller);
  if (!all && asked !== null && asked !== caller.userId) return refuse('managed_forbidden', 'Not authorized to view spend for another user.');
  const id = all ? asked : caller.userId;
  if (!all && id === null) return answer([]);
  const rows = await store.db.selectFrom('users').selectAll().$if(id !== null, (builder) => builder.where('user_id', '=', id ?? '')).orderBy('spend_nano_usd', 'desc').orderBy('user_id').limit(maxRows).execute();
  const teams = await teamsOfUsers(store.db, rows.map((row) => row.user_id));
  return answer(rows.map((row) => ({ ...shownUser(row), teams: teams.get(row.user_id) ?? [] })));
}

function shownUser(row: Row<'users'>): JsonObject {
  const { spend_nano_usd: spend, total_spend_nano_usd: totalSpend, password_hash: _password, fields, blocked: _blocked, ...rest } = row;
  return {
    verified_subjects: null, password_reset_required: null, last_breach_check_at: null, litellm_organization_table: null, organization_memberships: [], invitations_created: null, invitations_updated: null,
    invitations_user: null, object_permission: null, key_aliases: [], models: [], metadata: {}, allowed_cache_controls: [], policies: [], model_spend: {}, model_max_budget: {}, ...parseJsonObject(fields), ...withTimes(rest),
    spend: usdOf(spend), total_spend: usdOf(totalSpend),
  };
}

/** Times by LiteLLM's names, as ISO text: `created_at_ms` is `created_at`, `expires_at_ms` is `expires`. */
function withTimes(row: Readonly<Record<string, string | number | null>>): JsonObject {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => {
    if (!name.endsWith('_ms')) return [name, value];
    const shown = name === 'expires_at_ms' ? 'expires' : name === 'last_active_at_ms' ? 'last_active' : name.slice(0, -3);
    return [shown, typeof value === 'number' ? iso(value) : null];
  }));
}
