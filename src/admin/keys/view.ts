// How keys are shown: LiteLLM's rows of its table of keys.
import { findBudgets } from '../../access/material.ts';
import { keyMembers, type KeyRecord } from '../../access/records/key.ts';
import { objectPermissionOf } from '../object-permissions.ts';
import { readRecord, type FieldsRow } from '../../access/records/record.ts';
import { metadataFields, routerSettingsShown } from './fields.ts';
import { wholeBudget } from '../budgets/write.ts';
import type { BudgetRecord } from '../../access/records/things.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';

/** The record of a row. */
export const keyOf = (row: FieldsRow): KeyRecord => readRecord(keyMembers, row);

/** What of other tables is shown with a key. */
export interface KeyParts {
  budget: BudgetRecord | null;
  permission: JsonObject | null;
}

const noParts: KeyParts = { budget: null, permission: null };

/** Reads what is shown with a key. */
export async function keyParts(db: Database, key: KeyRecord): Promise<KeyParts> {
  const budget = key.budget_id === null ? null : (await findBudgets(db, [key.budget_id])).get(key.budget_id) ?? null;
  return { budget, permission: await objectPermissionOf(db, key.object_permission_id) };
}

/** A key as rows of LiteLLM's table are shown. */
export function keyView(key: KeyRecord, { budget, permission }: KeyParts = noParts): JsonObject {
  return {
    ...key, metadata: shownMetadata(key), soft_budget_cooldown: false, litellm_budget_table: shownBudget(key, budget), litellm_organization_table: null, litellm_project_table: null, object_permission: permission, jwt_key_mappings: null,
  };
}

// Where LiteLLM keeps a budget that is raised for a time.
function shownMetadata({ metadata, temp_budget_increase: increase, temp_budget_expiry: expiry }: KeyRecord): JsonObject {
  return increase === null && expiry === null ? metadata : { ...metadata, temp_budget_increase: increase, temp_budget_expiry: expiry };
}

// A key's own soft budget wins over that of the budget it refers to.
const shownBudget = (key: KeyRecord, budget: BudgetRecord | null): JsonObject | null => budget && wholeBudget({ ...budget, soft_budget: key.soft_budget ?? budget.soft_budget });

/** Whether a key works: `active`, `expired`, or `revoked` when it is blocked. */
export const keyStatus = ({ blocked, expires }: KeyRecord, nowMs: number): 'active' | 'expired' | 'revoked' =>
  (blocked ? 'revoked' : expires !== null && Date.parse(expires) < nowMs ? 'expired' : 'active');

// Members of LiteLLM's whole rows that are filled in while a request is under way, and are empty in a list.
const unfilled: JsonObject = Object.fromEntries([
  'org_id', 'team_spend', 'team_alias', 'team_tpm_limit', 'team_rpm_limit', 'team_tpd_limit', 'team_max_budget', 'team_soft_budget', 'team_model_max_budget', 'team_model_aliases', 'team_member',
  'team_metadata', 'team_object_permission_id', 'team_member_spend', 'team_member_tpm_limit', 'team_member_rpm_limit', 'end_user_id', 'end_user_tpm_limit', 'end_user_rpm_limit', 'end_user_tpd_limit',
  'end_user_max_budget', 'end_user_model_max_budget', 'organization_alias', 'organization_max_budget', 'organization_tpm_limit', 'organization_rpm_limit', 'organization_metadata', 'project_alias',
  'project_metadata', 'last_refreshed_at', 'api_key', 'user_role', 'allowed_model_region', 'parent_otel_span', 'rpm_limit_per_model', 'tpm_limit_per_model', 'user_tpm_limit', 'user_rpm_limit',
  'user_email', 'user_spend', 'user_max_budget', 'user_model_max_budget', 'request_route', 'user', 'created_by_user', 'end_user_object_permission', 'team_object_permission', 'jwt_claims',
].map((name) => [name, null]));

/** A key in a list of whole rows (`return_full_object`). */
export const listedView = (key: KeyRecord, parts: KeyParts = noParts): JsonObject => ({ ...unfilled, team_models: [], team_blocked: false, is_session_token: false, ...keyView(key, parts) });

/** The answer to `POST /key/generate`, in which alone the key itself is shown. */
export function generatedView(key: KeyRecord, plain: string, { budget, permission }: KeyParts = noParts): JsonObject {
  const { soft_budget: softBudget, metadata } = key;
  const fromMetadata = Object.fromEntries(Object.keys(metadataFields).map((name) => [name, metadata[name] ?? null]));
  return {
    ...key, ...fromMetadata, key: plain, token_id: key.token, duration: null, soft_budget: softBudget, object_permission: permission, litellm_budget_table: shownBudget(key, budget),
    router_settings: { ...routerSettingsShown, ...key.router_settings }, key_type: key.key_type ?? 'default',
  };
}
