// Why a request went where it went, and where one would go.
import { accessRefusal, nameModel } from '../../pipeline/access-stage.ts';
import { explain } from '../../operations/explain.ts';
import { fault, type Result } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import { modelOf } from '../../pipeline/parameters.ts';
import { newExchange } from '../../pipeline/exchange.ts';
import { readControls } from '../../pipeline/controls.ts';
import { readJsonBody } from '../read-body.ts';
import { shown } from '../../routing/explain-log.ts';
import type { DialectName } from '../../canonical/dialect-name.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { JsonBody } from '../../lib/json-body.ts';
import type { AnyReply } from '../../http/reply.ts';

/** `GET /router/explain/{request_id}`: the record of a request, for the key that sent it, its team, and administrators. */
export const explainRequest: Handler = ({ params, caller, services, route, id }) => {
  const found = caller && services.pipeline.explanations.find(params['request_id'] ?? '', caller);
  return found ? json(shown(found)) : refusal(fault('item_not_found', 'There is no record of a request with this id. The last few thousand requests are remembered, each for its own caller.'), route.dialect, id);
};

/** `POST /router/explain`: what would become of this body, which is that of a chat request in any dialect. Nothing is sent. */
export const explainBody: Handler = async (call) => {
  const { services, request } = call;
  const refuse = (result: Extract<Result<never>, { ok: false }>): AnyReply => refusal(result.fault, call.route.dialect, call.id);
  const body = await readJsonBody(request, services.maxRequestBytes);
  if (!body.ok) return refuse(body);
  const exchange = exchangeOf(call, dialectOfBody(body.value));
  const model = modelOf(body.value, null);
  if (!model.ok) return refuse(model);
  nameModel(exchange, model.value, services.pipeline.router.groups);
  const controls = readControls(body.value, request.headers, exchange.kind, services.pipeline.mockTestingAllowed, exchange.routed);
  if (!controls.ok) return refuse(controls);
  const refused = accessRefusal(exchange, body.value, services.pipeline.router.groups);
  if (refused) return refusal(refused, call.route.dialect, call.id);
  exchange.stream = body.value.get('stream') === true;
  return json(await explain(exchange, body.value, controls.value, services.pipeline));
};

function exchangeOf({ id, request, route, address, caller }: RouteCall, dialect: DialectName): ReturnType<typeof newExchange> {
  const exchange = newExchange({ id, kind: { type: 'chat', dialect }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  return exchange;
}

// The members that only one dialect has.
function dialectOfBody(body: JsonBody): DialectName {
  if (body.has('input')) return 'openai-responses';
  if (body.has('contents')) return 'gemini';
  if (body.has('prompt')) return 'openai-completions';
  return body.has('messages') && body.has('max_tokens') && body.has('system') ? 'anthropic-messages' : 'openai-chat';
}
