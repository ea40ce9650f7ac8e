import { describe, expect, test } from 'bun:test';
import type { CanonicalRequest, Message } from '../../canonical/request.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Target } from '../dialect.ts';
import { operatorNote } from '../system-messages.ts';
import { readRequest, writeRequest } from './request.ts';

const target: Target = {
  model: 'gemini-3-pro', defaultMaxOutputTokens: 4096, dropParams: false, modifyParams: false,
  capabilities: {
    streamUsage: true, developerRole: true, jsonSchema: true, fileParts: true, cacheControl: false, reasoningField: null,
    thinkingSignatures: false, maxTokensField: 'max_tokens',
  },
};

function read(body: JsonObject): CanonicalRequest {
  const result = readRequest(body, 'm', true);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

function write(request: CanonicalRequest, model = target.model) {
  const result = writeRequest(request, { ...target, model });
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

const from = (messages: Message[]): CanonicalRequest => ({ dialect: 'openai-chat', model: 'm', stream: false, includeUsage: false, extra: {}, tools: [], messages });

describe('reading', () => {
  test('both spellings mean the same', () => {
    const camel = read({
      contents: [{ role: 'user', parts: [{ inlineData: { mimeType: 'image/png', data: 'AA' } }] }], systemInstruction: { parts: [{ text: 'S' }] },
      tools: [{ functionDeclarations: [{ name: 'f', parametersJsonSchema: { type: 'object' } }] }, { googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['f'] } },
      generationConfig: { maxOutputTokens: 5, topP: 0.5, thinkingConfig: { thinkingBudget: 100, includeThoughts: true }, responseMimeType: 'application/json' },
    });
    const snake = read({
      contents: [{ role: 'user', parts: [{ inline_data: { mime_type: 'image/png', data: 'AA' } }] }], system_instruction: { parts: [{ text: 'S' }] },
      tools: [{ function_declarations: [{ name: 'f', parameters_json_schema: { type: 'object' } }] }, { google_search: {} }],
      tool_config: { function_calling_config: { mode: 'ANY', allowed_function_names: ['f'] } },
      generation_config: { max_output_tokens: 5, top_p: 0.5, thinking_config: { thinking_budget: 100, include_thoughts: true }, response_mime_type: 'application/json' },
    });
    expect(snake).toEqual(camel);
    expect(camel).toMatchObject({
      maxOutputTokens: 5, topP: 0.5, reasoning: { budgetTokens: 100, summary: 'auto' }, responseFormat: { kind: 'json-object' }, toolChoice: { kind: 'tool', name: 'f' },
      tools: [{ kind: 'function', name: 'f', parameters: { type: 'object' } }, { kind: 'hosted', value: { googleSearch: {} } }],
    });
  });

  test('Google\'s schemas become JSON Schema', () => {
    const { tools } = read({ contents: [], tools: [{ functionDeclarations: [{ name: 'f', parameters: {
      type: 'OBJECT', propertyOrdering: ['type'], properties: { type: { type: 'STRING', nullable: true, enum: ['A'] }, list: { type: 'ARRAY', items: { type: 'INTEGER' }, minItems: '1' } },
    } }] }] });
    expect(tools[0]).toMatchObject({ parameters: {
      type: 'object', properties: { type: { type: ['string', 'null'], enum: ['A'] }, list: { type: 'array', items: { type: 'integer' }, minItems: 1 } },
    } });
  });

  test('calls and results without ids are paired, the same way every time', () => {
    const contents = [
      { role: 'user', parts: [{ text: 'go' }] },
      { role: 'model', parts: [
        { text: 'hm', thought: true }, { text: '...', thought: true, thoughtSignature: 'SIG0' },
        { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'SIG1' }, { functionCall: { name: 'f', args: { a: 2 } } },
      ] },
      { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'one' } } }, { functionResponse: { name: 'f', response: { error: 'bad' } } }] },
    ];
    const { messages } = read({ contents });
    expect(messages[1]?.parts).toMatchObject([
      { type: 'thinking', text: 'hm...', signature: 'SIG0' }, { id: 'call_0_f', arguments: '{"a":1}', signature: 'SIG1' }, { id: 'call_1_f' },
    ]);
    expect(messages[2]?.parts).toMatchObject([
      { callId: 'call_0_f', content: [{ text: 'one' }] }, { callId: 'call_1_f', content: [{ text: 'bad' }], isError: true },
    ]);
    expect(read({ contents }).messages).toEqual(messages);
  });

  test('the word for no signature is none', () => {
    const { messages } = read({ contents: [{ role: 'model', parts: [{ functionCall: { id: 'x', name: 'f', args: {} }, thoughtSignature: 'skip_thought_signature_validator' }] }] });
    expect(messages[0]?.parts[0]).toEqual({ type: 'tool-call', id: 'x', name: 'f', arguments: '{}', kind: 'function' });
  });

  test('contents are required', () => {
    expect(readRequest({}, 'm', false)).toMatchObject({ ok: false, fault: { code: 'parameter_missing', param: 'contents' } });
  });
});

const ask = (model: string, reasoning: NonNullable<CanonicalRequest['reasoning']>) =>
  (write({ ...from([]), reasoning }, model).body['generationConfig'] as JsonObject | undefined)?.['thinkingConfig'];

describe('writing', () => {
  test('its own request comes back', () => {
    const body: JsonObject = {
      contents: [
        { role: 'user', parts: [{ text: 'go' }, { inlineData: { mimeType: 'application/pdf', data: 'AA' } }] },
        { role: 'model', parts: [{ text: 'hm', thought: true, thoughtSignature: 'S0' }, { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: 'S1' }] },
        { role: 'user', parts: [{ functionResponse: { name: 'f', response: { output: 'one' } } }] },
        { role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: '1' } }, { text: 'done', thoughtSignature: 'S2' }] },
      ],
      systemInstruction: { parts: [{ text: 'S' }] },
      tools: [{ functionDeclarations: [{ name: 'f', description: 'd', parametersJsonSchema: { type: 'object' } }] }, { googleSearch: {} }],
      toolConfig: { functionCallingConfig: { mode: 'ANY' } },
      generationConfig: { temperature: 1, stopSequences: ['x'], thinkingConfig: { includeThoughts: true }, mediaResolution: 'LOW' },
      safetySettings: [{ category: 'X', threshold: 'Y' }], cachedContent: 'c/1',
    };
    expect(write(read(body))).toEqual({ body, dropped: [] });
  });

  test('turns of one role are merged, results come first, the first unsigned call gets the word', () => {
    const { body } = write(from([
      { role: 'developer', parts: [{ type: 'text', text: 'D' }] },
      { role: 'assistant', parts: [
        { type: 'tool-call', id: 'a', name: 'f', arguments: '{"x":1}', kind: 'function' }, { type: 'tool-call', id: 'b', name: 'g', arguments: 'not json', kind: 'function' },
      ] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'a', content: [{ type: 'text', text: '1' }], kind: 'function' }] },
      { role: 'user', parts: [{ type: 'tool-result', callId: 'b', content: [{ type: 'text', text: '2' }], isError: true, kind: 'function' }] },
      { role: 'system', parts: [{ type: 'text', text: 'mind this' }] },
    ]));
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 'D' }] },
      contents: [
        { role: 'user', parts: [{ text: ' ' }] },
        { role: 'model', parts: [
          { functionCall: { name: 'f', args: { x: 1 } }, thoughtSignature: 'skip_thought_signature_validator' }, { functionCall: { name: 'g', args: {} } },
        ] },
        { role: 'user', parts: [
          { functionResponse: { name: 'f', response: { output: '1' } } }, { functionResponse: { name: 'g', response: { error: '2' } } },
          { text: operatorNote }, { text: 'mind this' },
        ] },
      ],
    });
  });

  test('thinking by generation', () => {
    expect(ask('gemini-3-pro', { effort: 'medium' })).toEqual({ thinkingLevel: 'high', includeThoughts: true });
    expect(ask('gemini-3-flash', { disabled: true })).toEqual({ thinkingLevel: 'minimal' });
    expect(ask('gemini-2.5-flash', { effort: 'low' })).toEqual({ thinkingBudget: 1024, includeThoughts: true });
    expect(ask('gemini-2.5-flash', { budgetTokens: 31_999 })).toEqual({ thinkingBudget: 24_576, includeThoughts: true });
    expect(ask('gemini-2.5-pro', { budgetTokens: 31_999 })).toEqual({ thinkingBudget: 31_999, includeThoughts: true });
    expect(ask('gemini-2.5-flash-lite', { effort: 'minimal' })).toEqual({ thinkingBudget: 512, includeThoughts: true });
    expect(ask('gemini-2.5-flash-lite', { disabled: true })).toEqual({ thinkingBudget: 0 });
    expect(ask('gemini-2.5-pro', { disabled: true })).toEqual({ thinkingBudget: 128 });
    expect(ask('gemini-2.5-flash', { adaptive: true })).toEqual({ thinkingBudget: -1, includeThoughts: true });
    expect(ask('gemini-2.0-flash', { effort: 'high' })).toBeUndefined();
  });

  test('structured output and what Google lacks', () => {
    const { body, dropped } = write({ ...from([]), responseFormat: { kind: 'json-schema', name: 'r', schema: { type: 'object' } }, parallelToolCalls: false, user: 'u' });
    expect(body['generationConfig']).toEqual({ responseMimeType: 'application/json', responseJsonSchema: { type: 'object' } });
    expect(dropped).toEqual(['user', 'parallel_tool_calls']);
    expect(writeRequest({ ...from([]), logitBias: { '1': 1 } }, target)).toMatchObject({ ok: false, fault: { code: 'parameter_unsupported' } });
  });
});
