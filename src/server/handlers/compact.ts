// `POST /v1/responses/compact`: by the provider where it can. Elsewhere the model writes the summary that a client goes on from, in an item
// of the same form; `weir_compaction:` tells it from the providers' own, which only they can read.
import { answerChat, refuse } from '../../pipeline/pipeline.ts';
import { answerOperationCall } from './operation.ts';
import { fault } from '../../canonical/fault.ts';
import { isJsonObject, parseJsonObject, stringAt, arrayAt, type Json, type JsonObject } from '../../lib/json.ts';
import { JsonBody } from '../../lib/json-body.ts';
import { newExchange } from '../../pipeline/exchange.ts';
import { foreignRefusal } from '../../pipeline/response-chain.ts';
import { packCompaction } from '../../dialects/openai-responses/compaction.ts';
import { readJsonBody } from '../read-body.ts';
import type { AnyReply } from '../../http/reply.ts';
import type { Handler, RouteCall } from '../route.ts';

const instruction = 'Summarize the conversation so far for the one who goes on with it and will see nothing else of it: what the user wants, what was decided, '
  + 'what was done and found out (names, paths, numbers, exact errors), and what is still to do. Write only the summary.';

/** Makes a long conversation short. */
export const compact: Handler = async (call) => {
  const { services } = call;
  const body = await readJsonBody(call.request, services.maxRequestBytes);
  const exchange = exchangeOf(call);
  if (!body.ok) return refuse(exchange, body.fault, services.pipeline, 'openai-responses');
  const model = body.value.get('model');
  const group = typeof model === 'string' ? services.pipeline.router.groups.find(model) : null;
  const object = body.value.object();
  const foreign = await foreignRefusal(call.caller, body.value, services.pipeline.responses);
  if (foreign) return refuse(exchange, foreign, services.pipeline, 'openai-responses');
  const byProvider = group?.deployments.some((deployment) => deployment.operations.has('responses-compact')) ?? true;
  if (byProvider || !object || !isInput(object['input'])) return answerOperationCall(call, 'responses-compact', { members: body.value, form: null });
  const items = itemsOf(object['input']);
  const asked = JsonBody.read(Buffer.from(JSON.stringify({ ...withoutTools(object), input: [...items, { type: 'message', role: 'user', content: [{ type: 'input_text', text: instruction }] }], store: false, stream: false })));
  if (!asked) return refuse(exchange, fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'), services.pipeline, 'openai-responses');
  const reply = await answerChat(exchange, { dialect: 'openai-responses', body: asked, modelFromPath: null, streamFromPath: false }, services.pipeline);
  return reply.status === 200 ? compacted(call, items, reply) : reply;
};

async function compacted(call: RouteCall, items: readonly Json[], reply: AnyReply): Promise<AnyReply> {
  const response = reply instanceof Response ? reply : reply.web();
  const answer = parseJsonObject(await response.text());
  const summary = arrayAt(answer, 'output').filter(isJsonObject).flatMap((item) => arrayAt(item, 'content').filter(isJsonObject)).map((part) => stringAt(part, 'text') ?? '').join('');
  const output: Json[] = [...items.filter(isUserMessage), { type: 'compaction', id: `cmp_${call.id}`, encrypted_content: packCompaction(summary) }];
  const { id = null, created_at = null, usage = null } = answer ?? {};
  return new Response(JSON.stringify({ id, object: 'response.compaction', created_at, output, usage }), { status: 200, headers: response.headers });
}

const isInput = (input: Json | undefined): boolean => typeof input === 'string' || Array.isArray(input);

const itemsOf = (input: Json | undefined): Json[] => (Array.isArray(input) ? input : [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: String(input) }] }]);

const isUserMessage = (item: Json): boolean => isJsonObject(item) && (item['type'] ?? 'message') === 'message' && item['role'] === 'user';

// A summary calls nothing and has no form.
const withoutTools = ({ tools: _tools, tool_choice: _choice, text: _text, parallel_tool_calls: _parallel, ...rest }: JsonObject): JsonObject => rest;

function exchangeOf({ id, route, request, address, caller }: RouteCall) {
  const exchange = newExchange({ id, kind: { type: 'chat', dialect: 'openai-responses' }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  return exchange;
}
