// `/fallback`: which models stand in for one that fails, changed while the gateway runs.
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { changeSettings } from './change.ts';
import { choice, required, text, texts, withDefault } from '../body/field.ts';
import { detailError } from '../forms.ts';
import type { Json } from '../../lib/json.ts';
import type { Routing } from '../../config/config.ts';

// LiteLLM's words, the setting that each is, and where the router has it.
const kinds = {
  general: { setting: 'fallbacks', inForce: (routing: Routing) => routing.fallbacks },
  context_window: { setting: 'context_window_fallbacks', inForce: (routing: Routing) => routing.contextWindowFallbacks },
  content_policy: { setting: 'content_policy_fallbacks', inForce: (routing: Routing) => routing.contentPolicyFallbacks },
} as const;
const kindWords = ['general', 'context_window', 'content_policy'] as const;
type Kind = (typeof kindWords)[number];

const kindNamed = (word: string): Kind | null => kindWords.find((kind) => kind === word) ?? null;

const createFields = { model: required(text), fallback_models: required(texts), fallback_type: withDefault(choice(...kindWords), 'general') } as const;

const create = withBody(createFields, async (call, { model, fallback_models: models, fallback_type: type }) => {
  const kind = kindNamed(type);
  if (!kind) return refuse('managed_invalid', 'Unknown fallback_type.');
  const { groups } = call.services.router();
  if (!groups.find(model)) return refuse('managed_missing', `Model '${model.slice(0, 100)}' not found in router`);
  const unknown = models.filter((name) => !groups.find(name));
  if (models.length === 0 || unknown.length > 0) return refuse('managed_invalid', `Invalid fallback models: ${unknown.slice(0, 10).join(', ').slice(0, 300) || 'none given'}`);
  if (models.includes(model)) return refuse('managed_invalid', `Model '${model.slice(0, 100)}' cannot be its own fallback`);
  const changed = await write(call, kind, (entries) => entries.set(model, [...new Set(models)]));
  return changed ?? answer({ model, fallback_models: models, fallback_type: kind, message: `Fallback configuration created successfully for model '${model}'` });
});

async function write(call: AdminCall, kind: Kind, change: (entries: Map<string, readonly string[]>) => void): Promise<AdminAnswer | null> {
  const { setting, inForce } = kinds[kind];
  const entries = new Map(inForce(call.services.config.routing));
  change(entries);
  const list: Json = [...entries].map(([model, names]) => ({ [model]: [...names] }));
  const changed = await changeSettings(call, { router_settings: { [setting]: list.length > 0 ? list : null } });
  return changed.ok ? null : changed;
}

function found({ services, params, query }: AdminCall): { kind: Kind; model: string; models: readonly string[] } | AdminAnswer {
  const kind = kindNamed(query.get('fallback_type') ?? 'general');
  if (!kind) return refuse('managed_invalid', `fallback_type is one of ${kindWords.join(', ')}.`);
  const model = params['model'] ?? '';
  const models = kinds[kind].inForce(services.config.routing).get(model);
  return models ? { kind, model, models } : refuse('managed_missing', `No ${kind} fallbacks configured for model '${model.slice(0, 100)}'`);
}

function show(call: AdminCall): AdminAnswer {
  const entry = found(call);
  return 'ok' in entry ? entry : answer({ model: entry.model, fallback_models: [...entry.models], fallback_type: entry.kind });
}

async function remove(call: AdminCall): Promise<AdminAnswer> {
  const entry = found(call);
  if ('ok' in entry) return entry;
  const changed = await write(call, entry.kind, (entries) => entries.delete(entry.model));
  return changed ?? answer({ model: entry.model, fallback_type: entry.kind, message: `Fallback configuration deleted successfully for model '${entry.model}'` });
}

export const fallbackEndpoints: Endpoints = endpointsOf(detailError, { 'POST /fallback': create, 'GET /fallback/{model*}': show, 'DELETE /fallback/{model*}': remove });
