// Stored models: from the database to deployments, and their parameters sealed and opened.
import { loadConfigText } from '../../config/load.ts';
import { readRecord } from '../../access/records/record.ts';
import { storedModelMembers, type StoredModelRecord } from '../../access/records/things.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { isSealed, type Sealer } from '../seal/sealer.ts';
import type { Config } from '../../config/config.ts';
import type { Database } from '../database.ts';
import type { Logger } from '../../observe/logger.ts';

/** A deployment as the configuration reads it. */
export type ConfiguredDeployment = Config['deployments'][number];

/** Every text in these values sealed, each bound to its place. */
export function sealValues(values: JsonObject, context: string, sealer: Sealer): JsonObject {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, sealed(value, `${context}:${name}`, sealer)]));
}

function sealed(value: Json, context: string, sealer: Sealer): Json {
  if (typeof value === 'string') return sealer.seal(value, context);
  if (Array.isArray(value)) return value.map((item) => sealed(item, context, sealer));
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, sealed(member, `${context}.${name}`, sealer)])) : value;
}

/** The values as they were before they were sealed; null when one of them does not open. */
export function openValues(values: JsonObject, context: string, sealer: Sealer): JsonObject | null {
  const opened: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    const open = openValue(value, `${context}:${name}`, sealer);
    if (open === undefined) return null;
    opened[name] = open;
  }
  return opened;
}

function openValue(value: Json, context: string, sealer: Sealer): Json | undefined {
  if (typeof value === 'string') return isSealed(value) ? sealer.open(value, context) ?? undefined : value;
  if (Array.isArray(value)) {
    const items = value.map((item) => openValue(item, context, sealer));
    return items.some((item) => item === undefined) ? undefined : (items as Json[]);
  }
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([name, member]) => [name, openValue(member, `${context}.${name}`, sealer)] as const);
  return members.some(([, member]) => member === undefined) ? undefined : Object.fromEntries(members as [string, Json][]);
}

/** Where the parameters of a model are bound to. */
export const modelContext = (id: string): string => `model:${id}`;
/** Where the values of a credential are bound to. */
export const credentialContext = (name: string): string => `credential:${name}`;

/** A stored model with its parameters opened; null when they do not open. */
export function openModel(row: Readonly<Record<string, unknown>>, sealer: Sealer): StoredModelRecord | null {
  const model = readRecord(storedModelMembers, row);
  const params = openValues(model.litellm_params, modelContext(model.model_id), sealer);
  return params && { ...model, litellm_params: params };
}

interface Entry {
  id: string;
  entry: JsonObject;
}

/** The deployments of the database, in the order in which they came. What cannot be used is left out and logged. */
export async function storedDeployments(db: Database, sealer: Sealer, config: Config, logger: Logger): Promise<ConfiguredDeployment[]> {
  const rows = await db.selectFrom('stored_models').selectAll().where('blocked', '=', 0).orderBy('created_at_ms').orderBy('model_id').execute();
  const taken = new Set(config.deployments.map((deployment) => deployment.info.id));
  const entries: Entry[] = [];
  for (const row of rows) {
    const model = openModel(row, sealer);
    if (!model) logger.warn('a stored model cannot be opened: it was sealed with another key', { model_id: row.model_id });
    else if (!taken.has(model.model_id)) {
      entries.push({ id: model.model_id, entry: { model_name: model.model_name, litellm_params: model.litellm_params, model_info: { ...model.model_info, id: model.model_id, db_model: true } } });
    }
  }
  if (entries.length === 0) return [];
  const credentials = await storedCredentials(db, sealer, logger);
  const all = compile(entries, credentials, config);
  if (typeof all !== 'string') return all;
  // One that is wrong must not take the others along.
  return entries.flatMap((entry) => {
    const compiled = compile([entry], credentials, config);
    if (typeof compiled !== 'string') return compiled;
    logger.warn('a stored model cannot be used', { model_id: entry.id, reason: compiled });
    return [];
  });
}

async function storedCredentials(db: Database, sealer: Sealer, logger: Logger): Promise<JsonObject[]> {
  const rows = await db.selectFrom('credentials').selectAll().execute();
  return rows.flatMap((row) => {
    const values = openValues(JSON.parse(row.credential_values) as JsonObject, credentialContext(row.credential_name), sealer);
    if (!values) logger.warn('a stored credential cannot be opened: it was sealed with another key', { credential_name: row.credential_name });
    return values ? [{ credential_name: row.credential_name, credential_values: values }] : [];
  });
}

/** The deployments, or what is wrong with one of them. JSON is YAML, so the configuration's own reader checks them. */
function compile(entries: readonly Entry[], credentials: readonly JsonObject[], config: Config): ConfiguredDeployment[] | string {
  const text = JSON.stringify({ model_list: entries.map(({ entry }) => entry), credential_list: credentials });
  const environment = new Proxy<Record<string, string | undefined>>({}, {
    has: (_target, name) => typeof name === 'string' && config.environmentValue(name) !== undefined,
    get: (_target, name) => (typeof name === 'string' ? config.environmentValue(name) : undefined),
    getOwnPropertyDescriptor: (_target, name) => {
      const value = typeof name === 'string' ? config.environmentValue(name) : undefined;
      return value === undefined ? undefined : { value, enumerable: true, configurable: true, writable: false };
    },
  });
  const loaded = loadConfigText(text, environment, 'database');
  return loaded.kind === 'ok' ? [...loaded.config.deployments] : loaded.problems.map((problem) => `${problem.path}: ${problem.message}`).join('; ');
}

/** What is wrong with a model as a request describes it; null: it can be used. */
export async function wrongModel(db: Database, entry: JsonObject, sealer: Sealer, config: Config, logger: Logger): Promise<string | null> {
  const compiled = compile([{ id: '', entry }], await storedCredentials(db, sealer, logger), config);
  return typeof compiled === 'string' ? compiled : null;
}
