// Counts tokens for clients that ask before they call: the provider's count where it has one, else an estimate. Both say which they are.
import { countAtProvider, type CountingDialect, type ProviderCount } from '../../operations/count-at-provider.ts';
import { estimateText, estimateTokens } from '../../accounting/token-estimate.ts';
import { fault, type Fault } from '../../canonical/fault.ts';
import { fieldMissing, fieldWrong, json, refusal } from '../reply.ts';
import { mayCall } from '../../operations/models.ts';
import { dialectOf } from '../../dialects/registry.ts';
import { readJsonBody } from '../read-body.ts';
import { servedTarget } from '../../operations/model-of-name.ts';
import type { Handler, RouteCall } from '../route.ts';
import { JsonBody } from '../../lib/json-body.ts';
import type { JsonObject } from '../../lib/json.ts';

type Counted = { ok: true; body: JsonBody; object: JsonObject } | { ok: false; fault: Fault };

const source = (count: ProviderCount | null): string => (count ? 'provider' : 'local_estimate');

// `named`: a text that must be there too, and is asked for first.
const read = async (call: RouteCall, required: string, named?: string): Promise<Counted> => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return body;
  const object = body.value.object();
  if (!object) return { ok: false, fault: fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.') };
  if (named !== undefined && typeof object[named] !== 'string') return { ok: false, fault: fault('parameter_missing', `${named} parameter is required`, { param: named }) };
  const list = object[required];
  if (!Array.isArray(list) || list.length === 0) return { ok: false, fault: fault('parameter_missing', `${required} parameter is required`, { param: required }) };
  return { ok: true, body: body.value, object };
};

/** What the provider counts for a model that the caller may call; null: it is not asked, or does not say. */
function ask({ services, caller, request }: RouteCall, dialect: CountingDialect, body: JsonBody, name: string): Promise<ProviderCount | null> {
  const { groups } = services.pipeline.router;
  const routed = caller?.modelAliases.get(name) ?? name;
  const group = mayCall(caller, routed, groups) ? groups.find(routed) : null;
  return group ? countAtProvider(dialect, body, group, services.pipeline, request.signal) : Promise.resolve(null);
}

/** `POST /v1/messages/count_tokens`. */
export const countMessageTokens: Handler = async (call) => {
  const counted = await read(call, 'messages', 'model');
  if (!counted.ok) return refusal(counted.fault, call.route.dialect, call.id);
  const model = String(counted.object['model']);
  const count = await ask(call, 'anthropic-messages', counted.body, model);
  return json({ input_tokens: count?.tokens ?? estimateTokens(counted.object), litellm_count_source: source(count) });
};

/** `POST /v1beta/models/{model}:countTokens`. */
export const countGeminiTokens: Handler = async (call) => {
  const counted = await read(call, 'contents');
  if (!counted.ok) return refusal(counted.fault, call.route.dialect, call.id);
  const model = call.params['model'] ?? '';
  const own = await ask(call, 'gemini', counted.body, model);
  const asked = own ? null : asMessages(call, counted.object, model);
  const other = asked && await ask(call, 'anthropic-messages', asked, model);
  return json({ totalTokens: other?.tokens ?? estimateTokens(counted.object), promptTokensDetails: [], ...own?.answer, litellm_count_source: source(own ?? other) });
};

// What Anthropic counts of a request; it refuses what does not make the prompt longer.
const countedMembers = ['model', 'messages', 'system', 'tools', 'tool_choice', 'thinking'] as const;

/** Gemini's request as Anthropic counts it; null: nobody of that kind serves the model, or it cannot be told so. */
function asMessages({ services, caller }: RouteCall, object: JsonObject, model: string): JsonBody | null {
  const deployments = services.pipeline.router.groups.find(caller?.modelAliases.get(model) ?? model)?.deployments ?? [];
  const target = deployments.find(({ lanes }) => lanes.get('gemini')?.outbound === 'anthropic-messages');
  if (!target) return null;
  const read = dialectOf('gemini').readRequest(object, model, false);
  if (!read.ok) return null;
  const written = dialectOf('anthropic-messages').writeRequest(read.value, { model, knownAs: target.knownAs, capabilities: target.capabilities, defaultMaxOutputTokens: target.defaultMaxOutputTokens, dropParams: true, modifyParams: true });
  if (!written.ok) return null;
  const { body } = written.value;
  return JsonBody.read(Buffer.from(JSON.stringify(Object.fromEntries(countedMembers.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]]))))));
}

const lists = ['messages', 'contents', 'tools'] as const;

/** `POST /utils/token_counter`. Any model may be asked for; with `?call_endpoint=true` its provider counts where it can. */
export const countTokens: Handler = async (call) => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return refusal(body.fault, call.route.dialect, call.id);
  const object = body.value.object() ?? {};
  const { model, prompt } = object;
  if (model === undefined) return fieldMissing('body', 'model');
  if (typeof model !== 'string') return fieldWrong('string_type', 'Input should be a valid string', 'body', 'model');
  const given = (name: string): boolean => object[name] !== undefined && object[name] !== null;
  const wrong = lists.find((name) => given(name) && !Array.isArray(object[name]));
  if (wrong) return fieldWrong('list_type', 'Input should be a valid list', 'body', wrong);
  if (given('prompt') && typeof prompt !== 'string') return fieldWrong('string_type', 'Input should be a valid string', 'body', 'prompt');
  if (!given('prompt') && !given('messages') && !given('contents')) return json({ detail: 'prompt or messages or contents must be provided' }, 400);
  const alone = typeof prompt === 'string' && !given('messages') && !given('contents') && !given('tools') && !given('system');
  const dialect = given('contents') ? 'gemini' : 'anthropic-messages';
  const count = !given('prompt') && new URLSearchParams(call.search).get('call_endpoint') === 'true' ? await ask(call, dialect, body.value, model) : null;
  return json({
    total_tokens: count ? count.tokens : alone ? estimateText(prompt) : estimateTokens(object), request_model: model, model_used: servedTarget(model, call.services.pipeline.router.groups)?.deployment.model ?? model,
    tokenizer_type: count ? `${dialect === 'gemini' ? 'google_ai_studio' : 'anthropic'}_api` : 'estimate', count_source: source(count), original_response: count?.answer ?? null, error: false, error_message: null, status_code: null,
  });
};
