// A model without a network, for a first look: it says that it is a demo, streams at a natural pace, and calls a tool when there is one.
// It speaks OpenAI's chat dialect, so that it comes through the same path as every provider.
import { arrayAt, isJsonObject, objectAt, parseJsonObject, stringAt, type Json, type JsonObject } from '../lib/json.ts';

// About 40 words a second, as a quick model writes.
const wordMs = 25;
const callId = 'call_demo_1';

/** Answers one request. */
export async function answerDemo(text: string, signal: AbortSignal): Promise<Response> {
  const body = parseJsonObject(text);
  if (!body) return Response.json({ error: { message: 'The demo model wants a JSON body.', type: 'invalid_request_error', param: null, code: null } }, { status: 400 });
  const reply = replyTo(body);
  return body['stream'] === true ? streamed(reply, body, signal) : Response.json(whole(reply, body, text.length));
}

type Reply = { kind: 'text'; text: string } | { kind: 'tool'; name: string; arguments: string };

function replyTo(body: JsonObject): Reply {
  const messages = arrayAt(body, 'messages').filter(isJsonObject);
  const last = messages.at(-1);
  if (last && stringAt(last, 'role') === 'tool') return { kind: 'text', text: `The tool answered: ${textOf(last['content']).slice(0, 500)}\n\n(This is the demo model of Weir. 这是 Weir 的演示模型。)` };
  const tool = arrayAt(body, 'tools').filter(isJsonObject).map((entry) => objectAt(entry, 'function')).find((entry) => entry !== undefined);
  if (tool && wantsTool(body)) {
    return { kind: 'tool', name: stringAt(tool, 'name') ?? 'tool', arguments: JSON.stringify(exampleOf(objectAt(tool, 'parameters'))) };
  }
  const asked = textOf(messages.findLast((message) => stringAt(message, 'role') === 'user')?.['content']).trim();
  return { kind: 'text', text: /[\u4e00-\u9fff]/.test(asked) ? chinese(asked) : english(asked) };
}

// Agents offer a dozen tools; a model that understands nothing must not start with the first of them.
const maxTools = 3;

function wantsTool(body: JsonObject): boolean {
  const choice = body['tool_choice'];
  if (choice === 'none') return false;
  return choice === 'required' || isJsonObject(choice) || arrayAt(body, 'tools').length <= maxTools;
}

const english = (asked: string): string => `Hello! I am the **demo model** built into Weir, not a real one: I need no key and no network, and I understand nothing.

You wrote: “${quoted(asked)}”

Set a provider's key and a real model answers here under the same name:

\`\`\`sh
export OPENROUTER_API_KEY=…
./start.sh
\`\`\`
`;

const chinese = (asked: string): string => `你好！我是 Weir 内置的**演示模型**，不是真正的模型：不需要密钥，也不需要网络，但我什么都不懂。

你写的是：“${quoted(asked)}”

设置好提供商的密钥之后，真正的模型会以同样的名字回答：

\`\`\`sh
export OPENROUTER_API_KEY=…
./start.sh
\`\`\`
`;

const longestQuote = 300;
const quoted = (text: string): string => (text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text).replace(/[`<>]/g, ' ');

function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content.filter(isJsonObject).map((part) => stringAt(part, 'text') ?? '').join(' ');
}

/** A value for a tool's parameters: every required member, in the simplest form that fits its type. */
function exampleOf(schema: JsonObject | undefined): JsonObject {
  const properties = objectAt(schema, 'properties') ?? {};
  const required = arrayAt(schema, 'required').filter((name): name is string => typeof name === 'string');
  return Object.fromEntries(required.map((name) => [name, exampleValue(objectAt(properties, name))]));
}

function exampleValue(schema: JsonObject | undefined): Json {
  const [first] = arrayAt(schema, 'enum');
  if (first !== undefined) return first;
  switch (stringAt(schema, 'type')) {
    case 'number':
    case 'integer': return 1;
    case 'boolean': return true;
    case 'array': return [];
    case 'object': return exampleOf(schema);
    default: return 'demo';
  }
}

const usageOf = (reply: Reply, promptCharacters: number): JsonObject => {
  const completion = Math.ceil((reply.kind === 'text' ? reply.text.length : reply.arguments.length) / 4);
  const prompt = Math.ceil(promptCharacters / 4);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
};

function base(body: JsonObject, object: string): JsonObject {
  return { id: `chatcmpl-demo-${Date.now().toString(36)}`, object, created: Math.floor(Date.now() / 1000), model: stringAt(body, 'model') ?? 'weir-demo' };
}

function whole(reply: Reply, body: JsonObject, promptCharacters: number): JsonObject {
  const message: JsonObject = reply.kind === 'text'
    ? { role: 'assistant', content: reply.text }
    : { role: 'assistant', content: null, tool_calls: [{ id: callId, type: 'function', function: { name: reply.name, arguments: reply.arguments } }] };
  const choice = { index: 0, message, finish_reason: reply.kind === 'text' ? 'stop' : 'tool_calls' };
  return { ...base(body, 'chat.completion'), choices: [choice], usage: usageOf(reply, promptCharacters) };
}

function streamed(reply: Reply, body: JsonObject, signal: AbortSignal): Response {
  const head = base(body, 'chat.completion.chunk');
  const encoder = new TextEncoder();
  const frame = (members: JsonObject): Uint8Array => encoder.encode(`data: ${JSON.stringify({ ...head, ...members })}\n\n`);
  const delta = (value: JsonObject, finish: string | null = null): Uint8Array => frame({ choices: [{ index: 0, delta: value, finish_reason: finish }] });
  async function* frames(): AsyncGenerator<Uint8Array> {
    yield delta({ role: 'assistant', content: '' });
    if (reply.kind === 'tool') {
      yield delta({ tool_calls: [{ index: 0, id: callId, type: 'function', function: { name: reply.name, arguments: '' } }] });
      yield delta({ tool_calls: [{ index: 0, function: { arguments: reply.arguments } }] });
    } else {
      for (const word of reply.text.match(/\s*[^\s\u4e00-\u9fff]+|\s*[\u4e00-\u9fff]{1,2}|\s+/g) ?? []) {
        if (signal.aborted) return;
        yield delta({ content: word });
        await Bun.sleep(wordMs);
      }
    }
    yield delta({}, reply.kind === 'text' ? 'stop' : 'tool_calls');
    if (objectAt(body, 'stream_options')?.['include_usage'] === true) yield frame({ choices: [], usage: usageOf(reply, JSON.stringify(body['messages'] ?? '').length) });
    yield encoder.encode('data: [DONE]\n\n');
  }
  return new Response(frames() as unknown as ReadableStream, { headers: { 'content-type': 'text/event-stream' } });
}
