// Counts tokens for clients that ask before they call.
import { estimateText, estimateTokens } from '../../accounting/token-estimate.ts';
import { fault, type Fault } from '../../canonical/fault.ts';
import { fieldMissing, fieldWrong, json, refusal } from '../reply.ts';
import { readJsonBody } from '../read-body.ts';
import { servedTarget } from '../../operations/model-of-name.ts';
import type { Handler } from '../route.ts';
import type { JsonObject } from '../../lib/json.ts';

type Counted = { ok: true; body: JsonObject } | { ok: false; fault: Fault };

const read = async (call: Parameters<Handler>[0], required: string): Promise<Counted> => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return body;
  const object = body.value.object();
  if (!object) return { ok: false, fault: fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.') };
  if (!Array.isArray(object[required])) return { ok: false, fault: fault('parameter_missing', `${required} parameter is required`, { param: required }) };
  return { ok: true, body: object };
};

/** `POST /v1/messages/count_tokens`. */
export const countMessageTokens: Handler = async (call) => {
  const counted = await read(call, 'messages');
  if (!counted.ok) return refusal(counted.fault, call.route.dialect, call.id);
  if (typeof counted.body['model'] !== 'string') return refusal(fault('parameter_missing', 'model parameter is required', { param: 'model' }), call.route.dialect, call.id);
  return json({ input_tokens: estimateTokens(counted.body), litellm_count_source: 'local_estimate' });
};

/** `POST /v1beta/models/{model}:countTokens`. */
export const countGeminiTokens: Handler = async (call) => {
  const counted = await read(call, 'contents');
  if (!counted.ok) return refusal(counted.fault, call.route.dialect, call.id);
  return json({ totalTokens: estimateTokens(counted.body), promptTokensDetails: [], litellm_count_source: 'local_estimate' });
};

const lists = ['messages', 'contents', 'tools'] as const;

/** `POST /utils/token_counter`. Any model may be asked for; what is counted is an estimate for all of them. */
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
  return json({
    total_tokens: alone ? estimateText(prompt) : estimateTokens(object), request_model: model, model_used: servedTarget(model, call.services.pipeline.router.groups)?.deployment.model ?? model,
    tokenizer_type: 'estimate', count_source: 'local_estimate', original_response: null, error: false, error_message: null, status_code: null,
  });
};
