// Model calls: from a route to the pipeline.
import { answerChat, refuse } from '../../pipeline/pipeline.ts';
import { answerInBackground, isForBackground } from './background.ts';
import { newExchange, type Exchange } from '../../pipeline/exchange.ts';
import { nestedTools, responsesAsChat } from '../responses-as-chat.ts';
import { readJsonBody } from '../read-body.ts';
import type { JsonBody } from '../../lib/json-body.ts';
import type { DialectName } from '../../canonical/dialect-name.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { AnyReply } from '../../http/reply.ts';
import { after, type Later } from '../../lib/later.ts';

/** A handler for chat in one dialect. The path may name the model (`{model}`). */
export function chat(dialect: DialectName, streamFromPath: boolean | null = null): Handler {
  return (call) => answer(call, dialect, streamFromPath);
}

function answer(call: RouteCall, dialect: DialectName, streamFromPath: boolean | null): Later<AnyReply> {
  const { services, request } = call;
  const exchange = exchangeOf(call, dialect);
  return after(readJsonBody(request, services.maxRequestBytes, services.pipeline.cache?.bodies), (body) => {
    if (!body.ok) return refuse(exchange, body.fault, services.pipeline, dialect);
    if (dialect === 'openai-responses' && isForBackground(body.value, call)) return answerInBackground(call, body.value);
    return answerChat(exchange, { dialect, body: dialect === 'openai-chat' ? chatBody(body.value, call) : body.value, modelFromPath: call.params['model'] ?? null, streamFromPath }, services.pipeline);
  });
}

// Only at Cursor's own address every tool is looked at.
const chatBody = (body: JsonBody, { route }: RouteCall): JsonBody => responsesAsChat(route.path.startsWith('/cursor/') ? nestedTools(body) : body);

function exchangeOf({ id, route, request, address, caller }: RouteCall, dialect: DialectName): Exchange {
  const exchange = newExchange({ id, kind: { type: 'chat', dialect }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  return exchange;
}
