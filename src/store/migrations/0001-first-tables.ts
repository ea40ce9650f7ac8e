// The first tables. What is looked up, joined, sorted or limited by is a column; the rest of an entity is JSON in `fields`.
import { count, flag, integer, jsonList, jsonObject, nanoUsd, optionalDouble, optionalInteger, optionalJson, optionalText, text, textOrEmpty } from '../table.ts';
import type { Migration } from './migration.ts';

/** Who made and changed a row, and when. */
const changes = { created_at_ms: integer, created_by: optionalText, updated_at_ms: integer, updated_by: optionalText } as const;
/** Since the budget's window began, and ever. Only the ledger adds; who starts a window anew sets the first to 0. */
const spend = { spend_nano_usd: nanoUsd, total_spend_nano_usd: nanoUsd } as const;
/** A budget in dollars as configured, the length of its window (`30d`) and the next beginning. */
const budget = { max_budget: optionalDouble, soft_budget: optionalDouble, budget_duration: optionalText, budget_reset_at_ms: optionalInteger } as const;
const limits = { tpm_limit: optionalInteger, rpm_limit: optionalInteger, tpd_limit: optionalInteger, max_parallel_requests: optionalInteger } as const;
/** The sums of a day. */
const activity = {
  spend_nano_usd: nanoUsd, prompt_tokens: count, completion_tokens: count, cache_read_tokens: count, cache_write_tokens: count,
  requests: count, successful_requests: count, failed_requests: count, cache_hits: count, duration_ms: count,
} as const;
/** What activity is told apart by; empty text where there is none, because a primary key takes no null. */
const dimensions = {
  day: text, api_key: textOrEmpty, user_id: textOrEmpty, team_id: textOrEmpty, organization_id: textOrEmpty, end_user: textOrEmpty,
  model: textOrEmpty, model_group: textOrEmpty, provider: textOrEmpty, call_type: textOrEmpty,
} as const;

export const firstTables = {
  number: 1,
  name: 'first tables',
  tables: {
    /** Keys by the SHA-256 (hex) of their text. */
    virtual_keys: {
      columns: {
        key_hash: text, key_name: optionalText, key_alias: optionalText, key_type: optionalText, user_id: optionalText, team_id: optionalText,
        organization_id: optionalText, project_id: optionalText, agent_id: optionalText, budget_id: optionalText, object_permission_id: optionalText,
        blocked: flag, expires_at_ms: optionalInteger, ...budget, ...spend, ...limits,
        auto_rotate: flag, rotation_interval: optionalText, rotation_due_at_ms: optionalInteger, last_rotation_at_ms: optionalInteger, rotation_count: count,
        settings_updated_at_ms: optionalInteger, last_active_at_ms: optionalInteger, ...changes, fields: jsonObject,
      },
      primaryKey: ['key_hash'],
      indexes: [
        { columns: ['user_id', 'team_id'] }, { columns: ['team_id'] }, { columns: ['organization_id'] }, { columns: ['key_alias'] }, { columns: ['budget_id'] },
        { columns: ['budget_reset_at_ms'] }, { columns: ['rotation_due_at_ms'] }, { columns: ['created_at_ms'] },
      ],
    },
    /** Keys that were replaced and still work until `revoke_at_ms`, as the key that took their place. */
    replaced_keys: {
      columns: { key_hash: text, active_key_hash: text, revoke_at_ms: integer, created_at_ms: integer },
      primaryKey: ['key_hash'],
      indexes: [{ columns: ['active_key_hash'] }, { columns: ['revoke_at_ms'] }],
    },
    users: {
      columns: {
        user_id: text, user_alias: optionalText, user_email: optionalText, sso_user_id: optionalText, user_role: optionalText, team_id: optionalText,
        organization_id: optionalText, object_permission_id: optionalText, password_hash: optionalText, blocked: flag, ...budget, ...spend, ...limits, ...changes, fields: jsonObject,
      },
      primaryKey: ['user_id'],
      indexes: [{ columns: ['user_email'] }, { columns: ['sso_user_id'] }, { columns: ['organization_id'] }, { columns: ['budget_reset_at_ms'] }, { columns: ['created_at_ms'] }],
    },
    teams: {
      columns: {
        team_id: text, team_alias: optionalText, organization_id: optionalText, object_permission_id: optionalText, blocked: flag,
        ...budget, ...spend, ...limits, ...changes, fields: jsonObject,
      },
      primaryKey: ['team_id'],
      indexes: [{ columns: ['team_alias'] }, { columns: ['organization_id'] }, { columns: ['budget_reset_at_ms'] }, { columns: ['created_at_ms'] }],
    },
    team_members: {
      columns: { team_id: text, user_id: text, role: text, budget_id: optionalText, budget_reset_at_ms: optionalInteger, ...spend, ...changes, fields: jsonObject },
      primaryKey: ['team_id', 'user_id'],
      indexes: [{ columns: ['user_id'] }, { columns: ['budget_id'] }],
    },
    organizations: {
      columns: { organization_id: text, organization_alias: optionalText, budget_id: optionalText, object_permission_id: optionalText, ...spend, ...changes, fields: jsonObject },
      primaryKey: ['organization_id'],
      indexes: [{ columns: ['organization_alias'] }, { columns: ['budget_id'] }],
    },
    organization_members: {
      columns: { organization_id: text, user_id: text, user_role: optionalText, budget_id: optionalText, ...spend, ...changes, fields: jsonObject },
      primaryKey: ['organization_id', 'user_id'],
      indexes: [{ columns: ['user_id'] }, { columns: ['budget_id'] }],
    },
    /** Customers: whom a request names as `user`. Rows come by themselves with the first spending. */
    end_users: {
      columns: {
        end_user_id: text, alias: optionalText, blocked: flag, budget_id: optionalText, budget_reset_at_ms: optionalInteger, default_model: optionalText,
        allowed_model_region: optionalText, object_permission_id: optionalText, ...spend, ...changes, fields: jsonObject,
      },
      primaryKey: ['end_user_id'],
      indexes: [{ columns: ['budget_id'] }, { columns: ['created_at_ms'] }],
    },
    budgets: {
      columns: { budget_id: text, ...budget, ...limits, temp_budget_increase: optionalDouble, temp_budget_expires_at_ms: optionalInteger, ...changes, fields: jsonObject },
      primaryKey: ['budget_id'],
      indexes: [{ columns: ['budget_reset_at_ms'] }],
    },
    tags: {
      columns: { tag_name: text, description: optionalText, budget_id: optionalText, budget_reset_at_ms: optionalInteger, ...spend, ...changes, fields: jsonObject },
      primaryKey: ['tag_name'],
      indexes: [{ columns: ['budget_id'] }],
    },
    projects: {
      columns: {
        project_id: text, project_alias: optionalText, team_id: optionalText, budget_id: optionalText, object_permission_id: optionalText, blocked: flag,
        ...spend, ...changes, fields: jsonObject,
      },
      primaryKey: ['project_id'],
      indexes: [{ columns: ['team_id'] }, { columns: ['budget_id'] }],
    },
    /** Models that were added while running. `litellm_params` is encrypted where it holds secrets. */
    stored_models: {
      columns: { model_id: text, model_name: text, team_id: optionalText, blocked: flag, litellm_params: jsonObject, model_info: jsonObject, ...changes, fields: jsonObject },
      primaryKey: ['model_id'],
      indexes: [{ columns: ['model_name'] }, { columns: ['updated_at_ms'] }],
    },
    /** Providers' credentials; `credential_values` is encrypted. */
    credentials: {
      columns: { credential_id: text, credential_name: text, display_name: optionalText, credential_values: jsonObject, credential_info: jsonObject, ...changes },
      primaryKey: ['credential_id'],
      indexes: [{ columns: ['credential_name'], unique: true }, { columns: ['updated_at_ms'] }],
    },
    access_groups: {
      columns: { access_group_id: text, access_group_name: text, description: optionalText, ...changes, fields: jsonObject },
      primaryKey: ['access_group_id'],
      indexes: [{ columns: ['access_group_name'], unique: true }],
    },
    object_permissions: {
      columns: { object_permission_id: text, fields: jsonObject },
      primaryKey: ['object_permission_id'],
    },
    invitations: {
      columns: { invitation_id: text, user_id: text, is_accepted: flag, accepted_at_ms: optionalInteger, expires_at_ms: integer, ...changes },
      primaryKey: ['invitation_id'],
      indexes: [{ columns: ['user_id'] }],
    },
    /** Sessions of the dashboard by the SHA-256 of their token. */
    sessions: {
      columns: { session_hash: text, user_id: text, key_hash: optionalText, created_at_ms: integer, expires_at_ms: integer, last_seen_at_ms: optionalInteger, fields: jsonObject },
      primaryKey: ['session_hash'],
      indexes: [{ columns: ['user_id'] }, { columns: ['expires_at_ms'] }],
    },
    /** Settings that were changed while running, and other small state by name. `revision` goes up with each change. */
    config_overrides: {
      columns: { param_name: text, param_value: optionalJson, revision: count, updated_at_ms: integer, updated_by: optionalText },
      primaryKey: ['param_name'],
    },
    /** Who changed what. */
    audit_log: {
      columns: {
        audit_id: text, at_ms: integer, changed_by: textOrEmpty, changed_by_key: textOrEmpty, action: text, table_name: text, object_id: text,
        before_value: optionalJson, updated_values: optionalJson,
      },
      primaryKey: ['audit_id'],
      indexes: [{ columns: ['at_ms'] }, { columns: ['object_id'] }],
    },
    /** Keys, teams and others that were deleted, as they were. */
    deleted_entities: {
      columns: {
        deleted_id: text, kind: text, entity_id: text, alias: optionalText, user_id: optionalText, team_id: optionalText, organization_id: optionalText,
        deleted_at_ms: integer, deleted_by: optionalText, deleted_by_key: optionalText, row_value: jsonObject,
      },
      primaryKey: ['deleted_id'],
      indexes: [{ columns: ['kind', 'entity_id'] }, { columns: ['deleted_at_ms'] }],
    },
    /** What was told to people, so that it is not told again at once. */
    alerts: {
      columns: { alert_key: text, sent_at_ms: integer, fields: jsonObject },
      primaryKey: ['alert_key'],
    },
    health_checks: {
      columns: {
        health_check_id: text, model_name: text, model_id: optionalText, status: text, healthy_count: count, unhealthy_count: count, error_message: optionalText,
        response_time_ms: optionalDouble, checked_by: optionalText, checked_at_ms: integer, details: optionalJson,
      },
      primaryKey: ['health_check_id'],
      indexes: [{ columns: ['model_name', 'checked_at_ms'] }, { columns: ['checked_at_ms'] }],
    },
    /** The ledger: one row for each request, written once and never changed. `row_id` is the gateway's own and unique; clients may choose `request_id`. */
    spend_log: {
      columns: {
        started_at_ms: integer, row_id: text, request_id: text, response_id: optionalText, call_type: text, api_key: textOrEmpty, user_id: optionalText, team_id: optionalText,
        organization_id: optionalText, project_id: optionalText, end_user: optionalText, model: textOrEmpty, model_id: optionalText, model_group: optionalText,
        provider: optionalText, api_base: optionalText, spend_nano_usd: nanoUsd, prompt_tokens: count, completion_tokens: count, total_tokens: count,
        cache_read_tokens: count, cache_write_tokens: count, ended_at_ms: integer, first_byte_at_ms: optionalInteger, status: text, http_status: count,
        error_code: optionalText, cache_hit: flag, cache_key: optionalText, session_id: optionalText, requester_address: optionalText,
        request_tags: jsonList, metadata: jsonObject, fields: jsonObject,
      },
      primaryKey: ['started_at_ms', 'row_id'],
      indexes: [
        { columns: ['request_id'] }, { columns: ['api_key', 'started_at_ms'], only: 'postgres' }, { columns: ['user_id', 'started_at_ms'], partial: true, only: 'postgres' },
        { columns: ['team_id', 'started_at_ms'], partial: true, only: 'postgres' }, { columns: ['end_user', 'started_at_ms'], partial: true, only: 'postgres' }, { columns: ['session_id'], partial: true },
      ],
      clustered: true,
      partitionedBy: 'started_at_ms',
    },
    /** What was asked and answered, when it is kept at all. Apart from the ledger, because it is large and goes earlier. */
    spend_payload: {
      columns: { started_at_ms: integer, row_id: text, messages: optionalJson, response: optionalJson, proxy_server_request: optionalJson },
      primaryKey: ['started_at_ms', 'row_id'],
      partitionedBy: 'started_at_ms',
    },
    /** What was spent on a day (UTC, `2026-11-26`). Kept with each batch of the ledger, in the same transaction. */
    daily_activity: {
      columns: { ...dimensions, ...activity },
      clustered: true,
      primaryKey: ['day', 'api_key', 'user_id', 'team_id', 'organization_id', 'end_user', 'model', 'model_group', 'provider', 'call_type'],
      indexes: [{ columns: ['api_key', 'day'] }, { columns: ['user_id', 'day'] }, { columns: ['team_id', 'day'] }, { columns: ['organization_id', 'day'] }, { columns: ['end_user', 'day'] }],
    },
    /** The same for each tag of a request, apart because a request has any number of them. */
    daily_tag_activity: {
      columns: { tag: text, ...dimensions, ...activity },
      clustered: true,
      primaryKey: ['day', 'tag', 'api_key', 'user_id', 'team_id', 'organization_id', 'end_user', 'model', 'model_group', 'provider', 'call_type'],
      indexes: [{ columns: ['tag', 'day'] }],
    },
    /**
     * Spending against one budget in one of its windows, by the scope that has the budget (`key`, `team_member` …), the scope's id, and the budget's
     * name within it (empty for the main one, `model:gpt-4o`, `provider:openai` …). A late row counts for the window in which its request began.
     */
    budget_spend: {
      columns: { scope: text, scope_id: text, budget_name: textOrEmpty, window_started_at_ms: integer, spend_nano_usd: nanoUsd, updated_at_ms: integer },
      clustered: true,
      primaryKey: ['scope', 'scope_id', 'budget_name', 'window_started_at_ms'],
      indexes: [{ columns: ['window_started_at_ms'] }],
    },
    /** How far each journal file of the ledger has been written into the tables: it moves with each batch, in the same transaction. */
    ledger_journals: {
      columns: { journal_id: text, applied_bytes: count, updated_at_ms: integer },
      primaryKey: ['journal_id'],
      indexes: [{ columns: ['updated_at_ms'] }],
    },
  },
} as const satisfies Migration;
