// `/utils/transform_request`.
import { faultMessage } from '../../canonical/fault.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { fieldMissing, fieldWrong, json, refusal } from '../reply.ts';
import { readJsonBody } from '../read-body.ts';
import { callTypes, redirects, transformRequest } from '../../operations/transform-request.ts';
import type { Handler } from '../route.ts';

/** What a provider would be sent. A request that cannot be sent is told in `error`, as LiteLLM does. */
export const transform: Handler = async (call) => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return refusal(body.fault, call.route.dialect, call.id);
  const [callType, request] = [body.value.get('call_type'), body.value.get('request_body')];
  if (callType === undefined) return fieldMissing('body', 'call_type');
  if (request === undefined) return fieldMissing('body', 'request_body');
  if (typeof callType !== 'string' || !callTypes.has(callType)) return fieldWrong('enum', `Input should be ${[...callTypes].map((name) => `'${name}'`).join(', ')}`, 'body', 'call_type');
  if (!isJsonObject(request)) return fieldWrong('dict_type', 'Input should be a valid dictionary', 'body', 'request_body');
  const redirect = redirects.find((name) => name in request);
  if (redirect) return json({ detail: { error: `Rejected Request: ${redirect} is not allowed in request body.` } }, 400);
  const result = transformRequest(callType, request as JsonObject, call.services.pipeline.router.groups, call.services.config);
  if (!result.ok) return json({ raw_request_api_base: null, raw_request_body: null, raw_request_headers: null, error: faultMessage(result.fault) });
  const { url, body: sent, headers } = result.value;
  return json({ raw_request_api_base: url, raw_request_body: sent, raw_request_headers: headers, error: null });
};
