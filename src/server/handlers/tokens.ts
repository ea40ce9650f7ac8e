// Counts tokens for clients that ask before they call: the provider's count where it has one, else an estimate. Both say which they are.
import { countAtProvider, type CountingDialect, type ProviderCount } from '../../operations/count-at-provider.ts';
import { estimateTokens } from '../../accounting/token-estimate.ts';
import { fault, type Fault } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import { mayCall } from '../../operations/models.ts';
import { providerModel, type ModelGroup } from '../../routing/model-groups.ts';
import { readJsonBody } from '../read-body.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { JsonBody } from '../../lib/json-body.ts';
import type { JsonObject } from '../../lib/json.ts';

type Counted = { ok: true; body: JsonBody; object: JsonObject } | { ok: false; fault: Fault };

const source = (count: ProviderCount | null): string => (count ? 'provider' : 'local_estimate');

async function read(call: RouteCall, required: string): Promise<Counted> {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return body;
  const object = body.value.object();
  if (!object) return { ok: false, fault: fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.') };
  if (!Array.isArray(object[required])) return { ok: false, fault: fault('parameter_missing', `${required} parameter is required`, { param: required }) };
  return { ok: true, body: body.value, object };
}

/** The group of a model that the caller may call; null: it may not, or there is none. */
function groupFor({ services, caller }: RouteCall, name: unknown): ModelGroup | null {
  const { groups } = services.pipeline.router;
  if (typeof name !== 'string') return null;
  const routed = caller?.modelAliases.get(name) ?? name;
  return mayCall(caller, routed, groups) ? groups.find(routed) : null;
}

function ask(call: RouteCall, dialect: CountingDialect, body: JsonBody, model: unknown): Promise<ProviderCount | null> {
  const group = groupFor(call, model);
  return group ? countAtProvider(dialect, body, group, call.services.pipeline, call.request.signal) : Promise.resolve(null);
}

/** `POST /v1/messages/count_tokens`. */
export const countMessageTokens: Handler = async (call) => {
  const counted = await read(call, 'messages');
  if (!counted.ok) return refusal(counted.fault, call.route.dialect, call.id);
  const count = await ask(call, 'anthropic-messages', counted.body, counted.object['model']);
  return json({ input_tokens: count?.tokens ?? estimateTokens(counted.object), litellm_count_source: source(count) });
};

/** `POST /v1beta/models/{model}:countTokens`. */
export const countGeminiTokens: Handler = async (call) => {
  const counted = await read(call, 'contents');
  if (!counted.ok) return refusal(counted.fault, call.route.dialect, call.id);
  const count = await ask(call, 'gemini', counted.body, call.params['model']);
  return json({ totalTokens: estimateTokens(counted.object), promptTokensDetails: [], ...count?.answer, litellm_count_source: source(count) });
};

/** `POST /utils/token_counter`; with `?call_endpoint=true` the provider counts where it can. */
export const countTokens: Handler = async (call) => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  const object = body.ok ? body.value.object() : null;
  if (!body.ok) return refusal(body.fault, call.route.dialect, call.id);
  if (!object || typeof object['model'] !== 'string') return refusal(fault('parameter_missing', "/utils/token_counter: Missing required parameter: 'model'.", { param: 'model' }), call.route.dialect, call.id);
  if ([object['prompt'], object['messages'], object['contents']].every((value) => value === undefined || value === null)) return json({ detail: 'prompt or messages or contents must be provided' }, 400);
  const { model } = object;
  const group = groupFor(call, model);
  const dialect = Array.isArray(object['contents']) ? 'gemini' : 'anthropic-messages';
  const asked = new URLSearchParams(call.search).get('call_endpoint') === 'true' && !Array.isArray(object['prompt']) && object['prompt'] === undefined;
  const count = asked ? await ask(call, dialect, body.value, model) : null;
  const [first] = group?.deployments ?? [];
  return json({
    total_tokens: count?.tokens ?? estimateTokens(object), request_model: model, model_used: first && group ? providerModel(first, group.captured) : model,
    tokenizer_type: count ? `${dialect === 'gemini' ? 'google_ai_studio' : 'anthropic'}_api` : 'estimate', count_source: source(count), original_response: count?.answer ?? null,
    error: false, error_message: null, status_code: null,
  });
};
