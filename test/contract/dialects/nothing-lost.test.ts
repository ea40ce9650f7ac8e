// What a request says arrives at every provider or is named as left out: nothing disappears in silence. Each row is one thing that
// gateways are known to lose.
import { describe, expect, test } from 'bun:test';
import { anthropicMessages } from '../../../src/dialects/anthropic-messages/index.ts';
import { bedrockConverse } from '../../../src/dialects/bedrock-converse/index.ts';
import { gemini } from '../../../src/dialects/gemini/index.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import { target } from './recorded.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const targets: readonly Dialect[] = [openaiChat, openaiResponses, anthropicMessages, gemini, bedrockConverse];
const user = { role: 'user', content: 'hi' };
const tool = { type: 'function', function: { name: 'look', description: 'Looks', parameters: { type: 'object', properties: { where: { type: 'string' } } } } };
const call = { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{"where":"ROME"}' } }] };
const png = 'iVBORw0KGgo=';
const pdf = 'JVBERi0xLjQK';

interface Row {
  from: Dialect;
  body: JsonObject;
  /** What must be found in the provider's body … */
  kept: RegExp;
  /** … or in the names of what was left out. */
  dropped?: RegExp;
}

const chat = (body: JsonObject, kept: RegExp, dropped?: RegExp): Row => ({ from: openaiChat, body: { model: 'm', messages: [user], ...body }, kept, ...(dropped && { dropped }) });
const messages = (body: JsonObject, kept: RegExp, dropped?: RegExp): Row => ({ from: anthropicMessages, body: { model: 'm', max_tokens: 64, messages: [user], ...body }, kept, ...(dropped && { dropped }) });
const responses = (body: JsonObject, kept: RegExp, dropped?: RegExp): Row => ({ from: openaiResponses, body: { model: 'm', input: 'hi', ...body }, kept, ...(dropped && { dropped }) });
const google = (body: JsonObject, kept: RegExp, dropped?: RegExp): Row => ({ from: gemini, body: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }], ...body }, kept, ...(dropped && { dropped }) });
const result = (content: unknown, more: JsonObject = {}): JsonObject[] => [
  user as JsonObject, { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: { where: 'ROME' } }] },
  { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: content as string, ...more }] },
];

const rows: Readonly<Record<string, Row>> = {
  'a picture by address': chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://pictures.example/weir.png' } }] }] }, /pictures\.example\/weir\.png/, /content/),
  'a picture in the body': chat({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] }] }, /iVBORw0KGgo=/),
  'a document': chat({ messages: [{ role: 'user', content: [{ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } }] }] }, /JVBERi0xLjQK/),
  'a document of Anthropic’s': messages({ messages: [{ role: 'user', content: [{ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } }] }] }, /JVBERi0xLjQK/),
  'a sound': chat({ messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: { data: 'U09VTkQ=', format: 'wav' } }] }] }, /U09VTkQ=/, /content/),
  'a call and its result': chat({ tools: [tool], messages: [user, call, { role: 'tool', tool_call_id: 'call_1', content: 'SUNNY' }] }, /ROME[^]*SUNNY/),
  'a picture in a tool’s result': messages({ messages: result([{ type: 'text', text: 'SEEN' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }]) }, /SEEN[^]*iVBORw0KGgo=|iVBORw0KGgo=[^]*SEEN/, /content/),
  'a tool’s failure': messages({ messages: result('no such city', { is_error: true }) }, /Error: no such city|"is_error":true|"error":"no such city"|"status":"error"/),
  'an empty argument object': chat({ tools: [tool], messages: [user, { ...call, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '' } }] }, { role: 'tool', tool_call_id: 'call_1', content: 'x' }] }, /"arguments":"\{\}"|"input":\{\}|"args":\{\}|"arguments":""/),
  'what the tool is for': chat({ tools: [tool] }, /Looks/),
  'a tool that must be called': chat({ tools: [tool], tool_choice: { type: 'function', function: { name: 'look' } } }, /"tool_choice":\{[^}]*look|"tool_choice":\{"type":"function","function":\{"name":"look"|"allowedFunctionNames":\["look"\]|"toolChoice":\{"tool":\{"name":"look"/),
  'one call at a time': chat({ tools: [tool], parallel_tool_calls: false }, /"parallel_tool_calls":false|"disable_parallel_tool_use":true/, /parallel_tool_calls/),
  'a schema for the answer': chat({ response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object', properties: { CITY: { type: 'string' } } } } } }, /CITY/),
  'stop sequences': chat({ stop: ['HALT'] }, /HALT/, /stop/),
  'stop sequences of Anthropic’s': messages({ stop_sequences: ['HALT'] }, /HALT/, /stop/),
  'a seed': chat({ seed: 4711 }, /4711/, /seed/),
  'a service tier': chat({ service_tier: 'priority' }, /"service_tier":"(priority|auto)"|"serviceTier":\{"type":"priority"/, /service_tier/),
  'several choices': chat({ n: 3 }, /"n":3|"candidateCount":3/, /^n$/m),
  'log probabilities': chat({ logprobs: true, top_logprobs: 2 }, /"logprobs":true|"top_logprobs":2|"responseLogprobs":true/, /logprobs/),
  'a bias': chat({ logit_bias: { 50256: -100 } }, /50256/, /logit_bias/),
  'a penalty': chat({ presence_penalty: 0.5 }, /0\.5/, /presence_penalty/),
  'top_k': google({ generationConfig: { topK: 17 } }, /17/, /top_k|topK/),
  'how much to think': chat({ reasoning_effort: 'high' }, /high|budget_tokens|thinkingBudget|thinkingLevel/, /reasoning/),
  'a budget to think': messages({ max_tokens: 9_000, thinking: { type: 'enabled', budget_tokens: 5_000 } }, /high|5000/, /reasoning/),
  'a thought with its signature': messages({ messages: [user, { role: 'assistant', content: [{ type: 'thinking', thinking: 'THOUGHT', signature: 'U0lH' }, { type: 'text', text: 'x' }] }, user] as JsonObject[] }, /THOUGHT/, /thinking/),
  'encrypted reasoning': responses({ input: [{ role: 'user', content: 'hi' }, { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'THOUGHT' }], encrypted_content: 'RU5D' }, { role: 'assistant', content: 'x' }, { role: 'user', content: 'y' }] }, /RU5D|THOUGHT/, /thinking/),
  'a refusal': chat({ messages: [user, { role: 'assistant', content: null, refusal: 'I WILL NOT' }, user] }, /I WILL NOT/),
  'a system message between the turns': chat({ messages: [user, { role: 'assistant', content: 'a' }, { role: 'system', content: 'FROM NOW ON' }, user] }, /FROM NOW ON/),
  'the end user': chat({ user: 'u-4711' }, /u-4711/, /user/),
  'a tool that the provider runs': messages({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, /web_search|googleSearch/, /tools/),
  'a member that is not known': chat({ from_the_future: 'NEWS' }, /NEWS/, /from_the_future/),
  'a member of Anthropic’s that is not known': messages({ from_the_future: 'NEWS' }, /NEWS/, /from_the_future/),
  'a member of Responses that is not known': responses({ from_the_future: 'NEWS' }, /NEWS/, /from_the_future/),
  'a member of Gemini’s that is not known': google({ fromTheFuture: 'NEWS' }, /NEWS/, /fromTheFuture/),
  'cache marks': messages({ system: [{ type: 'text', text: 's', cache_control: { type: 'ephemeral' } }] }, /"s"/),
};

describe.each(Object.entries(rows))('%s', (_name, { from, body, kept, dropped }) => {
  test.each(targets.map((dialect) => [dialect.name, dialect] as const))('to %s', (_to, dialect) => {
    const request = from.readRequest(body, 'm', false);
    if (!request.ok) throw new Error(request.fault.message);
    const written = dialect.writeRequest(request.value, { ...target, ...(dialect === bedrockConverse && { model: 'anthropic.claude-sonnet-4-5' }), dropParams: true });
    if (!written.ok) throw new Error(written.fault.message);
    const sent = JSON.stringify(written.value.body);
    const names = written.value.dropped.join('\n');
    expect(kept.test(sent) || dropped?.test(names) === true, `sent: ${sent}\nleft out: ${names}`).toBe(true);
  });
});
