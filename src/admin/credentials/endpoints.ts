// The handlers of `/credentials`: providers' keys that several models share. They go in and are never shown again.
import { answer, endpointsOf, refuse, unfit, withBody, type AdminAnswer, type AdminCall, type AdminHandler, type Endpoints } from '../endpoint.ts';
import { commit } from '../commit.ts';
import { credentialContext, openModel, openValues, sealValues } from '../models/stored.ts';
import { map, required, text, texts } from '../body/field.ts';
import { masked } from '../redacted.ts';
import { randomUUID } from 'node:crypto';
import { usual } from '../forms.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Row } from '../../store/schema.ts';

const newFields = { credential_name: required(text), display_name: text, credential_info: map, credential_values: map, model_id: text } as const;
const updateFields = { credential_name: text, display_name: text, credential_info: map, credential_values: map, credential_values_to_delete: texts } as const;
const withoutKey = (): AdminAnswer => refuse('managed_invalid', 'Credentials cannot be kept without LITELLM_SALT_KEY or a master key.', { status: 500 });

/** A credential with its values masked. */
function view({ services }: AdminCall, row: Row<'credentials'>): JsonObject {
  const values = services.sealer && openValues(JSON.parse(row.credential_values) as JsonObject, credentialContext(row.credential_name), services.sealer);
  const shown = Object.fromEntries(Object.entries(values ?? {}).map(([name, value]): [string, Json] => [name, typeof value === 'string' && !/(base|version|region|location|project)/.test(name) ? masked(value) : value]));
  return { source: 'db', credential_name: row.credential_name, display_name: row.display_name, credential_values: shown, credential_info: JSON.parse(row.credential_info) as JsonObject };
}

const byName = ({ services }: AdminCall, name: string) => services.store.db.selectFrom('credentials').selectAll().where('credential_name', '=', name).executeTakeFirst();

const create: AdminHandler = (call) => (call.body['credential_values'] == null && call.body['model_id'] == null ? unfit('Either credential_values or model_id must be set') : make(call));

const make = withBody(newFields, async (call, values) => {
  const { sealer, nowMs, store } = call.services;
  if (!sealer) return withoutKey();
  if (await byName(call, values.credential_name)) return refuse('managed_conflict', `Credential '${values.credential_name.slice(0, 100)}' already exists. Update it with PATCH /credentials/${values.credential_name.slice(0, 100)}, or delete it first.`);
  const row = values.model_id === null ? undefined : await store.db.selectFrom('stored_models').selectAll().where('model_id', '=', values.model_id).executeTakeFirst();
  const plain = values.credential_values ?? (row ? credentialPart(openModel(row, sealer)?.litellm_params ?? {}) : null);
  if (!plain) return refuse('managed_missing', 'Model not found');
  await commit(call, async (db, note) => {
    const atMs = nowMs();
    await db.insertInto('credentials').values({
      credential_id: randomUUID(), credential_name: values.credential_name, display_name: values.display_name, credential_values: JSON.stringify(sealValues(plain, credentialContext(values.credential_name), sealer)),
      credential_info: JSON.stringify(values.credential_info ?? {}), created_at_ms: atMs, updated_at_ms: atMs, created_by: call.caller.userId, updated_by: call.caller.userId,
    }).execute();
    note({ kind: 'credential', id: values.credential_name, action: 'created', after: { credential_values: Object.keys(plain), credential_info: values.credential_info ?? {} } });
  });
  await call.services.reloadModels();
  return answer({ success: true, message: 'Credential created successfully' });
});

// What of a model's parameters is a credential: everything about the connection.
const credentialPart = (params: JsonObject): JsonObject => Object.fromEntries(Object.entries(params).filter(([name]) => /^(api_key|api_base|base_url|api_version|organization|aws_|azure_|vertex_|client_|tenant_id)/.test(name)));

const update = withBody(updateFields, async (call, values, given) => {
  const { sealer, nowMs } = call.services;
  if (!sealer) return withoutKey();
  const name = call.params['credential_name'] ?? '';
  const row = await byName(call, name);
  if (!row) return refuse('managed_missing', 'Credential not found');
  const context = credentialContext(name);
  const opened = openValues(JSON.parse(row.credential_values) as JsonObject, context, sealer) ?? {};
  const next: JsonObject = { ...opened, ...values.credential_values };
  for (const gone of values.credential_values_to_delete ?? []) delete next[gone];
  await commit(call, async (db, note) => {
    await db.updateTable('credentials').set({
      credential_values: JSON.stringify(sealValues(next, context, sealer)), updated_at_ms: nowMs(), updated_by: call.caller.userId,
      ...(given.has('credential_info') && { credential_info: JSON.stringify({ ...JSON.parse(row.credential_info) as JsonObject, ...values.credential_info }) }),
      ...(given.has('display_name') && { display_name: values.display_name }),
    }).where('credential_name', '=', name).execute();
    note({ kind: 'credential', id: name, action: 'updated', after: { credential_values: Object.keys(next) } });
  });
  await call.services.reloadModels();
  return answer({ success: true, message: 'Credential updated successfully' });
});

async function remove(call: AdminCall): Promise<AdminAnswer> {
  const name = call.params['credential_name'] ?? '';
  if (!await byName(call, name)) return refuse('managed_missing', 'Credential not found');
  await commit(call, async (db, note) => {
    await db.deleteFrom('credentials').where('credential_name', '=', name).execute();
    note({ kind: 'credential', id: name, action: 'deleted' });
  });
  await call.services.reloadModels();
  return answer({ success: true, message: 'Credential deleted successfully' });
}

async function list(call: AdminCall): Promise<AdminAnswer> {
  const rows = await call.services.store.db.selectFrom('credentials').selectAll().orderBy('credential_name').limit(1_000).execute();
  return answer({ success: true, credentials: rows.map((row) => view(call, row)) });
}

async function one(call: AdminCall): Promise<AdminAnswer> {
  const row = await byName(call, call.params['credential_name'] ?? '');
  return row ? answer(view(call, row)) : refuse('managed_missing', 'Credential not found. Got credential name: ' + (call.params['credential_name'] ?? '').slice(0, 100));
}

async function ofModel(call: AdminCall): Promise<AdminAnswer> {
  const { sealer, store } = call.services;
  const id = call.params['model_id'] ?? '';
  const row = await store.db.selectFrom('stored_models').selectAll().where('model_id', '=', id).executeTakeFirst();
  const model = row && sealer ? openModel(row, sealer) : null;
  if (!model) return refuse('managed_missing', `Model not found. Got model ID: ${id.slice(0, 100)}`);
  const shown = Object.fromEntries(Object.entries(credentialPart(model.litellm_params)).map(([name, value]): [string, Json] => [name, typeof value === 'string' ? masked(value) : value]));
  return answer({ credential_name: `${model.model_name}-credential-${randomUUID()}`, credential_values: shown, credential_info: {} });
}

export const credentialEndpoints: Endpoints = endpointsOf(usual, {
  'POST /credentials': create, 'GET /credentials': list, 'GET /credentials/by_name/{credential_name}': one, 'GET /credentials/by_model/{model_id}': ofModel,
  'PATCH /credentials/{credential_name}': update, 'DELETE /credentials/{credential_name}': remove,
});
