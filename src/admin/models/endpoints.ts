// The handlers of `/model/*` and `/v2/model/info`: models that are added while the gateway runs.
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { auth, detailError } from '../forms.ts';
import { boolean, map, required, text } from '../body/field.ts';
import { commit, type Note } from '../commit.ts';
import { deploymentInfo } from '../../operations/models.ts';
import { fail, fault, type Fault } from '../../canonical/fault.ts';
import { modelRefusal } from '../../access/model-refusal.ts';
import { modelContext, openModel, sealValues, wrongModel } from './stored.ts';
import { pageOf, pagesOf } from '../paging.ts';
import { randomUUID } from 'node:crypto';
import { redacted } from '../redacted.ts';
import { findTeam } from '../../access/material.ts';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import { withoutModels } from '../teams/change.ts';
import { teamMembers } from '../../access/records/people.ts';
import { storedModelMembers, type StoredModelRecord } from '../../access/records/things.ts';
import type { Database } from '../database.ts';
import type { Deployment } from '../../routing/deployment.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Sealer } from '../seal/sealer.ts';

const newFields = { model_name: required(text), litellm_params: required(map), model_info: map, blocked: boolean } as const;
const updateFields = { model_name: text, litellm_params: map, model_info: map, blocked: boolean, id: text } as const;

/** LiteLLM shows these in every answer. */
const shownAlways = { use_xai_oauth: false, use_litellm_proxy: false, use_in_pass_through: false, allow_client_keepalive_override: false, merge_reasoning_content_in_choices: false } as const;

const view = (model: StoredModelRecord): JsonObject => ({
  ...model, litellm_params: { ...shownAlways, ...redacted(model.litellm_params) }, model_info: { id: model.model_id, db_model: false, member_auto_router: false, ...model.model_info },
});

function ready({ services }: AdminCall): { sealer: Sealer } | { fault: Fault } {
  const { config, sealer } = services;
  const wanted = config.generalSettings.storeModelInDb || /^true$/i.test(config.environmentValue('STORE_MODEL_IN_DB') ?? '');
  if (!wanted) return { fault: fault('managed_invalid', "Set `'STORE_MODEL_IN_DB='True'` in your env, or general_settings.store_model_in_db, to enable this feature.", { status: 500 }) };
  return sealer ? { sealer } : { fault: fault('managed_invalid', 'Credentials cannot be kept without LITELLM_SALT_KEY or a master key.', { status: 500 }) };
}

const newModel = withBody(newFields, async (call, values) => {
  const prepared = ready(call);
  if ('fault' in prepared) return fail(prepared.fault);
  const { services } = call;
  const given = values.model_info?.['id'];
  const id = typeof given === 'string' && given !== '' ? given : randomUUID();
  const teamId = values.model_info?.['team_id'];
  const team = typeof teamId === 'string' ? await findTeam(services.store.db, teamId) : null;
  if (typeof teamId === 'string' && !team) return refuse('managed_invalid', `Team not found, passed team id: ${teamId.slice(0, 100)}.`);
  const model: StoredModelRecord = {
    // A team's model has a name of its own inside; its members ask for it by the name that was given.
    model_id: id, model_name: team ? `model_name_${team.team_id}_${randomUUID()}` : values.model_name, team_id: team?.team_id ?? null, blocked: values.blocked ?? false, litellm_params: values.litellm_params, model_info: { ...values.model_info, id, ...(team && { team_public_model_name: values.model_name }) },
    created_at: null, created_by: null, updated_at: null, updated_by: null,
  };
  const wrong = await wrongModel(services.store.db, entryOf(model), prepared.sealer, services.config, services.logger);
  if (wrong !== null) return refuse('managed_invalid', wrong);
  if (services.router().groups.deployment(id)) return refuse('managed_invalid', `Model with id=${id.slice(0, 100)} already exists.`);
  return save(call, model, prepared.sealer, true);
});

const entryOf = (model: StoredModelRecord): JsonObject => ({ model_name: model.model_name, litellm_params: model.litellm_params, model_info: { ...model.model_info, id: model.model_id } });

async function save(call: AdminCall, model: StoredModelRecord, sealer: Sealer, adding: boolean, before: StoredModelRecord | null = null): Promise<AdminAnswer> {
  const { services, caller } = call;
  const atMs = services.nowMs();
  const saved = await commit(call, async (db, note) => {
    const { created_at: _at, created_by: _by, updated_at: _changed, updated_by: _changer, ...record } = model;
    const cells = { ...writeRecord(storedModelMembers, { ...record, litellm_params: sealValues(model.litellm_params, modelContext(model.model_id), sealer) }), updated_at_ms: atMs, updated_by: caller.userId };
    if (adding) await db.insertInto('stored_models').values({ model_id: model.model_id, model_name: model.model_name, created_at_ms: atMs, created_by: caller.userId, ...cells }).execute();
    else await db.updateTable('stored_models').set(cells).where('model_id', '=', model.model_id).execute();
    if (adding) await nameForTeam(db, model, true, note);
    note({ kind: 'model', id: model.model_id, action: adding ? 'created' : 'updated', before: before && view(before), after: view(model) });
    return openModel(await db.selectFrom('stored_models').selectAll().where('model_id', '=', model.model_id).executeTakeFirstOrThrow(), sealer) ?? model;
  });
  await services.reloadModels();
  return answer(view(saved));
}

/** Gives a team the name of its model, or takes it away: an alias, and a place in the team's list where it has one. */
async function nameForTeam(db: Database, { team_id: teamId, model_name: name, model_info: info }: Pick<StoredModelRecord, 'team_id' | 'model_name' | 'model_info'>, adding: boolean, note: (note: Note) => void): Promise<void> {
  const row = teamId === null ? undefined : await db.selectFrom('teams').selectAll().where('team_id', '=', teamId).executeTakeFirst();
  const given = info['team_public_model_name'];
  if (!row || teamId === null || typeof given !== 'string') return;
  const { model_aliases: aliases, models } = readRecord(teamMembers, row);
  const others = Object.fromEntries(Object.entries(aliases).filter(([alias]) => alias !== given));
  const listed = adding && models.length > 0 ? [...new Set([...models, given])] : models;
  const changes = { model_aliases: adding ? { ...others, [given]: name } : others, models: adding ? listed : withoutModels(models, [given]) };
  await db.updateTable('teams').set(writeRecord(teamMembers, changes, row)).where('team_id', '=', teamId).execute();
  note({ kind: 'team', id: teamId, action: 'updated', after: changes });
}

async function find({ services }: AdminCall, id: string, sealer: Sealer): Promise<StoredModelRecord | null> {
  const row = await services.store.db.selectFrom('stored_models').selectAll().where('model_id', '=', id).executeTakeFirst();
  return row ? openModel(row, sealer) : null;
}

async function change(call: AdminCall, id: string, merge: (model: StoredModelRecord) => StoredModelRecord): Promise<AdminAnswer> {
  const prepared = ready(call);
  if ('fault' in prepared) return fail(prepared.fault);
  const before = await find(call, id, prepared.sealer);
  if (!before) {
    return call.params['model_id'] === undefined ? refuse('managed_invalid', `Model with id=${id.slice(0, 100)} not found in db`)
      : refuse('managed_missing', `Model ${id.slice(0, 100)} not found on proxy.`, { type: 'not_found_error', param: null });
  }
  const model = merge(before);
  const wrong = await wrongModel(call.services.store.db, entryOf(model), prepared.sealer, call.services.config, call.services.logger);
  return wrong === null ? save(call, model, prepared.sealer, false, before) : refuse('managed_invalid', wrong);
}

const updateModel = withBody(updateFields, (call, values) => {
  // LiteLLM's own client says `id`.
  const named = call.params['model_id'] ?? values.model_info?.['id'] ?? values.id;
  if (typeof named !== 'string') return refuse('managed_invalid', 'Authentication Error, model_info not provided');
  return change(call, named, (model) => ({
    ...model, model_name: values.model_name ?? model.model_name, blocked: values.blocked ?? model.blocked, litellm_params: { ...model.litellm_params, ...values.litellm_params },
    model_info: { ...model.model_info, ...values.model_info, id: model.model_id },
  }));
});

const blockModel = (blocked: boolean) => withBody({ model_id: required(text) }, (call, { model_id: id }) => change(call, id, (model) => ({ ...model, blocked })));

const deleteModel = withBody({ id: required(text) }, async (call, { id }) => {
  const row = await call.services.store.db.selectFrom('stored_models').selectAll().where('model_id', '=', id).executeTakeFirst();
  if (!row) return refuse('managed_invalid', `Model with id=${id.slice(0, 100)} not found in db`);
  await commit(call, async (db, note) => {
    await nameForTeam(db, { team_id: row.team_id, model_name: row.model_name, model_info: JSON.parse(row.model_info) as JsonObject }, false, note);
    await db.deleteFrom('stored_models').where('model_id', '=', id).execute();
    note({ kind: 'model', id, action: 'deleted', before: { model_id: id, model_name: row.model_name } });
  });
  await call.services.reloadModels();
  return answer({ message: `Model: ${id} deleted successfully` });
});

// What deployments can be sorted by. Others keep the order of the configuration.
const sortKeys: Readonly<Record<string, (deployment: Deployment) => string | number>> = {
  model_name: ({ group }) => group,
  created_at: ({ info }) => String(info['created_at'] ?? ''),
  updated_at: ({ info }) => String(info['updated_at'] ?? ''),
  costs: ({ price }) => price?.numbers['input_cost_per_token'] ?? 0,
  status: ({ info }) => String(info['db_model'] ?? false),
};

function sorted(deployments: readonly Deployment[], query: URLSearchParams): readonly Deployment[] {
  const by = query.get('sortBy') ?? '';
  const key = Object.hasOwn(sortKeys, by) ? sortKeys[by] : undefined;
  if (!key) return deployments;
  const sign = query.get('sortOrder') === 'desc' ? -1 : 1;
  return deployments.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    return left === right ? 0 : left < right ? -sign : sign;
  });
}

/** `GET /v2/model/info`: a page of the deployments that the caller may call. */
function pageOfModels({ services, caller, query }: AdminCall): AdminAnswer {
  const { groups } = services.router();
  const search = query.get('search')?.toLowerCase() ?? '';
  const model = query.get('model');
  const id = query.get('modelId');
  const visible = (deployment: Deployment): boolean => modelRefusal(caller, deployment.group, groups) === null
    && (model === null || deployment.group === model) && (id === null || deployment.id === id) && deployment.group.toLowerCase().includes(search);
  const found = sorted(groups.all().filter(visible), query);
  const page = pageOf(query, 'size', 50);
  return answer({
    data: found.slice(page.offset, page.offset + page.size).map(deploymentInfo), total_count: found.length, current_page: page.page, total_pages: pagesOf(found.length, page), size: page.size,
  });
}

export const modelEndpoints: Endpoints = {
  ...endpointsOf(auth, {
    'POST /model/new': newModel, 'POST /model/update': updateModel, 'PATCH /model/{model_id}/update': updateModel, 'POST /model/delete': deleteModel,
    'POST /model/block': blockModel(true), 'POST /model/unblock': blockModel(false),
  }),
  ...endpointsOf(detailError, { 'GET /v2/model/info': pageOfModels }),
};
