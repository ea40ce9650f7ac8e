// What a gateway must do, check by check. Where LiteLLM and Weir differ on purpose both ways pass, so that either can be checked.
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt, type JsonObject } from '../../src/lib/json.ts';
import { call, eventsOf, type Reply, type Target } from './target.ts';

/** A check: its name, and what it does. It throws what it found instead; what it gives is shown beside its name. */
export interface Check {
  readonly name: string;
  readonly run: (target: Target) => Promise<string>;
  /** Why it cannot be run here, or null. */
  readonly skip?: (target: Target) => string | null;
}

const question = 'Say hello in one short sentence.';
const maxTokens = 64;

const chatBody = (model: string, more: JsonObject = {}): JsonObject => ({ model, max_tokens: maxTokens, messages: [{ role: 'user', content: question }], ...more });

/** The checks, in the order in which they run. */
export const checks: readonly Check[] = [
  { name: 'liveness', run: async (target) => status(await call(target, '/health/liveliness', { headers: {} }), 200) },
  { name: 'the list of models', run: listsModels },
  { name: 'no key is 401', run: async (target) => errorOf(await call(target, '/v1/chat/completions', { json: chatBody(target.model), headers: {} }), [401]) },
  // LiteLLM without a database says 400 "No connected db." to a key that it does not know.
  { name: 'a wrong key is refused', run: async (target) => errorOf(await call(target, '/v1/chat/completions', { json: chatBody(target.model), headers: { authorization: 'Bearer sk-wrong' } }), [401, 400]) },
  { name: 'chat', run: async (target) => chatText(await call(target, '/chat/completions', { json: chatBody(target.model) })) },
  { name: 'chat under /v1', run: async (target) => chatText(await call(target, '/v1/chat/completions', { json: chatBody(target.model) })) },
  { name: 'chat, streaming', run: async (target) => streamText(await call(target, '/v1/chat/completions', { json: chatBody(target.model, { stream: true }) })) },
  {
    name: 'chat by the full name of a model',
    skip: ({ fullName }) => (fullName === null ? 'the gateway lists none; --full-name names one' : null),
    run: async (target) => chatText(await call(target, '/v1/chat/completions', { json: chatBody(target.fullName ?? '') })),
  },
  { name: 'the key as x-api-key', run: async (target) => messageText(await call(target, '/v1/messages', { json: chatBody(target.model), headers: { 'x-api-key': target.key } })) },
  { name: 'messages', run: async (target) => messageText(await call(target, '/v1/messages', { json: chatBody(target.model) })) },
  { name: 'messages, streaming', run: async (target) => messageStreamText(await call(target, '/v1/messages?beta=true', { json: chatBody(target.model, { stream: true }) })) },
  { name: 'messages count_tokens', run: countsTokens },
  { name: 'messages without a key is 401', run: async (target) => errorOf(await call(target, '/v1/messages', { json: chatBody(target.model), headers: {} }), [401]) },
  { name: 'malformed JSON is refused', run: async (target) => errorOf(await call(target, '/v1/chat/completions', { text: '{"model": "x", "messages": [' }), [400, 422]) },
  { name: 'no messages is refused', run: async (target) => errorOf(await call(target, '/v1/chat/completions', { json: { model: target.model } }), [400, 422, 500]) },
  { name: 'an unknown model is refused', run: async (target) => errorOf(await call(target, '/v1/chat/completions', { json: chatBody('there-is-no-such-model') }), [400, 404]) },
  { name: 'an unknown route is 404', run: async (target) => status(await call(target, '/v1/there-is-no-such-route'), 404) },
  { name: 'it still lives', run: async (target) => status(await call(target, '/health/liveliness', { headers: {} }), 200) },
];

async function listsModels(target: Target): Promise<string> {
  const reply = await call(target, '/v1/models');
  status(reply, 200);
  const names = arrayAt(reply.body, 'data').filter(isJsonObject).map((entry) => stringAt(entry, 'id') ?? '');
  if (names.length === 0) throw new Error('no model is listed');
  return names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');
}

async function countsTokens(target: Target): Promise<string> {
  const reply = await call(target, '/v1/messages/count_tokens', { json: { model: target.model, messages: [{ role: 'user', content: question }] } });
  status(reply, 200);
  const count = numberAt(reply.body, 'input_tokens') ?? 0;
  if (count < 1) throw new Error(`input_tokens is ${JSON.stringify(reply.body['input_tokens'])}`);
  return `${count} tokens`;
}

function status(reply: Reply, expected: number): string {
  if (reply.status !== expected) throw new Error(`status ${reply.status} instead of ${expected}: ${short(reply.text)}`);
  return String(expected);
}

/** An error in the shape of OpenAI's or Anthropic's dialect, or FastAPI's `detail`. */
function errorOf(reply: Reply, expected: readonly number[]): string {
  if (!expected.includes(reply.status)) throw new Error(`status ${reply.status} instead of ${expected.join(' or ')}: ${short(reply.text)}`);
  const message = stringAt(objectAt(reply.body, 'error'), 'message') ?? stringAt(reply.body, 'detail') ?? (reply.body['detail'] && JSON.stringify(reply.body['detail']));
  if (!message) throw new Error(`status ${reply.status} without an error message: ${short(reply.text)}`);
  return `${reply.status}: ${short(message)}`;
}

function chatText(reply: Reply): string {
  status(reply, 200);
  const choice = arrayAt(reply.body, 'choices').find(isJsonObject);
  return shown(stringAt(objectAt(choice, 'message'), 'content'), reply);
}

function streamText(reply: Reply): string {
  status(reply, 200);
  if (!reply.type.startsWith('text/event-stream')) throw new Error(`content type ${reply.type}`);
  if (!/^data: ?\[DONE\]/m.test(reply.text)) throw new Error('the stream has no [DONE]');
  const events = eventsOf(reply.text);
  const deltas = events.map((event) => objectAt(arrayAt(event, 'choices').find(isJsonObject), 'delta'));
  return `${events.length} events: ${shown(deltas.map((delta) => stringAt(delta, 'content') ?? '').join(''), reply)}`;
}

function messageText(reply: Reply): string {
  status(reply, 200);
  if (stringAt(reply.body, 'type') !== 'message') throw new Error(`not a message: ${short(reply.text)}`);
  return shown(arrayAt(reply.body, 'content').filter(isJsonObject).map((block) => stringAt(block, 'text') ?? '').join(''), reply);
}

function messageStreamText(reply: Reply): string {
  status(reply, 200);
  const events = eventsOf(reply.text);
  const types = new Set(events.map((event) => stringAt(event, 'type')));
  for (const type of ['message_start', 'content_block_delta', 'message_stop']) if (!types.has(type)) throw new Error(`the stream has no ${type}`);
  return `${events.length} events: ${shown(events.map((event) => stringAt(objectAt(event, 'delta'), 'text') ?? '').join(''), reply)}`;
}

function shown(text: string | undefined, reply: Reply): string {
  if (!text?.trim()) throw new Error(`the answer has no text: ${short(reply.text)}`);
  return JSON.stringify(short(text.trim()));
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
