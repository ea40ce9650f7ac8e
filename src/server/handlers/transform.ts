// `/utils/transform_request`.
import { fault, faultMessage } from '../../canonical/fault.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { json, refusal } from '../reply.ts';
import { readJsonBody } from '../read-body.ts';
import { transformRequest } from '../../operations/transform-request.ts';
import type { Handler } from '../route.ts';

/** What a provider would be sent. A request that cannot be sent is told in `error`, as LiteLLM does. */
export const transform: Handler = async (call) => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return refusal(body.fault, call.route.dialect, call.id);
  const [callType, request] = [body.value.get('call_type'), body.value.get('request_body')];
  if (typeof callType !== 'string' || !isJsonObject(request)) {
    const name = typeof callType === 'string' ? 'request_body' : 'call_type';
    return refusal(fault('parameter_missing', `/utils/transform_request: Missing required parameter: '${name}'.`, { param: name }), call.route.dialect, call.id);
  }
  const result = transformRequest(callType, request as JsonObject, call.services.pipeline.router.groups);
  if (!result.ok) return json({ raw_request_api_base: null, raw_request_body: null, raw_request_headers: null, error: faultMessage(result.fault) });
  const { url, body: sent, headers } = result.value;
  return json({ raw_request_api_base: url, raw_request_body: sent, raw_request_headers: headers, error: null });
};
