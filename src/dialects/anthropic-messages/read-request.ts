// A Messages body becomes a canonical request. What has no canonical place stays in `extra`.
import type { CanonicalRequest, Message, Reasoning, ResponseFormat, Tool, ToolChoice } from '../../canonical/request.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { Result } from '../../canonical/fault.ts';
import type { JsonObject } from '../../lib/json.ts';
import { booleanAt, defined, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import { BodyCheck } from '../body-check.ts';
import { readContent, readMessage } from './read-message.ts';
import { sessionOfUserId } from '../end-user.ts';

const readMembers = new Set([
  'model', 'messages', 'system', 'stream', 'tools', 'tool_choice', 'max_tokens', 'temperature', 'top_p', 'top_k', 'stop_sequences', 'thinking',
  'output_config', 'output_format', 'metadata', 'service_tier',
]);

/** Reads a body. Faults name the member's path; providers' own limits are not checked here. */
export function readRequest(body: JsonObject, model: string, stream: boolean): Result<CanonicalRequest> {
  for (const member of ['max_tokens', 'messages']) {
    if (body[member] !== undefined && body[member] !== null) continue;
    return fail(fault('parameter_missing', `anthropic_messages: Missing required parameter: '${member}'.`, { param: member }));
  }
  const check = new BodyCheck();
  const userId = stringAt(objectAt(body, 'metadata'), 'user_id');
  const request = defined<CanonicalRequest>({
    dialect: 'anthropic-messages', model, stream, messages: readMessages(body, check), tools: readTools(body, check),
    toolChoice: readToolChoice(body, check),
    parallelToolCalls: booleanAt(objectAt(body, 'tool_choice'), 'disable_parallel_tool_use') === true ? false : undefined,
    maxOutputTokens: check.number(body, 'max_tokens'), temperature: check.number(body, 'temperature'), topP: check.number(body, 'top_p'),
    topK: check.number(body, 'top_k'), stopSequences: check.strings(body, 'stop_sequences'), reasoning: readReasoning(body),
    responseFormat: readResponseFormat(body), serviceTier: check.string(body, 'service_tier'), user: userId,
    promptCacheKey: userId === undefined ? undefined : sessionOfUserId(userId), includeUsage: true, extra: readExtra(body),
    seed: undefined, n: undefined, presencePenalty: undefined, frequencyPenalty: undefined, logitBias: undefined, logprobs: undefined,
    topLogprobs: undefined, verbosity: undefined,
  });
  return check.fault ? fail(check.fault) : ok(request);
}

function readMessages(body: JsonObject, check: BodyCheck): Message[] {
  const messages: Message[] = [];
  const { system } = body;
  if (system !== undefined && system !== null) {
    const parts = readContent(system, 'system', check);
    if (parts.length > 0) messages.push({ role: 'system', parts });
  }
  for (const [index, value] of (check.array(body, 'messages') ?? []).entries()) {
    const message = readMessage(value, `messages[${index}]`, check);
    if (message) messages.push(message);
  }
  return messages;
}

// Members beside the canonical ones: of the body, and of the objects that were read in part.
function readExtra(body: JsonObject): JsonObject {
  const extra: JsonObject = {};
  for (const key in body) {
    const value = body[key];
    if (!readMembers.has(key) && value !== undefined) extra[key] = value;
  }
  const { user_id: _user, ...metadata } = objectAt(body, 'metadata') ?? {};
  if (Object.keys(metadata).length > 0) extra['metadata'] = metadata;
  const { effort: _effort, format: _format, ...config } = objectAt(body, 'output_config') ?? {};
  if (Object.keys(config).length > 0) extra['output_config'] = config;
  return extra;
}

const toolMembers = new Set(['name', 'description', 'input_schema', 'cache_control', 'strict', 'type']);

function readTools(body: JsonObject, check: BodyCheck): Tool[] {
  const tools: Tool[] = [];
  for (const [index, value] of (check.array(body, 'tools') ?? []).entries()) {
    if (!isJsonObject(value)) check.invalid(`tools[${index}]`, 'an object');
    else if (isClientTool(value)) tools.push(readTool(value));
    else tools.push({ kind: 'hosted', dialect: 'anthropic-messages', value });
  }
  return tools;
}

// `custom` is the word for tools that the client runs; every other type is Anthropic's own.
const isClientTool = (value: JsonObject): boolean => value['type'] === undefined || value['type'] === null || value['type'] === 'custom';

function readTool(value: JsonObject): Tool {
  const extra: JsonObject = {};
  for (const [key, member] of Object.entries(value)) if (!toolMembers.has(key)) extra[key] = member;
  return defined<Extract<Tool, { kind: 'function' }>>({
    kind: 'function', name: stringAt(value, 'name') ?? '', description: stringAt(value, 'description'),
    parameters: objectAt(value, 'input_schema') ?? { type: 'object', properties: {} }, strict: booleanAt(value, 'strict'),
    cacheControl: objectAt(value, 'cache_control'), namespace: undefined, extra: Object.keys(extra).length > 0 ? extra : undefined,
  });
}

function readToolChoice(body: JsonObject, check: BodyCheck): ToolChoice | undefined {
  const value = check.object(body, 'tool_choice');
  switch (value?.['type']) {
    case undefined: return undefined;
    case 'auto': return { kind: 'auto' };
    case 'any': return { kind: 'required' };
    case 'none': return { kind: 'none' };
    case 'tool': return { kind: 'tool', name: stringAt(value, 'name') ?? '' };
    default: return { kind: 'opaque', dialect: 'anthropic-messages', value: value ?? null };
  }
}

function readReasoning(body: JsonObject): Reasoning | undefined {
  const thinking = objectAt(body, 'thinking');
  const effort = stringAt(objectAt(body, 'output_config'), 'effort');
  if (!thinking && effort === undefined) return undefined;
  return defined<Reasoning>({
    effort, budgetTokens: thinking?.['type'] === 'enabled' ? numberAt(thinking, 'budget_tokens') : undefined,
    disabled: thinking?.['type'] === 'disabled' ? true : undefined, adaptive: thinking?.['type'] === 'adaptive' ? true : undefined,
    summary: undefined, source: thinking && { dialect: 'anthropic-messages', value: thinking },
  });
}

// `output_format` is the beta's name for `output_config.format`.
function readResponseFormat(body: JsonObject): ResponseFormat | undefined {
  const format = objectAt(objectAt(body, 'output_config'), 'format') ?? objectAt(body, 'output_format');
  const schema = objectAt(format, 'schema');
  return format?.['type'] === 'json_schema' && schema ? { kind: 'json-schema', name: 'response', schema, strict: true } : undefined;
}
