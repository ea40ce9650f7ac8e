// Requests through the Chat Completions and Messages dialects, and whole conversations there and back.
import { describe, expect, test } from 'bun:test';
import { anthropicMessages } from '../../../src/dialects/anthropic-messages/index.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import { openaiCompletions } from '../../../src/dialects/openai-completions/index.ts';
import { operatorNote } from '../../../src/dialects/system-messages.ts';
import { restore, restoreEvents } from '../../../src/dialects/restore.ts';
import type { Capabilities, Dialect, Target } from '../../../src/dialects/dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { answerOf, contextFor, readBytes, target as baseTarget, writeEvents } from './recorded.ts';

const targetWith = (capabilities: Partial<Capabilities> = {}, rest: Partial<Target> = {}): Target => ({
  ...baseTarget, model: 'real', capabilities: { ...baseTarget.capabilities, maxTokensField: 'max_tokens', ...capabilities }, dropParams: false, ...rest,
});
const claude = targetWith({ cacheControl: true, thinkingSignatures: true });

function cross(from: Dialect, body: JsonObject, to: Dialect, target: Target, stream = false) {
  const request = from.readRequest(body, 'alias', stream);
  if (!request.ok) throw new Error(request.fault.message);
  const written = to.writeRequest(request.value, target);
  if (!written.ok) throw new Error(written.fault.message);
  return written.value;
}

const call = (id: string) => ({ id, type: 'function', function: { name: 'f', arguments: '' } });

const paramOf = (dialect: Dialect, body: JsonObject) => {
  const result = dialect.readRequest(body, 'm', false);
  return result.ok ? null : [result.fault.code, result.fault.param];
};

const weather = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const callMessage = { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }] };

describe('Chat Completions to Messages', () => {
  test('a plain request', () => {
    expect(cross(openaiChat, { messages: [{ role: 'user', content: 'hi' }] }, anthropicMessages, claude).body)
      .toEqual({ model: 'real', max_tokens: 4096, messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }] });
  });

  test('the system prompt is told apart, later system messages keep their place, turns alternate, results stand first', () => {
    const { body } = cross(openaiChat, {
      messages: [
        { role: 'system', content: 'a' }, { role: 'user', content: 'w?' }, callMessage, { role: 'tool', tool_call_id: 'call_1', content: '22C' },
        { role: 'developer', content: 'b' }, { role: 'user', content: [{ type: 'text', text: 'and?' }, { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }] },
      ],
      tools: [{ type: 'function', function: { name: 'get_weather', parameters: weather } }], tool_choice: 'required', parallel_tool_calls: false, stop: 'X', user: 'u1',
    }, anthropicMessages, claude);
    expect(body).toEqual({
      model: 'real', max_tokens: 4096, system: [{ type: 'text', text: 'a' }],
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'w?' }] },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'get_weather', input: { city: 'Paris' } }] },
        { role: 'user', content: [
          { type: 'tool_result', tool_use_id: 'call_1', content: '22C' }, { type: 'text', text: operatorNote }, { type: 'text', text: 'b' }, { type: 'text', text: 'and?' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
        ] },
      ],
      tools: [{ name: 'get_weather', input_schema: weather }], tool_choice: { type: 'any', disable_parallel_tool_use: true },
      stop_sequences: ['X'], metadata: { user_id: 'u1' },
    });
  });

  test('reasoning effort becomes a budget that fits, and what is forbidden beside it is dropped and named', () => {
    const base = { messages: [{ role: 'user', content: 'hi' }], temperature: 0.2 };
    const high = cross(openaiChat, { ...base, reasoning_effort: 'high', max_tokens: 10_000 }, anthropicMessages, claude);
    expect(high.body['thinking']).toEqual({ type: 'enabled', budget_tokens: 4096 });
    expect(high.dropped).toEqual(['temperature']);
    expect(cross(openaiChat, { ...base, reasoning_effort: 'high', max_tokens: 2000 }, anthropicMessages, claude).body['thinking']).toEqual({ type: 'enabled', budget_tokens: 1999 });
    expect(cross(openaiChat, { ...base, reasoning_effort: 'high', max_tokens: 1024 }, anthropicMessages, claude).body).not.toHaveProperty('thinking');
    const adaptive = cross(openaiChat, { ...base, reasoning_effort: 'xhigh' }, anthropicMessages, targetWith({ adaptiveThinking: true }));
    expect(adaptive.body).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'xhigh' } });
  });

  test('parameters without a word are refused, or dropped by rule', () => {
    const body = { messages: [{ role: 'user', content: 'hi' }], n: 2, seed: 1, presence_penalty: 0 };
    const request = openaiChat.readRequest(body, 'alias', false);
    if (!request.ok) throw new Error('unread');
    const refused = anthropicMessages.writeRequest(request.value, claude);
    expect(refused).toMatchObject({ ok: false, fault: { code: 'parameter_unsupported' } });
    expect(anthropicMessages.writeRequest(request.value, { ...claude, dropParams: true })).toMatchObject({ ok: true, value: { dropped: ['n', 'seed'] } });
  });

  test('ids that Anthropic refuses are replaced alike in call and result, and never collide', () => {
    const { body } = cross(openaiChat, { messages: [
      { role: 'user', content: 'x' }, { role: 'assistant', tool_calls: [call('a.b'), call('a_b')] },
      { role: 'tool', tool_call_id: 'a.b', content: '1' }, { role: 'tool', tool_call_id: 'a_b', content: '2' },
    ] }, anthropicMessages, claude);
    const text = JSON.stringify(body['messages']);
    expect(text.match(/"(?:id|tool_use_id)":"[^"]+"/g)).toEqual(['"id":"a_b"', '"id":"a_b_2"', '"tool_use_id":"a_b"', '"tool_use_id":"a_b_2"']);
  });

  test('a schema is a format where it can be, and else a forced tool whose call comes back as text', () => {
    const body = { messages: [{ role: 'user', content: 'hi' }], response_format: { type: 'json_schema', json_schema: { name: 'w', schema: weather } } };
    expect(cross(openaiChat, body, anthropicMessages, claude).body['output_config'])
      .toEqual({ format: { type: 'json_schema', schema: { ...weather, additionalProperties: false } } });
    const forced = cross(openaiChat, body, anthropicMessages, targetWith({ jsonSchema: false }));
    expect(forced.body).toMatchObject({ tool_choice: { type: 'tool', name: 'json_tool_call' }, tools: [{ name: 'json_tool_call', input_schema: weather }] });
    const answer = { id: 'msg_1', type: 'message', content: [{ type: 'tool_use', id: 't', name: 'json_tool_call', input: { city: 'Paris' } }], stop_reason: 'tool_use', usage: { input_tokens: 1, output_tokens: 1 } };
    const written = openaiChat.writeAnswer(answerOf(restoreEvents(anthropicMessages.readAnswer(answer), forced.disguises)), contextFor(openaiChat, body));
    expect(written['choices']).toMatchObject([{ finish_reason: 'stop', message: { content: '{"city":"Paris"}' } }]);
  });

  test('no more than four cache marks are sent, the newest stay', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const turns = Array.from({ length: 6 }, (_, index) => ({ role: index % 2 ? 'assistant' : 'user', content: [{ type: 'text', text: `${index}`, ...mark }] }));
    const { body } = cross(openaiChat, { messages: [{ role: 'system', content: [{ type: 'text', text: 's', ...mark }] }, ...turns] }, anthropicMessages, claude);
    expect(JSON.stringify(body).match(/cache_control/g)).toHaveLength(4);
    expect(JSON.stringify((body['messages'] as JsonObject[]).slice(0, 3))).not.toContain('cache_control');
  });

  test('empty texts are left out, and a turn without content gets a placeholder', () => {
    const { body } = cross(openaiChat, { messages: [{ role: 'user', content: '' }] }, anthropicMessages, claude);
    expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: '[System: Empty message content sanitised to satisfy protocol]' }] }]);
  });
});

describe('Messages to Chat Completions', () => {
  const claudeCode = {
    max_tokens: 32_000, stream: true,
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cc_version=2.1.330.4ca; cc_entrypoint=sdk-cli;' },
      { type: 'text', text: 'You are an agent.', cache_control: { type: 'ephemeral' } },
    ],
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'go' }] }, { role: 'system', content: 'environment' },
      { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'sig' }, { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} }] },
      { role: 'user', content: [
        { type: 'text', text: 'note' },
        { type: 'tool_result', tool_use_id: 'toolu_1', is_error: true, content: [{ type: 'text', text: 'failed' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } }] },
      ] },
    ],
    tools: [{ name: 'Bash', input_schema: weather, defer_loading: true }, { type: 'web_search_20250305', name: 'web_search' }],
    thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' },
    context_management: { edits: [] }, metadata: { user_id: JSON.stringify({ device_id: 'd'.repeat(64), session_id: 's-1' }) },
  };

  test('what Claude Code sends', () => {
    const { body, dropped } = cross(anthropicMessages, claudeCode, openaiChat, targetWith({ promptCacheKey: true, reasoningField: 'reasoning_content' }), true);
    expect(body).toEqual({
      model: 'real', max_tokens: 32_000, stream: true, stream_options: { include_usage: true }, reasoning_effort: 'high', prompt_cache_key: 's-1',
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'You are an agent.' }] },
        { role: 'user', content: 'go' },
        { role: 'user', content: [
          { type: 'text', text: 'Operator note (not from the user): the following was originally a mid-conversation system-role reminder.' },
          { type: 'text', text: 'environment' },
        ] },
        { role: 'assistant', reasoning_content: 'hm', tool_calls: [{ id: 'toolu_1', type: 'function', function: { name: 'Bash', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'toolu_1', content: 'Error: failed' },
        { role: 'user', content: [
          { type: 'text', text: 'Attachments of the result of tool call toolu_1:' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } }, { type: 'text', text: 'note' },
        ] },
      ],
      tools: [{ type: 'function', function: { name: 'Bash', parameters: weather } }],
    });
    expect(dropped).toEqual(['context_management', 'tools[0].defer_loading', 'tools[1]', 'user']);
  });

  test('to Anthropic itself nothing changes', () => {
    const { body, dropped } = cross(anthropicMessages, claudeCode, anthropicMessages, claude, true);
    expect(dropped).toEqual([]);
    expect(body).toMatchObject({ system: claudeCode.system, tools: claudeCode.tools, thinking: claudeCode.thinking, output_config: claudeCode.output_config,
      context_management: claudeCode.context_management, metadata: claudeCode.metadata });
    expect((body['messages'] as JsonObject[])[1]).toEqual({ role: 'system', content: [{ type: 'text', text: 'environment' }] });
  });

  test('a long tool name is shortened for the target and restored for the client', () => {
    const name = `mcp__${'long_'.repeat(14)}tool`;
    const { body, disguises } = cross(anthropicMessages, { max_tokens: 9, messages: [{ role: 'user', content: 'x' }], tools: [{ name, input_schema: weather }] }, openaiChat, targetWith());
    const sent = /"name":"([^"]+)"/.exec(JSON.stringify(body['tools']))?.[1] ?? '';
    expect(sent).toHaveLength(64);
    const chunk = { id: 'c', choices: [{ index: 0, delta: { tool_calls: [{ index: 0, id: 'c1', function: { name: sent, arguments: '{}' } }] }, finish_reason: 'tool_calls' }] };
    const reader = restore(openaiChat.createReader(), disguises);
    const events = [...reader.read({ event: null, data: JSON.stringify(chunk) }), ...reader.read({ event: null, data: '[DONE]' })];
    expect(answerOf(events).choices[0]?.blocks[0]?.start).toMatchObject({ kind: 'tool-call', name });
  });
});

describe('conversations there and back', () => {
  const signature = 'EqQBCkYIBxgCKkA/+=='.repeat(20);
  const content = [
    { type: 'thinking', thinking: 'Let me think – 漢字 🎉', signature }, { type: 'redacted_thinking', data: 'opaque==' },
    { type: 'text', text: 'I will look.' }, { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Paris' } },
  ];
  const answer = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content, stop_reason: 'tool_use', stop_sequence: null, usage: { input_tokens: 5, output_tokens: 9, cache_read_input_tokens: 3 } };
  const chatContext = contextFor(openaiChat, { messages: [{ role: 'user', content: 'hi' }], stream: true });

  test('thinking comes back to Anthropic byte for byte through a chat client, plain', () => {
    const completion = openaiChat.writeAnswer(answerOf(anthropicMessages.readAnswer(answer)), chatContext);
    const [choice] = completion['choices'] as { message: JsonObject }[];
    const { body } = cross(openaiChat, { messages: [{ role: 'user', content: 'hi' }, choice?.message ?? {}, { role: 'tool', tool_call_id: 'toolu_1', content: '22C' }] }, anthropicMessages, claude);
    expect((body['messages'] as JsonObject[])[1]).toEqual({ role: 'assistant', content });
  });

  test('thinking comes back to Anthropic byte for byte through a chat client, streamed', () => {
    const text = writeEvents(openaiChat, chatContext, anthropicMessages.readAnswer(answer));
    const deltas = text.split('\n').filter((line) => line.startsWith('data: {')).map((line) => (JSON.parse(line.slice(6)) as { choices: { delta: JsonObject }[] }).choices[0]?.delta ?? {});
    const blocks = deltas.flatMap((delta) => (delta['thinking_blocks'] ?? []) as JsonObject[]);
    expect(blocks).toEqual(content.slice(0, 2));
    // Weir behind Weir reads the same.
    const again = answerOf(readBytes(openaiChat, [Buffer.from(text)]));
    expect(anthropicMessages.writeAnswer(again, contextFor(anthropicMessages, { max_tokens: 1, messages: [] }))['content']).toEqual(content);
  });

  test('Gemini\'s signature travels in the id of the call, through both dialects', () => {
    const events = [
      { type: 'start', id: 'x', model: 'g', createdSeconds: 0 }, { type: 'block-start', choice: 0, block: 0, start: { kind: 'tool-call', id: 'call_1', name: 'f', call: 'function' } },
      { type: 'block-signature', choice: 0, block: 0, signature: 'c2lnL+8=' }, { type: 'block-delta', choice: 0, block: 0, text: '{}' }, { type: 'block-stop', choice: 0, block: 0 },
      { type: 'stop', choice: 0, reason: 'tool' }, { type: 'end' },
    ] as const;
    for (const dialect of [openaiChat, anthropicMessages]) {
      const context = contextFor(dialect, { max_tokens: 1, messages: [{ role: 'user', content: 'x' }] });
      const streamed = answerOf(readBytes(dialect, [Buffer.from(writeEvents(dialect, context, [...events]))]));
      const plain = answerOf(dialect.readAnswer(dialect.writeAnswer(answerOf([...events]), context)));
      for (const result of [streamed, plain]) expect(result.choices[0]?.blocks[0]).toMatchObject({ signature: 'c2lnL+8=', start: { id: 'call_1' } });
    }
    const written = writeEvents(anthropicMessages, contextFor(anthropicMessages, { max_tokens: 1, messages: [] }), [...events]);
    expect(/"id":"(call[^"]*)"/.exec(written)?.[1]).toMatch(/^[a-zA-Z0-9_-]+$/);
  });
});

describe('faults', () => {
  test('name the member', () => {
    expect(paramOf(openaiChat, {})).toEqual(['parameter_missing', 'messages']);
    expect(paramOf(openaiChat, { messages: [{ role: 'user', content: 'a' }, { role: 'user', content: 7 }] })).toEqual(['parameter_invalid', 'messages[1].content']);
    expect(paramOf(openaiChat, { messages: [], temperature: 'hot' })).toEqual(['parameter_invalid', 'temperature']);
    expect(paramOf(anthropicMessages, { messages: [] })).toEqual(['parameter_missing', 'max_tokens']);
    expect(paramOf(openaiCompletions, { prompt: [1, 2] })).toEqual(['parameter_invalid', 'prompt']);
  });

  test('have the form of their dialect', () => {
    const limited = { code: 'upstream_rate_limited', message: 'slow', upstream: { errorName: 'OpenAIException', status: 429, message: 'slow' } } as const;
    expect(openaiChat.renderFault(limited)).toEqual({ status: 429, body: { error: { message: 'litellm.RateLimitError: RateLimitError: OpenAIException - slow', type: 'throttling_error', param: null, code: '429' } } });
    expect(anthropicMessages.renderFault(limited).body).toEqual({ type: 'error', error: { type: 'rate_limit_error', message: 'litellm.RateLimitError: RateLimitError: OpenAIException - slow' } });
    expect(anthropicMessages.renderStreamFault(limited, 0)).toStartWith('event: error\ndata: {"type":"error"');
    const own = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}';
    const [event] = anthropicMessages.createReader().read({ event: 'error', data: own });
    if (event?.type !== 'error') throw new Error('no error');
    expect(event.fault.code).toBe('upstream_overloaded');
    expect(JSON.stringify(anthropicMessages.renderFault(event.fault).body)).toBe(own);
  });
});

describe('legacy Completions', () => {
  test('a prompt becomes a chat and its answer a completion', () => {
    expect(cross(openaiCompletions, { prompt: 'Say', max_tokens: 5 }, openaiChat, targetWith()).body).toEqual({ model: 'real', messages: [{ role: 'user', content: 'Say' }], max_tokens: 5 });
    const chat = { id: 'chatcmpl-1', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'Hello' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } };
    expect(openaiCompletions.writeAnswer(answerOf(openaiChat.readAnswer(chat)), contextFor(openaiCompletions, { prompt: 'Say' })))
      .toMatchObject({ id: 'chatcmpl-1', object: 'text_completion', created: 1, model: 'alias', choices: [{ index: 0, text: 'Hello', logprobs: null, finish_reason: 'stop' }], usage: { total_tokens: 3 } });
  });

  test('streams there and back, and cut streams fail', () => {
    const context = contextFor(openaiCompletions, { prompt: 'Say', stream: true, stream_options: { include_usage: true } });
    const chunks = ['Hel', 'lo'].map((text) => ({ id: 'cmpl-1', object: 'text_completion', choices: [{ index: 0, text }] }));
    const bytes = Buffer.from(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`);
    const events = readBytes(openaiCompletions, [bytes]);
    expect(answerOf(readBytes(openaiCompletions, [Buffer.from(writeEvents(openaiCompletions, context, events))])).choices).toMatchObject([{ reason: 'end', blocks: [{ text: 'Hello' }] }]);
    for (let cut = 0; cut < bytes.length - 1; cut += 1) expect(readBytes(openaiCompletions, [bytes.subarray(0, cut)]).at(-1)?.type).toBe('error');
  });
});
