// Model calls: from a route to the pipeline.
import { answerChat, refuse } from '../../pipeline/pipeline.ts';
import { fault } from '../../canonical/fault.ts';
import { newExchange, type Exchange } from '../../pipeline/exchange.ts';
import { readJsonBody } from '../read-body.ts';
import type { DialectName } from '../../canonical/dialect-name.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { AnyReply } from '../../http/reply.ts';

/** A handler for chat in one dialect. The path may name the model (`{model}`). */
export function chat(dialect: DialectName, streamFromPath: boolean | null = null): Handler {
  return (call) => answer(call, dialect, streamFromPath);
}

async function answer(call: RouteCall, dialect: DialectName, streamFromPath: boolean | null): Promise<AnyReply> {
  const { services, request } = call;
  const exchange = exchangeOf(call, dialect);
  const body = await readJsonBody(request, services.maxRequestBytes);
  if (!body.ok) return refuse(exchange, body.fault, services.pipeline, dialect);
  // Cursor sends bodies of the Responses API to the chat address; they are answered in the form that was asked for by the address.
  if (dialect === 'openai-chat' && !body.value.has('messages') && body.value.has('input')) {
    return refuse(exchange, fault('parameter_missing', "/chat/completions: Missing required parameter: 'messages'. The body has 'input': send it to /v1/responses.", { param: 'messages' }), services.pipeline, dialect);
  }
  return answerChat(exchange, { dialect, body: body.value, modelFromPath: call.params['model'] ?? null, streamFromPath }, services.pipeline);
}

function exchangeOf({ id, route, request, address, caller }: RouteCall, dialect: DialectName): Exchange {
  const exchange = newExchange({ id, kind: { type: 'chat', dialect }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  return exchange;
}
