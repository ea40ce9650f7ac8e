// `model_list` to deployments: shared credentials filled in, unknown parameters kept for the body, prices and ids worked out.
import { createHash } from 'node:crypto';
import type { Deployment, ModelInfo } from './config.ts';
import { childPath } from './problem.ts';
import type { ProblemList } from './problem.ts';
import { readSettings, unknownEntries } from './read-record.ts';
import { readShape } from './read-shape.ts';
import { litellmNames } from './litellm-names.ts';
import { litellmParamsFields, modelInfoFields, modelListFields, PRICE_NAME } from './schema/model-list.ts';
import { amount } from './shape.ts';
import { suggest } from './suggest.ts';
import { describe, find, isAbsent, toJson } from './tree.ts';
import type { JsonValue, Tree, TreeEntry, TreeMap } from './tree.ts';

/** What deployments take over from elsewhere in the file. */
export type Shared = {
  /** `credential_list` by name. */
  readonly credentials: ReadonlyMap<string, Tree | undefined>;
  /** `router_settings.default_litellm_params`. */
  readonly defaults: Tree | undefined;
};

const ownNames: ReadonlySet<string> = new Set(litellmNames);

/** Reads `model_list`. `written` is the same list before the environment was filled in: ids are made from it, not from secrets. */
export function compileDeployments(list: Tree | undefined, written: Tree | undefined, shared: Shared, problems: ProblemList): readonly Deployment[] {
  if (list === undefined || isAbsent(list)) return [];
  if (list.kind !== 'list') {
    problems.error(list.position, 'model_list', `expected a list of deployments, found ${describe(list)}`);
    return [];
  }
  const ids = new Map<string, number>();
  const twins = new Map<string, number>();
  const writtenItems = written?.kind === 'list' ? written.items : [];
  return list.items.flatMap((item, index) => {
    const path = `model_list[${index}]`;
    if (item.kind !== 'map') {
      problems.error(item.position, path, `expected a map with model_name and litellm_params, found ${describe(item)}`);
      return [];
    }
    const makeId = () => deploymentId(writtenItems[index] ?? item, twins);
    const deployment = compileDeployment(item, index, makeId, shared, problems);
    const earlier = ids.get(deployment.info.id);
    if (earlier !== undefined) {
      problems.error(find(item, 'model_info', 'id')?.position ?? item.position, `${path}.model_info.id`, `model_list[${earlier}] has this id already; expected a different one`);
    }
    ids.set(deployment.info.id, index);
    return [deployment];
  });
}

function compileDeployment(item: TreeMap, index: number, makeId: () => string, shared: Shared, problems: ProblemList): Deployment {
  const path = `model_list[${index}]`;
  const entry = readSettings(modelListFields, item, path, problems);
  const paramsPath = `${path}.litellm_params`;
  const own = find(item, 'litellm_params');
  const params = fillIn(own, paramsPath, shared, problems);
  const settings = readSettings(litellmParamsFields, params, paramsPath, problems, 'open');
  const infoTree = find(item, 'model_info');
  const unknown = unknownEntries(litellmParamsFields, params).filter(([key]) => !PRICE_NAME.test(key) && key !== 'model_info');
  const bodyFields = unknown.filter(([key]) => !ownNames.has(key));
  for (const [key, { position }] of unknown) if (ownNames.has(key)) problems.warn(position, childPath(paramsPath, key), 'has no effect: it is for a part of LiteLLM that is not here; it is not sent to the provider');
  warnSlips(bodyFields, own, paramsPath, problems);
  checkWildcards(item, entry.modelName, settings.model, paramsPath, problems);
  return {
    index,
    file: item.position.file,
    line: item.position.line,
    modelName: entry.modelName ?? '',
    providerModel: settings.model ?? '',
    apiKey: settings.apiKey.kind === 'value' && settings.apiKey.value === '' ? { kind: 'none' } : settings.apiKey,
    apiBase: settings.apiBase ?? settings.baseUrl,
    params: settings,
    extraBody: { ...Object.fromEntries(bodyFields.map(([key, field]) => [key, toJson(field.value)])), ...settings.extraBody },
    prices: { ...prices(infoTree, `${path}.model_info`, problems), ...prices(params, paramsPath, problems) },
    info: modelInfo(infoTree, `${path}.model_info`, makeId, problems),
  };
}

/** The entry's own parameters, then those of its credential, then the router's defaults. */
function fillIn(own: Tree | undefined, path: string, shared: Shared, problems: ProblemList): Tree | undefined {
  if (own?.kind !== 'map') return own;
  const entries = new Map(own.entries);
  const name = find(own, 'litellm_credential_name');
  if (name?.kind === 'scalar' && typeof name.value === 'string') {
    if (shared.credentials.has(name.value)) addMissing(entries, shared.credentials.get(name.value));
    else problems.error(name.position, `${path}.litellm_credential_name`, `expected a credential_name of credential_list, found ${JSON.stringify(name.value)}`);
  }
  addMissing(entries, shared.defaults);
  return { ...own, entries };
}

function addMissing(entries: Map<string, TreeEntry>, more: Tree | undefined): void {
  if (more?.kind !== 'map') return;
  for (const [key, entry] of more.entries) {
    const own = entries.get(key);
    // A reference to a variable that is not set stays: the call must fail and name it, not use another key.
    if (own === undefined || (own.value.kind === 'scalar' && own.value.value === null && own.value.origin.kind === 'file')) entries.set(key, entry);
  }
}

/** Parameters of requests that are near a setting's name without being a slip of the pen. */
const bodyParameters = new Set(['stop', 'seed', 'user', 'n', 'tools', 'top_p', 'top_k', 'max_tokens', 'store', 'modalities', 'functions', 'temperature', 'thinking']);

function warnSlips(fields: readonly (readonly [string, TreeEntry])[], own: Tree | undefined, path: string, problems: ProblemList): void {
  for (const [key, entry] of fields) {
    const near = bodyParameters.has(key) || find(own, key) === undefined ? undefined : suggest(key, Object.keys(litellmParamsFields));
    if (near === undefined) continue;
    problems.warn(entry.position, childPath(path, key), `is not a known setting and is sent to the provider in the body; did you mean ${near}?`);
  }
}

function checkWildcards(item: TreeMap, modelName: string | undefined, model: string | undefined, path: string, problems: ProblemList): void {
  if (modelName === '') problems.error(find(item, 'model_name')?.position ?? item.position, path.replace(/litellm_params$/, 'model_name'), 'expected a name, found empty text');
  const position = find(item, 'litellm_params', 'model')?.position ?? item.position;
  if (model === '') problems.error(position, `${path}.model`, 'expected provider and model, found empty text');
  if (model === undefined || modelName === undefined || !model.includes('*') || modelName.includes('*')) return;
  problems.warn(position, `${path}.model`, `has a *, but model_name has none, so that the * is sent as it is; expected a model_name such as ${JSON.stringify(model)}`);
}

function prices(tree: Tree | undefined, path: string, problems: ProblemList): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [key, entry] of tree?.kind === 'map' ? tree.entries : []) {
    // Tables of prices by size or region are kept in model_info as they are.
    if (!PRICE_NAME.test(key) || entry.value.kind !== 'scalar') continue;
    const value = readShape(amount, entry.value, childPath(path, key), problems);
    if (typeof value === 'number') found[key] = value;
  }
  return found;
}

function modelInfo(tree: Tree | undefined, path: string, makeId: () => string, problems: ProblemList): ModelInfo {
  const settings = readSettings(modelInfoFields, tree, path, problems, 'open');
  const all = tree?.kind === 'map' ? Object.fromEntries([...tree.entries].map(([key, entry]) => [key, toJson(entry.value)])) : {};
  const given = settings.id === undefined || settings.id === '' ? undefined : String(settings.id);
  return { ...settings, id: given ?? makeId(), all };
}

/**
 * 64 hexadecimal digits, as LiteLLM's; from the entry as it is written, so that neither a new key in the environment nor the place in
 * the list changes it. Entries that are word for word the same are told apart by their number.
 */
function deploymentId(written: Tree, twins: Map<string, number>): string {
  const parts = [find(written, 'model_name'), find(written, 'litellm_params')].map((part) => (part === undefined ? null : sorted(toJson(part))));
  const content = JSON.stringify(parts);
  const earlier = twins.get(content) ?? 0;
  twins.set(content, earlier + 1);
  const hash = createHash('sha256').update(content);
  return (earlier === 0 ? hash : hash.update(`#${earlier}`)).digest('hex');
}

function sorted(value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(sorted);
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
