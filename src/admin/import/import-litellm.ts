// Carries a LiteLLM installation over: what is there already stays as it is, so that it can be done again, and what is not taken is told.
import { carried, jsonOf, mapRow, memberRows, type TargetRow } from './rows.ts';
import { credentialContext, modelContext, sealValues } from '../models/stored.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { liteLlmOpener } from './opened.ts';
import { tables } from '../../store/schema.ts';
import type { Database } from '../database.ts';
import type { LiteLlmSource } from './source.ts';
import type { Sealer } from '../seal/sealer.ts';
import type { Store } from '../../store/store.ts';

/** What the import works with. */
export interface ImportParts {
  source: LiteLlmSource;
  store: Store;
  /** Opens what LiteLLM sealed: `LITELLM_SALT_KEY`, else its master key; null: models and credentials are left. */
  secret: string | null;
  /** Seals it anew. */
  sealer: Sealer | null;
  /** Writes nothing. */
  dryRun: boolean;
}

/** What came of one table. */
export interface TableReport {
  from: string;
  to: string;
  taken: number;
  /** Were there already, and were left as they are. */
  present: number;
  /** What is not taken, by reason. */
  left: ReadonlyMap<string, number>;
}

/** What came of an import. */
export interface ImportReport {
  tables: TableReport[];
  /** Tables with rows that have no place here. */
  untaken: { table: string; rows: number; reason: string }[];
}

class Tally {
  taken = 0;
  present = 0;
  readonly left = new Map<string, number>();

  count(taken: boolean): void {
    if (taken) this.taken++;
    else this.present++;
  }

  leave(reason: string): void {
    this.left.set(reason, (this.left.get(reason) ?? 0) + 1);
  }
}

/** Does the import: all of it, or nothing. Rejects when a database cannot be reached. */
export async function importLiteLlm(parts: ImportParts): Promise<ImportReport> {
  const planned = await plan(parts);
  if (parts.dryRun) {
    for (const { rows, tally } of planned.steps) for (const row of rows) tally.count(!await isThere(parts.store.db, row));
  } else {
    await parts.store.transaction(async (db) => {
      for (const { rows, tally } of planned.steps) for (const row of rows) tally.count(await insert(db, row));
    });
  }
  return { tables: planned.steps.map(({ from, to, tally }) => ({ from, to, taken: tally.taken, present: tally.present, left: tally.left })), untaken: planned.untaken };
}

interface Step {
  from: string;
  to: string;
  rows: TargetRow[];
  tally: Tally;
}

async function plan({ source, secret, sealer }: ImportParts): Promise<{ steps: Step[]; untaken: ImportReport['untaken'] }> {
  const steps: Step[] = [];
  const found = new Map<string, JsonObject[]>();
  for (const table of carried) {
    const rows = await source.rows(table.from);
    found.set(table.from, rows);
    const tally = new Tally();
    const mapped = rows.flatMap((row) => {
      const result = mapRow(table, row);
      if (result.kind === 'row') return [result.row];
      tally.leave(result.reason);
      return [];
    });
    steps.push({ from: table.from, to: table.to, rows: mapped, tally });
  }
  const teams = found.get('LiteLLM_TeamTable') ?? [];
  await withModelAliases(source, teams, steps);
  steps.push({ from: 'LiteLLM_TeamMembership', to: 'team_members', rows: memberRows(teams, await source.rows('LiteLLM_TeamMembership')), tally: new Tally() });
  steps.push(await objectPermissions(source), await invitations(source), await tokenKeys(source), await replacedKeys(source), await sealedStep(source, 'LiteLLM_CredentialsTable', secret, sealer), await sealedStep(source, 'LiteLLM_ProxyModelTable', secret, sealer));
  return { steps, untaken: await untakenTables(source, found) };
}

/** A team's other names for models stand in a table of their own in LiteLLM. */
async function withModelAliases(source: LiteLlmSource, teams: readonly JsonObject[], steps: readonly Step[]): Promise<void> {
  const aliases = new Map((await source.rows('LiteLLM_ModelTable')).map((row) => [row['id'], jsonOf(row['aliases'] ?? row['model_aliases'])]));
  const rows = steps.find(({ to }) => to === 'teams')?.rows ?? [];
  for (const team of teams) {
    const value = aliases.get(team['model_id'] ?? null);
    const row = rows.find(({ key }) => key['team_id'] === team['team_id']);
    const fields: unknown = row && JSON.parse(String(row.cells['fields'] ?? '{}'));
    if (row && isJsonObject(value) && isJsonObject(fields)) row.cells['fields'] = JSON.stringify({ ...fields, model_aliases: value });
  }
}

async function replacedKeys(source: LiteLlmSource): Promise<Step> {
  const table = 'LiteLLM_DeprecatedVerificationToken';
  const tally = new Tally();
  const rows = (await source.rows(table)).flatMap((row): TargetRow[] => {
    const { token, active_token_id: active, revoke_at: revoke } = row;
    const at = typeof revoke === 'string' ? Date.parse(`${revoke.replace(/Z$/, '')}Z`) : Number.NaN;
    if (typeof token === 'string' && typeof active === 'string' && at > Date.now()) return [{ table: 'replaced_keys', key: { key_hash: token }, cells: { key_hash: token, active_key_hash: active, revoke_at_ms: at, created_at_ms: Date.now() } }];
    tally.leave('its time is over');
    return [];
  });
  return { from: table, to: 'replaced_keys', rows, tally };
}

/** Permissions over tools, agents and the like are kept as they are. */
async function objectPermissions(source: LiteLlmSource): Promise<Step> {
  const table = 'LiteLLM_ObjectPermissionTable';
  const tally = new Tally();
  const rows = (await source.rows(table)).flatMap(({ object_permission_id: id, ...fields }): TargetRow[] => {
    if (typeof id === 'string') return [{ table: 'object_permissions', key: { object_permission_id: id }, cells: { object_permission_id: id, fields: JSON.stringify(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))) } }];
    tally.leave('it has no object_permission_id');
    return [];
  });
  return { from: table, to: 'object_permissions', rows, tally };
}

/** Invitations that can still be taken up. */
async function invitations(source: LiteLlmSource): Promise<Step> {
  const table = 'LiteLLM_InvitationLink';
  const tally = new Tally();
  const rows = (await source.rows(table)).flatMap((row): TargetRow[] => {
    const { id, user_id: userId, is_accepted: accepted, expires_at: expires } = row;
    const untilMs = typeof expires === 'string' ? Date.parse(/[Zz]$/.test(expires) ? expires : `${expires}Z`) : Number.NaN;
    if (accepted === true) tally.leave('it was accepted');
    else if (!(untilMs > Date.now())) tally.leave('its time is over');
    else if (typeof id === 'string' && typeof userId === 'string') return [{ table: 'invitations', key: { invitation_id: id }, cells: { invitation_id: id, user_id: userId, is_accepted: 0, expires_at_ms: untilMs, ...times(row) } }];
    else tally.leave('it cannot be read');
    return [];
  });
  return { from: table, to: 'invitations', rows, tally };
}

/** Tokens that act with the rights of a key. */
async function tokenKeys(source: LiteLlmSource): Promise<Step> {
  const table = 'LiteLLM_JWTKeyMapping';
  const tally = new Tally();
  const rows = (await source.rows(table)).flatMap((row): TargetRow[] => {
    const { id, jwt_claim_name: name, jwt_claim_value: value, token, jwt_issuer: issuer, description } = row;
    if (typeof id === 'string' && typeof name === 'string' && typeof value === 'string' && typeof token === 'string') {
      return [{
        table: 'token_keys', key: { mapping_id: id },
        cells: { mapping_id: id, claim_name: name, claim_value: value, issuer: typeof issuer === 'string' ? issuer : '', key_hash: token, description: typeof description === 'string' ? description : null, is_active: row['is_active'] === false ? 0 : 1, ...times(row) },
      }];
    }
    tally.leave('it cannot be read');
    return [];
  });
  return { from: table, to: 'token_keys', rows, tally };
}

/** Models and credentials: opened with LiteLLM's key, sealed with ours. */
async function sealedStep(source: LiteLlmSource, from: 'LiteLLM_CredentialsTable' | 'LiteLLM_ProxyModelTable', secret: string | null, sealer: Sealer | null): Promise<Step> {
  const isModel = from === 'LiteLLM_ProxyModelTable';
  const tally = new Tally();
  const open = secret === null ? null : liteLlmOpener(secret);
  const rows = (await source.rows(from)).flatMap((row): TargetRow[] => {
    const values = jsonOf(isModel ? row['litellm_params'] : row['credential_values']);
    const name = row[isModel ? 'model_id' : 'credential_name'];
    if (!open || !sealer) tally.leave('neither LITELLM_SALT_KEY nor a master key is set');
    else if (typeof name !== 'string' || !isJsonObject(values)) tally.leave('it cannot be read');
    else {
      const opened = open(values);
      if (opened.kind === 'opened' && isJsonObject(opened.value)) return [isModel ? modelRow(row, name, opened.value, sealer) : credentialRow(row, name, opened.value, sealer)];
      tally.leave('it does not open: LITELLM_SALT_KEY (or the master key) is not the one that it was sealed with');
    }
    return [];
  });
  return { from, to: isModel ? 'stored_models' : 'credentials', rows, tally };
}

const times = (row: JsonObject) => {
  const at = (value: unknown): number => (typeof value === 'string' ? Date.parse(/[Zz]$/.test(value) ? value : `${value}Z`) || Date.now() : Date.now());
  const by = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return { created_at_ms: at(row['created_at']), updated_at_ms: at(row['updated_at']), created_by: by(row['created_by']), updated_by: by(row['updated_by']) };
};

function modelRow(row: JsonObject, id: string, params: JsonObject, sealer: Sealer): TargetRow {
  const info = jsonOf(row['model_info']);
  return {
    table: 'stored_models', key: { model_id: id },
    cells: {
      model_id: id, model_name: String(row['model_name'] ?? ''), blocked: row['blocked'] === true ? 1 : 0, litellm_params: JSON.stringify(sealValues(params, modelContext(id), sealer)),
      model_info: JSON.stringify(isJsonObject(info) ? { ...info, id } : { id }), ...times(row),
    },
  };
}

function credentialRow(row: JsonObject, name: string, values: JsonObject, sealer: Sealer): TargetRow {
  return {
    table: 'credentials', key: { credential_name: name },
    cells: {
      credential_id: String(row['credential_id'] ?? name), credential_name: name, display_name: typeof row['display_name'] === 'string' ? row['display_name'] : null,
      credential_values: JSON.stringify(sealValues(values, credentialContext(name), sealer)), credential_info: JSON.stringify(jsonOf(row['credential_info']) ?? {}), ...times(row),
    },
  };
}

const taken = new Set([...carried.map(({ from }) => from), 'LiteLLM_TeamMembership', 'LiteLLM_ModelTable', 'LiteLLM_DeprecatedVerificationToken', 'LiteLLM_CredentialsTable', 'LiteLLM_ProxyModelTable', 'LiteLLM_ObjectPermissionTable', 'LiteLLM_InvitationLink', 'LiteLLM_JWTKeyMapping']);
const reasons: readonly [RegExp, string][] = [
  [/SpendLogs|Daily|SpendLog/, 'reports begin anew; what keys, users, teams and others have spent so far is carried over with them'],
  [/ModelAccessGroupBudget/, 'budgets are those of keys, teams, projects and models here'],
  [/UISettings|SSOConfig|CacheConfig/, 'it is set in the configuration file or the environment'],
  [/Config/, 'settings belong into the configuration file, or into POST /config/update'],
  [/Audit|Error|HealthCheck|Cron|UserNotifications|Deleted/, 'history'],
  [/MCP|Agent|Guardrail|Prompt|Policy|VectorStore|SearchTool|Skill|Plugin|Workflow|Memory/, 'there is no place for it here yet'],
];

async function untakenTables(source: LiteLlmSource, found: ReadonlyMap<string, readonly JsonObject[]>): Promise<ImportReport['untaken']> {
  const untaken = [...await source.tables()].filter(([name, rows]) => rows > 0 && !taken.has(name))
    .map(([table, rows]) => ({ table, rows, reason: reasons.find(([pattern]) => pattern.test(table))?.[1] ?? 'there is no place for it here' }));
  const passwords = (found.get('LiteLLM_UserTable') ?? []).filter((user) => typeof user['password'] === 'string' && user['password'] !== '').length;
  if (passwords > 0) untaken.push({ table: 'LiteLLM_UserTable.password', rows: passwords, reason: 'passwords are not taken; invite these users anew (POST /invitation/new)' });
  return untaken;
}

async function isThere(db: Database, { table, key }: TargetRow): Promise<boolean> {
  const dynamic = db.dynamic;
  let query = db.selectFrom(dynamic.table(table).as('t')).select(dynamic.ref(Object.keys(key)[0] ?? '') as never);
  for (const [column, value] of Object.entries(key)) query = query.where(dynamic.ref(column) as never, '=', value as never);
  return await query.executeTakeFirst() !== undefined;
}

/** Inserts a row; false when one with its key is there. */
async function insert(db: Database, row: TargetRow): Promise<boolean> {
  if (await isThere(db, row)) return false;
  const now = Date.now();
  const columns = tables[row.table]?.columns ?? {};
  const stamps = Object.fromEntries(['created_at_ms', 'updated_at_ms'].filter((name) => Object.hasOwn(columns, name) && row.cells[name] == null).map((name) => [name, now]));
  await db.insertInto(row.table).values({ ...row.cells, ...stamps } as never).execute();
  return true;
}
