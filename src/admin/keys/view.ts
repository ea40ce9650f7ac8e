// How keys are shown: LiteLLM's rows of its table of keys.
import { findBudgets } from '../../access/material.ts';
import { keyMembers, type KeyRecord } from '../../access/records/key.ts';
import { objectPermissionOf } from '../object-permissions.ts';
import { readRecord, type FieldsRow } from '../../access/records/record.ts';
import { metadataFields, routerSettingsShown } from './fields.ts';
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
    ...key, soft_budget_cooldown: false, litellm_budget_table: budget && { ...budget }, litellm_organization_table: null, litellm_project_table: null, object_permission: permission, jwt_key_mappings: null,
  };
}

/** The answer to `POST /key/generate`, in which alone the key itself is shown. */
export function generatedView(key: KeyRecord, plain: string, { budget, permission }: KeyParts = noParts): JsonObject {
  const { soft_budget: softBudget, metadata } = key;
  const fromMetadata = Object.fromEntries(Object.keys(metadataFields).map((name) => [name, metadata[name] ?? null]));
  return {
    ...key, ...fromMetadata, key: plain, token_id: key.token, duration: null, soft_budget: softBudget, object_permission: permission, litellm_budget_table: budget && { ...budget },
    router_settings: { ...routerSettingsShown, ...key.router_settings }, key_type: key.key_type ?? 'default',
  };
}
