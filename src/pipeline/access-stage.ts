// Whether the caller may call the model that it asks for, and what its key makes of the name. Before anything is looked up or spent.
import { fault, type Fault } from '../canonical/fault.ts';
import { everyFallback } from './request-fallbacks.ts';
import { modelRefusal } from '../access/model-refusal.ts';
import { isJsonObject } from '../lib/json.ts';
import { namedSession } from './session-key.ts';
import type { Caller } from '../access/caller.ts';
import type { Exchange } from './exchange.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { ModelGroups } from '../routing/model-groups.ts';
import type { ModelLayerKind } from '../access/model-access.ts';

const types: Readonly<Record<ModelLayerKind, string>> = {
  key: 'key_model_access_denied', team: 'team_model_access_denied', team_member: 'team_model_access_denied', user: 'user_model_access_denied',
  organization: 'org_model_access_denied', project: 'project_model_access_denied', end_user: 'end_user_model_access_denied',
};

/** Notes the model and its group; a key or team may have another name for it. */
export function nameModel(exchange: Exchange, model: string, groups: ModelGroups): void {
  exchange.model = model;
  if (exchange.caller?.others) exchange.caller = callerFor(exchange.caller, exchange.caller.others, model, groups);
  exchange.routed = exchange.caller?.modelAliases.get(model) ?? model;
  exchange.group = groups.find(exchange.routed)?.name ?? null;
}

/** The caller for the first of its teams that may call the model; for the first team of all when none may. */
const callerFor = (caller: Caller, others: readonly Caller[], model: string, groups: ModelGroups): Caller =>
  [caller, ...others].find((one) => modelRefusal(one, one.modelAliases.get(model) ?? model, groups) === null) ?? caller;

/** Why the caller may not call this model or one of those that it names beside it; null: it may. */
export function accessRefusal(exchange: Exchange, body: JsonBody, groups: ModelGroups): Fault | null {
  const { caller } = exchange;
  const refusing = modelRefusal(caller, exchange.routed, groups);
  // What a key or team calls by another name it may call by that name.
  if (refusing !== null && modelRefusal(caller, exchange.model, groups) !== null) return modelRefused(exchange.model, refusing);
  for (const name of everyFallback(body)) {
    const layer = modelRefusal(caller, name, groups);
    if (layer !== null) return modelRefused(name, layer);
  }
  return caller?.models && exchange.asked ? aggregatorRefusal(caller, exchange.asked, groups) : null;
}

// OpenRouter takes further models, and settings that name some, beside `model`, by its own names: a way around the list of whoever has one.
function aggregatorRefusal(caller: Caller, body: JsonBody, groups: ModelGroups): Fault | null {
  const models = body.has('models') ? body.get('models') : [];
  const preset = body.has('preset') ? body.get('preset') : null;
  const names = [...(Array.isArray(models) ? models : [models]), ...(preset === null ? [] : [`@preset/${String(preset)}`])];
  for (const name of names) {
    const layer = modelRefusal(caller, String(name), groups);
    if (layer !== null && modelRefusal(caller, `openrouter/${String(name)}`, groups) !== null) return modelRefused(String(name), layer);
  }
  return null;
}

/** The refusal of tags that a request brings itself, where the configuration wants none; null: they may come. */
export const tagsRefusal = (tags: readonly string[], refused: boolean): Fault | null => (refused && tags.length > 0
  ? fault('parameter_invalid', "Client-side 'metadata.tags' not allowed in request. 'reject_clientside_metadata_tags'=True. Tags can only be set via API key metadata.", { param: 'metadata.tags' }) : null);

/** The refusal of a request that names no session, where every request has to; null: it may come. */
export const sessionRefusal = ({ headers }: Exchange, body: JsonBody, needed: boolean): Fault | null => (needed && namedSession(headers, body) === null
  ? fault('parameter_missing', 'Request has no session id. Send an `x-litellm-session-id` header or `metadata.session_id`. Required by `general_settings.missing_session_id: reject`.', { param: 'session_id' }) : null);

/** The refusal of a model. It names no model but the one that was asked for. */
export const modelRefused = (model: string, layer: ModelLayerKind): Fault => fault(
  'model_not_allowed',
  `The requested model '${model.slice(0, 200)}' is not available for this API key, or the model name is invalid. Check the models available to you and try again.`,
  { type: types[layer] },
);

/** The fault for the first of the parameters that a request must have and has not; `a.b` is a member of a member. */
export function missingParameter(body: JsonBody, required: readonly string[]): Fault | null {
  for (const name of required) {
    const [first = '', ...rest] = name.split('.');
    let value: unknown = body.has(first) ? body.get(first) : undefined;
    for (const step of rest) value = isJsonObject(value) ? value[step] : undefined;
    if (value === undefined || value === null) return fault('parameter_missing', `BadRequest please pass param=${name} in request. This is a required param`, { param: name });
  }
  return null;
}
