// A Chat Completions body becomes a canonical request. What has no canonical place stays in `extra`.
import { searchOptionsType } from '../web-search.ts';
import type { CanonicalRequest, Reasoning, ResponseFormat, Tool, ToolChoice } from '../../canonical/request.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { Result } from '../../canonical/fault.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { booleanAt, defined, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import { BodyCheck } from '../body-check.ts';
import { MessageReader } from './read-message.ts';

const readMembers = new Set([
  'model', 'messages', 'stream', 'tools', 'tool_choice', 'functions', 'function_call', 'parallel_tool_calls', 'max_tokens',
  'max_completion_tokens', 'temperature', 'top_p', 'top_k', 'stop', 'seed', 'n', 'presence_penalty', 'frequency_penalty', 'logit_bias',
  'logprobs', 'top_logprobs', 'reasoning_effort', 'reasoning', 'thinking', 'response_format', 'verbosity', 'service_tier', 'user',
  'prompt_cache_key', 'stream_options', 'web_search_options',
]);

/** Reads a body. Faults name the member's path; providers' own limits are not checked here. */
export function readRequest(body: JsonObject, model: string, stream: boolean): Result<CanonicalRequest> {
  const check = new BodyCheck();
  if (body['messages'] === undefined || body['messages'] === null) {
    return fail(fault('parameter_missing', "/chat/completions: Missing required parameter: 'messages'.", { param: 'messages' }));
  }
  const reader = new MessageReader(check);
  for (const [index, message] of (check.array(body, 'messages') ?? []).entries()) reader.read(message, `messages[${index}]`);
  const request = defined<CanonicalRequest>({
    dialect: 'openai-chat', model, stream, messages: reader.messages, tools: readTools(body, check), toolChoice: readToolChoice(body, check),
    parallelToolCalls: check.boolean(body, 'parallel_tool_calls'),
    maxOutputTokens: check.number(body, 'max_completion_tokens') ?? check.number(body, 'max_tokens'),
    temperature: check.number(body, 'temperature'), topP: check.number(body, 'top_p'), topK: check.number(body, 'top_k'),
    stopSequences: check.strings(body, 'stop'), seed: check.number(body, 'seed'), n: check.number(body, 'n'),
    presencePenalty: check.number(body, 'presence_penalty'), frequencyPenalty: check.number(body, 'frequency_penalty'),
    logitBias: check.object(body, 'logit_bias'), logprobs: check.boolean(body, 'logprobs'), topLogprobs: check.number(body, 'top_logprobs'),
    reasoning: readReasoning(body), responseFormat: readResponseFormat(body, check), verbosity: check.string(body, 'verbosity'),
    serviceTier: check.string(body, 'service_tier'), user: check.string(body, 'user'), promptCacheKey: check.string(body, 'prompt_cache_key'),
    includeUsage: objectAt(body, 'stream_options')?.['include_usage'] === true, extra: readExtra(body),
  });
  return check.fault ? fail(check.fault) : ok(request);
}

function readExtra(body: JsonObject): JsonObject {
  const extra: JsonObject = {};
  for (const key in body) {
    const value = body[key];
    if (!readMembers.has(key) && value !== undefined) extra[key] = value;
  }
  const { include_usage: _read, ...options } = objectAt(body, 'stream_options') ?? {};
  if (Object.keys(options).length > 0) extra['stream_options'] = options;
  return extra;
}

function readTools(body: JsonObject, check: BodyCheck): Tool[] {
  const tools: Tool[] = [];
  for (const [index, value] of (check.array(body, 'tools') ?? []).entries()) {
    if (isJsonObject(value)) tools.push(readTool(value));
    else check.invalid(`tools[${index}]`, 'an object');
  }
  for (const [index, value] of (check.array(body, 'functions') ?? []).entries()) {
    if (isJsonObject(value)) tools.push(readFunction(value, {}));
    else check.invalid(`functions[${index}]`, 'an object');
  }
  const search = check.object(body, 'web_search_options');
  if (search) tools.push({ kind: 'hosted', dialect: 'openai-chat', value: { ...search, type: searchOptionsType } });
  return tools;
}

// Some clients send the flat form of Responses or Anthropic's own tools; both are understood.
function readTool(value: JsonObject): Tool {
  const { type } = value;
  const inner = objectAt(value, 'function');
  if (inner) return readFunction(inner, value);
  const custom = objectAt(value, 'custom');
  if (type === 'custom' && custom) {
    return defined<Extract<Tool, { kind: 'custom' }>>({
      kind: 'custom', name: stringAt(custom, 'name') ?? '', description: stringAt(custom, 'description'), format: objectAt(custom, 'format'),
    });
  }
  const isFlat = typeof value['name'] === 'string' && (type === 'function' || isJsonObject(value['input_schema']));
  return isFlat ? readFunction(value, value) : { kind: 'hosted', dialect: 'openai-chat', value };
}

const functionMembers = new Set(['name', 'description', 'parameters', 'input_schema', 'strict', 'type', 'function', 'cache_control']);

function readFunction(inner: JsonObject, outer: JsonObject): Tool {
  const extra: JsonObject = {};
  for (const [key, value] of [...Object.entries(outer), ...Object.entries(inner)]) if (!functionMembers.has(key)) extra[key] = value;
  return defined<Extract<Tool, { kind: 'function' }>>({
    kind: 'function', name: stringAt(inner, 'name') ?? '', description: stringAt(inner, 'description'),
    parameters: objectAt(inner, 'parameters') ?? objectAt(inner, 'input_schema') ?? { type: 'object', properties: {} },
    strict: booleanAt(inner, 'strict'), cacheControl: objectAt(outer, 'cache_control') ?? objectAt(inner, 'cache_control'),
    namespace: undefined, extra: Object.keys(extra).length > 0 ? extra : undefined,
  });
}

const choiceWords = new Map<Json, ToolChoice>([
  ['auto', { kind: 'auto' }], ['none', { kind: 'none' }], ['required', { kind: 'required' }], ['any', { kind: 'required' }],
]);

function readToolChoice(body: JsonObject, check: BodyCheck): ToolChoice | undefined {
  const value = body['tool_choice'] ?? body['function_call'];
  if (value === undefined || value === null) return undefined;
  const known = choiceWords.get(isJsonObject(value) ? value['type'] ?? null : value);
  if (known) return known;
  if (!isJsonObject(value)) return check.invalid('tool_choice', "'auto', 'none', 'required' or an object");
  const name = stringAt(objectAt(value, 'function') ?? objectAt(value, 'custom') ?? value, 'name');
  return name === undefined ? { kind: 'opaque', dialect: 'openai-chat', value } : { kind: 'tool', name };
}

// `reasoning` is OpenRouter's object, `thinking` is Anthropic's, which LiteLLM takes here too.
function readReasoning(body: JsonObject): Reasoning | undefined {
  const source: JsonObject = {};
  for (const member of ['reasoning_effort', 'reasoning', 'thinking']) {
    const value = body[member];
    if (value !== undefined && value !== null) source[member] = value;
  }
  if (Object.keys(source).length === 0) return undefined;
  const effort = body['reasoning_effort'];
  const router = isJsonObject(effort) ? effort : objectAt(body, 'reasoning');
  const thinking = objectAt(body, 'thinking');
  const reasoning = defined<Reasoning>({
    effort: typeof effort === 'string' ? effort : stringAt(router, 'effort'),
    budgetTokens: numberAt(thinking, 'budget_tokens') ?? numberAt(router, 'max_tokens'),
    disabled: thinking?.['type'] === 'disabled' || router?.['enabled'] === false || effort === 'none' ? true : undefined,
    adaptive: thinking?.['type'] === 'adaptive' || (router?.['enabled'] === true && router['effort'] === undefined) ? true : undefined,
    summary: stringAt(router, 'summary'), source: { dialect: 'openai-chat', value: source },
  });
  return reasoning;
}

function readResponseFormat(body: JsonObject, check: BodyCheck): ResponseFormat | undefined {
  const format = check.object(body, 'response_format');
  switch (format?.['type']) {
    case undefined: return undefined;
    case 'text': return { kind: 'text' };
    case 'json_object': return { kind: 'json-object' };
    case 'json_schema': {
      const inner = objectAt(format, 'json_schema');
      if (!inner) return check.invalid('response_format.json_schema', 'an object');
      return defined<Extract<ResponseFormat, { kind: 'json-schema' }>>({
        kind: 'json-schema', name: stringAt(inner, 'name') ?? 'response', schema: objectAt(inner, 'schema') ?? {}, strict: booleanAt(inner, 'strict'),
        description: stringAt(inner, 'description'),
      });
    }
    default: return check.invalid('response_format.type', "'text', 'json_object' or 'json_schema'");
  }
}
