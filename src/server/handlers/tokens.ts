// Counts tokens for clients that ask before they call.
import { estimateTokens } from '../../accounting/token-estimate.ts';
import { fault, type Fault } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import { readJsonBody } from '../read-body.ts';
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
  return json({ input_tokens: estimateTokens(counted.body), litellm_count_source: 'local_estimate' });
};

/** `POST /v1beta/models/{model}:countTokens`. */
export const countGeminiTokens: Handler = async (call) => {
  const counted = await read(call, 'contents');
  if (!counted.ok) return refusal(counted.fault, call.route.dialect, call.id);
  return json({ totalTokens: estimateTokens(counted.body) });
};

/** `POST /utils/token_counter`. */
export const countTokens: Handler = async (call) => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  const object = body.ok ? body.value.object() : null;
  if (!body.ok) return refusal(body.fault, call.route.dialect, call.id);
  if (!object || typeof object['model'] !== 'string') return refusal(fault('parameter_missing', "/utils/token_counter: Missing required parameter: 'model'.", { param: 'model' }), call.route.dialect, call.id);
  const { model } = object;
  return json({ total_tokens: estimateTokens(object), request_model: model, model_used: model, tokenizer_type: 'estimate' });
};
