// How keys are shown: LiteLLM's rows of its table of keys.
import { keyMembers, type KeyRecord } from '../../access/records/key.ts';
import { readRecord, type FieldsRow } from '../../access/records/record.ts';
import { metadataFields, routerSettingsShown } from './fields.ts';
import type { BudgetRecord } from '../../access/records/things.ts';
import type { JsonObject } from '../../lib/json.ts';

/** The record of a row. */
export const keyOf = (row: FieldsRow): KeyRecord => readRecord(keyMembers, row);

/** A key as rows of LiteLLM's table are shown. */
export function keyView(key: KeyRecord, budget: BudgetRecord | null = null): JsonObject {
  return {
    ...key, soft_budget_cooldown: false, litellm_budget_table: budget && { ...budget }, litellm_organization_table: null, litellm_project_table: null, object_permission: null, jwt_key_mappings: null,
  };
}

/** The answer to `POST /key/generate`, in which alone the key itself is shown. */
export function generatedView(key: KeyRecord, plain: string, budget: BudgetRecord | null): JsonObject {
  const { soft_budget: softBudget, metadata } = key;
  const fromMetadata = Object.fromEntries(Object.keys(metadataFields).map((name) => [name, metadata[name] ?? null]));
  return {
    ...key, ...fromMetadata, key: plain, token_id: key.token, duration: null, soft_budget: softBudget, object_permission: null, litellm_budget_table: budget && { ...budget },
    router_settings: { ...routerSettingsShown, ...key.router_settings }, key_type: key.key_type ?? 'default',
  };
}
