// The handlers of `/v1/access_group`: models that keys and teams are given together; and of `/access_group`, groups that stand at the models.
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { accessGroupMembers, type AccessGroupRecord } from '../../access/records/things.ts';
import { commit } from '../commit.ts';
import { detail, detailError } from '../forms.ts';
import { randomUUID } from 'node:crypto';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import { required, text, texts } from '../body/field.ts';
import { keyMembers } from '../../access/records/key.ts';
import { teamMembers } from '../../access/records/people.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Note } from '../commit.ts';

const lists = { access_model_names: texts, access_mcp_server_ids: texts, access_agent_ids: texts, assigned_team_ids: texts, assigned_key_ids: texts } as const;
const newFields = { access_group_name: required(text), description: text, ...lists } as const;
const updateFields = { access_group_name: text, description: text, ...lists } as const;
const listNames = Object.keys(lists) as (keyof typeof lists)[];

async function find(db: Database, id: string): Promise<AccessGroupRecord | null> {
  const row = await db.selectFrom('access_groups').selectAll().where((groups) => groups.or([groups('access_group_id', '=', id), groups('access_group_name', '=', id)])).executeTakeFirst();
  return row ? readRecord(accessGroupMembers, row) : null;
}

// A group as LiteLLM shows it: what it has no use for here is empty.
const whole = (group: AccessGroupRecord): JsonObject => ({ ...group, access_mcp_servers: [], access_agents: [], assigned_teams: [...group.assigned_team_ids], assigned_keys: [...group.assigned_key_ids] });

/** Writes into keys and teams that they have the group, or have it no more. */
async function assign(db: Database, id: string, before: AccessGroupRecord | null, after: AccessGroupRecord | null, note: (note: Note) => void): Promise<void> {
  for (const hash of new Set([...before?.assigned_key_ids ?? [], ...after?.assigned_key_ids ?? []])) {
    const row = await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', hash).executeTakeFirst();
    if (!row) continue;
    const others = readRecord(keyMembers, row).access_group_ids.filter((one) => one !== id);
    const ids = after?.assigned_key_ids.includes(hash) ? [...others, id] : others;
    await db.updateTable('virtual_keys').set(writeRecord(keyMembers, { access_group_ids: ids }, row)).where('key_hash', '=', hash).execute();
    note({ kind: 'key', id: hash, action: 'updated', after: { access_group_ids: ids } });
  }
  for (const team of new Set([...before?.assigned_team_ids ?? [], ...after?.assigned_team_ids ?? []])) {
    const row = await db.selectFrom('teams').selectAll().where('team_id', '=', team).executeTakeFirst();
    if (!row) continue;
    const others = readRecord(teamMembers, row).access_group_ids.filter((one) => one !== id);
    const ids = after?.assigned_team_ids.includes(team) ? [...others, id] : others;
    await db.updateTable('teams').set(writeRecord(teamMembers, { access_group_ids: ids }, row)).where('team_id', '=', team).execute();
    note({ kind: 'team', id: team, action: 'updated', after: { access_group_ids: ids } });
  }
}

const missing = (id: string): AdminAnswer => refuse('managed_missing', `Access group '${id.slice(0, 100)}' not found`);

const create = withBody(newFields, (call, values) => commit(call, async (db, note): Promise<AdminAnswer> => {
  if (await find(db, values.access_group_name)) return refuse('managed_conflict', `Access group '${values.access_group_name.slice(0, 100)}' already exists`);
  const id = randomUUID();
  const atMs = call.services.nowMs();
  const record = { access_group_name: values.access_group_name, description: values.description, ...Object.fromEntries(listNames.map((name) => [name, values[name] ?? []])) };
  await db.insertInto('access_groups').values({ access_group_id: id, access_group_name: values.access_group_name, created_at_ms: atMs, updated_at_ms: atMs, created_by: call.caller.userId, updated_by: call.caller.userId, ...writeRecord(accessGroupMembers, record) }).execute();
  const made = await find(db, id);
  await assign(db, id, null, made, note);
  note({ kind: 'access_group', id, action: 'created', after: record });
  return answer(made && whole(made), 201);
}));

const update = withBody(updateFields, (call, values, given) => commit(call, async (db, note): Promise<AdminAnswer> => {
  const before = await find(db, call.params['access_group_id'] ?? '');
  if (!before) return missing(call.params['access_group_id'] ?? '');
  const changes: JsonObject = {};
  if (values.access_group_name !== null) changes['access_group_name'] = values.access_group_name;
  if (given.has('description')) changes['description'] = values.description;
  for (const name of listNames) if (given.has(name)) changes[name] = values[name] ?? [];
  const row = await db.selectFrom('access_groups').selectAll().where('access_group_id', '=', before.access_group_id).executeTakeFirstOrThrow();
  await db.updateTable('access_groups').set({ ...writeRecord(accessGroupMembers, changes, row), updated_at_ms: call.services.nowMs(), updated_by: call.caller.userId }).where('access_group_id', '=', before.access_group_id).execute();
  const after = await find(db, before.access_group_id);
  await assign(db, before.access_group_id, before, after, note);
  note({ kind: 'access_group', id: before.access_group_id, action: 'updated', before: { ...before }, after: changes });
  return answer(after && whole(after));
}));

const remove = (call: AdminCall): Promise<AdminAnswer> => commit(call, async (db, note): Promise<AdminAnswer> => {
  const before = await find(db, call.params['access_group_id'] ?? '');
  if (!before) return missing(call.params['access_group_id'] ?? '');
  await assign(db, before.access_group_id, before, null, note);
  await db.deleteFrom('access_groups').where('access_group_id', '=', before.access_group_id).execute();
  note({ kind: 'access_group', id: before.access_group_id, action: 'deleted', before: { ...before } });
  return answer(null, 204);
});

async function list({ services }: AdminCall): Promise<AdminAnswer> {
  const rows = await services.store.db.selectFrom('access_groups').selectAll().orderBy('access_group_name').limit(1_000).execute();
  return answer(rows.map((row) => whole(readRecord(accessGroupMembers, row))));
}

async function one({ services, params }: AdminCall): Promise<AdminAnswer> {
  const group = await find(services.store.db, params['access_group_id'] ?? '');
  return group ? answer(whole(group)) : missing(params['access_group_id'] ?? '');
}

const handlers = (path: string): Endpoints => endpointsOf(detail, {
  [`GET ${path}`]: list, [`POST ${path}`]: create, [`GET ${path}/{access_group_id}`]: one, [`PUT ${path}/{access_group_id}`]: update, [`DELETE ${path}/{access_group_id}`]: remove,
});

// Groups that stand at the models (`model_info.access_groups`), of the file and of the database.
function groupsAtModels({ services }: AdminCall): Map<string, { models: Set<string>; deployments: number }> {
  const groups = new Map<string, { models: Set<string>; deployments: number }>();
  for (const deployment of services.router().groups.all()) {
    const names = deployment.info['access_groups'];
    for (const name of Array.isArray(names) ? names : []) {
      if (typeof name !== 'string') continue;
      const entry = groups.get(name) ?? { models: new Set<string>(), deployments: 0 };
      entry.models.add(deployment.group);
      entry.deployments++;
      groups.set(name, entry);
    }
  }
  return groups;
}

const shown = (name: string, { models, deployments }: { models: Set<string>; deployments: number }): JsonObject => ({ access_group: name, model_names: [...models], deployment_count: deployments });
const listAtModels = (call: AdminCall): AdminAnswer => answer({ access_groups: [...groupsAtModels(call)].map(([name, entry]) => shown(name, entry)) });

function oneAtModels(call: AdminCall): AdminAnswer {
  const name = call.params['access_group'] ?? '';
  const entry = groupsAtModels(call).get(name);
  return entry ? answer({ ...shown(name, entry), spend: 0, budget: null }) : missing(name);
}

const newAtModelsFields = { access_group: required(text), model_names: texts, model_ids: texts } as const;
const atModelsFields = { access_group: text, model_names: texts, model_ids: texts } as const;

/** Sets which stored models are in a group. Models of the file are not changed here. */
const setAtModels = (adding: boolean) => withBody(adding ? newAtModelsFields : atModelsFields, async (call, values) => {
  const name = call.params['access_group'] ?? values.access_group ?? '';
  const exists = groupsAtModels(call).has(name);
  if (name === '' || (adding && exists)) return refuse(exists ? 'managed_conflict' : 'managed_invalid', exists ? `Access group '${name.slice(0, 100)}' already exists` : 'access_group is required');
  if (!adding && !exists) return missing(name);
  const touched = await writeAtModels(call, name, (model) => (values.model_ids?.includes(model.model_id) ?? false) || (values.model_names?.includes(model.model_name) ?? false));
  return answer({ access_group: name, model_names: values.model_names ?? [], model_ids: values.model_ids, models_updated: touched });
});

async function removeAtModels(call: AdminCall): Promise<AdminAnswer> {
  const name = call.params['access_group'] ?? '';
  if (!groupsAtModels(call).has(name)) return missing(name);
  return answer({ access_group: name, models_updated: await writeAtModels(call, name, () => false), message: `Access group '${name}' deleted successfully` });
}

async function writeAtModels(call: AdminCall, name: string, belongs: (model: { model_id: string; model_name: string }) => boolean): Promise<number> {
  const touched = await commit(call, async (db, note) => {
    let count = 0;
    for (const row of await db.selectFrom('stored_models').select(['model_id', 'model_name', 'model_info']).execute()) {
      const info = JSON.parse(row.model_info) as JsonObject;
      const groups = Array.isArray(info['access_groups']) ? info['access_groups'] : [];
      const has = groups.includes(name);
      if (has === belongs(row)) continue;
      const next = { ...info, access_groups: has ? groups.filter((group) => group !== name) : [...groups, name] };
      await db.updateTable('stored_models').set({ model_info: JSON.stringify(next), updated_at_ms: call.services.nowMs() }).where('model_id', '=', row.model_id).execute();
      note({ kind: 'model', id: row.model_id, action: 'updated', after: { access_groups: next.access_groups } });
      count++;
    }
    return count;
  });
  await call.services.reloadModels();
  return touched;
}

export const accessGroupEndpoints: Endpoints = {
  ...handlers('/v1/access_group'), ...handlers('/v1/unified_access_group'),
  ...endpointsOf(detailError, {
    'GET /access_group/list': listAtModels, 'GET /access_group/{access_group}/info': oneAtModels, 'POST /access_group/new': setAtModels(true),
    'PUT /access_group/{access_group}/update': setAtModels(false), 'DELETE /access_group/{access_group}/delete': removeAtModels,
  }),
};
