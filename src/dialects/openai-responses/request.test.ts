import { describe, expect, test } from 'bun:test';
import type { CanonicalRequest } from '../../canonical/request.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Target } from '../dialect.ts';
import { readRequest, writeRequest } from './request.ts';

const target: Target = {
  model: 'gpt-4o-mini', defaultMaxOutputTokens: 4096, dropParams: false, modifyParams: false,
  capabilities: {
    streamUsage: true, developerRole: true, jsonSchema: true, fileParts: true, cacheControl: false, reasoningField: null,
    thinkingSignatures: false, maxTokensField: 'max_completion_tokens',
  },
};

function read(body: JsonObject): CanonicalRequest {
  const result = readRequest(body, 'm', true);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

function write(request: CanonicalRequest) {
  const result = writeRequest(request, target);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

const plain: CanonicalRequest = { ...read({ input: 'hi' }), dialect: 'anthropic-messages', stream: false };

describe('reading', () => {
  test('a missing input is refused in LiteLLM\'s words', () => {
    expect(readRequest({ model: 'x' }, 'x', false)).toMatchObject({
      ok: false, fault: { code: 'parameter_missing', message: "/responses: Missing required parameter: 'input'.", param: 'input' },
    });
  });

  test('items of one turn make one message, results of parallel calls too', () => {
    const { messages } = read({ input: [
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] },
      { role: 'user', content: 'go' },
      { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }, { type: 'summary_text', text: 'b' }], encrypted_content: 'E' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'ok' }] },
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'custom_tool_call', id: 'ctc_1', call_id: 'c2', name: 'exec', namespace: 'functions', input: 'text(1)' },
      { type: 'function_call_output', call_id: 'c1', output: 'one' },
      { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'two' }, { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] },
      { role: 'user', content: 'next' },
    ] });
    expect(messages.map(({ role, parts }) => [role, ...parts.map((part) => part.type)])).toEqual([
      ['developer', 'text'], ['user', 'text'], ['assistant', 'thinking', 'text', 'tool-call', 'tool-call'], ['user', 'tool-result', 'tool-result'], ['user', 'text'],
    ]);
    expect(messages[2]?.parts[0]).toEqual({ type: 'thinking', text: 'a\n\nb', itemId: 'rs_1', encrypted: 'E' });
    expect(messages[2]?.parts[3]).toMatchObject({ kind: 'custom', name: 'exec', namespace: 'functions', arguments: 'text(1)' });
    expect(messages[3]?.parts[1]).toMatchObject({ kind: 'custom', content: [{ type: 'text' }, { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AAAA' } }] });
  });

  test('tools among the items count as tools, namespaces stay with their tools', () => {
    const { tools, messages } = read({ input: [
      { type: 'additional_tools', role: 'developer', tools: [
        { type: 'namespace', name: 'functions', description: '', tools: [{ type: 'custom', name: 'exec', format: { type: 'grammar' } }, { type: 'function', name: 'wait', parameters: {} }] },
        { type: 'namespace', name: 'clock', tools: [{ type: 'function', name: 'sleep', parameters: {} }] },
      ] },
      { role: 'user', content: 'x' },
    ], tools: [{ type: 'web_search', external_web_access: true }] });
    expect(tools).toMatchObject([
      { kind: 'hosted' }, { kind: 'custom', name: 'exec', namespace: 'functions' }, { kind: 'function', name: 'wait', namespace: 'functions' },
      { kind: 'function', name: 'sleep', namespace: 'clock' },
    ]);
    expect(messages).toHaveLength(1);
  });

  test('what has no place is kept', () => {
    expect(read({ input: 'x', store: false, include: ['a'], previous_response_id: 'resp_1', client_metadata: {} }).extra)
      .toEqual({ store: false, include: ['a'], previous_response_id: 'resp_1', client_metadata: {} });
  });
});

describe('writing', () => {
  test('a plain request of another dialect has the recorded form', () => {
    expect(write({ ...plain, maxOutputTokens: 64 }).body).toEqual({
      model: 'gpt-4o-mini', input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
      include: ['reasoning.encrypted_content'], max_output_tokens: 64,
    });
  });

  test('its own request comes back', () => {
    const body: JsonObject = {
      input: [
        { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'rules' }] },
        { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'go' }, { type: 'input_image', image_url: 'https://x/y.png', detail: 'low' }] },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'a' }], encrypted_content: 'E' },
        { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
        { type: 'function_call_output', call_id: 'c1', output: 'one' },
        { type: 'web_search_call', id: 'ws_1', status: 'completed' },
      ],
      instructions: 'Be kind.', tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: true }, { type: 'custom', name: 'exec' }],
      tool_choice: { type: 'custom', name: 'exec' }, reasoning: { effort: 'low', context: 'all_turns' }, text: { format: { type: 'json_object' }, verbosity: 'low' },
      include: ['reasoning.encrypted_content'], store: false, stream: true, temperature: 1, max_output_tokens: 100, prompt_cache_key: 'k',
    };
    expect(write(read(body))).toEqual({ body: { ...body, model: 'gpt-4o-mini' }, dropped: [] });
  });

  test('opening system messages become instructions without the accounting line', () => {
    const { body } = write({ ...plain, messages: [
      { role: 'system', parts: [{ type: 'text', text: 'x-anthropic-billing-header: cc=1' }, { type: 'text', text: 'A' }, { type: 'text', text: 'B' }] },
      ...plain.messages, { role: 'system', parts: [{ type: 'text', text: 'late' }] },
    ] });
    expect(body['instructions']).toBe('A\nB');
    expect(body['input']).toMatchObject([{ role: 'user' }, { role: 'system' }]);
  });

  test('encrypted reasoning comes back from an Anthropic client, real signatures stay behind', () => {
    const { body, dropped } = write({ ...plain, messages: [{ role: 'assistant', parts: [
      { type: 'thinking', text: 'why', signature: 'litellm_encrypted_reasoning:E1' },
      { type: 'redacted-thinking', data: 'litellm_encrypted_reasoning:E2' },
      { type: 'thinking', text: 'other', signature: 'EqQB' },
      { type: 'tool-call', id: 'toolu_1', name: 'f', arguments: '', kind: 'function' },
    ] }] });
    expect(body['input']).toEqual([
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'why' }], encrypted_content: 'E1' },
      { type: 'reasoning', summary: [], encrypted_content: 'E2' },
      { type: 'function_call', call_id: 'toolu_1', name: 'f', arguments: '{}' },
    ]);
    expect(dropped).toEqual(['messages[0].thinking[2]']);
  });

  test('failed and rich tool results', () => {
    const { body } = write({ ...plain, messages: [{ role: 'user', parts: [
      { type: 'tool-result', callId: 'a', content: [{ type: 'text', text: 'no file' }], isError: true, kind: 'function' },
      { type: 'tool-result', callId: 'b', kind: 'function', content: [{ type: 'text', text: 'see' }, { type: 'image', source: { kind: 'base64', mediaType: 'image/png', data: 'AA' } }] },
      { type: 'text', text: 'and?' },
    ] }] });
    expect(body['input']).toEqual([
      { type: 'function_call_output', call_id: 'a', output: 'Error: no file' },
      { type: 'function_call_output', call_id: 'b', output: [{ type: 'input_text', text: 'see' }, { type: 'input_image', image_url: 'data:image/png;base64,AA' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'and?' }] },
    ]);
  });

  test('thinking becomes effort; strict is never left open', () => {
    const { body } = write({
      ...plain, reasoning: { budgetTokens: 2048 }, toolChoice: { kind: 'tool', name: 'f' }, parallelToolCalls: false,
      tools: [{ kind: 'function', name: 'f', parameters: {} }, { kind: 'hosted', dialect: 'anthropic-messages', value: { type: 'web_search_20250305', name: 'web_search' } }],
    });
    expect(body).toMatchObject({
      reasoning: { effort: 'medium', summary: 'auto' }, tool_choice: { type: 'function', name: 'f' }, parallel_tool_calls: false,
      tools: [{ type: 'function', name: 'f', strict: false }, { type: 'web_search_preview' }],
    });
  });

  test('what the dialect lacks is refused to OpenAI clients and dropped for others', () => {
    expect(writeRequest({ ...plain, dialect: 'openai-chat', seed: 1, n: 2 }, target)).toMatchObject({ ok: false, fault: { code: 'parameter_unsupported', param: 'seed' } });
    expect(write({ ...plain, stopSequences: ['x'], topK: 3 }).dropped).toEqual(['stop', 'top_k']);
  });
});
