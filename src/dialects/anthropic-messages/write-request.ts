// A canonical request becomes a Messages body.
import type { CanonicalRequest, Tool } from '../../canonical/request.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { Result } from '../../canonical/fault.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, objectAt, stringAt } from '../../lib/json.ts';
import type { Target, WrittenRequest } from '../dialect.ts';
import { Dropped } from '../dropped.ts';
import { ToolIds } from '../tool-ids.ts';
import { addTurn, emptyText, writeParts } from './write-message.ts';
import type { MessageSetting, Turn } from './write-message.ts';
import { leadingSystemCount, placeSystemMessages } from '../system-messages.ts';
import { jsonToolName, withJsonTool } from '../json-tool.ts';
import { dropCacheKey, dropUnsaid } from '../unsaid.ts';
import { lowerTools } from '../lower-tools.ts';
import { withinModel } from '../model-limits.ts';
import { anthropicSearch, readWebSearch, toolPath } from '../web-search.ts';
import { isAnonymousUser } from '../end-user.ts';
import { keepCacheMarks } from './cache-marks.ts';
import { repairToolPairs } from '../repair.ts';
import { refusedParameters, unsupportedParameters } from '../unsupported-parameters.ts';
import { writeReasoning } from './write-reasoning.ts';

const maxNameCharacters = 128;

/** Writes a body. Fails only for parameters of OpenAI's dialects that Anthropic has no word for, unless `dropParams` is set. */
export function writeRequest(given: CanonicalRequest, target: Target): Result<WrittenRequest> {
  const dropped = new Dropped();
  const unsupported = unsupportedParameters(given);
  const refused = given.dialect === 'openai-chat' || given.dialect === 'openai-completions';
  if (unsupported.length > 0 && refused && !target.dropParams) return fail(refusedParameters('anthropic', unsupported, target.model));
  for (const member of unsupported) dropped.add(member);
  dropUnsaid(given, 'anthropic-messages', dropped);
  const within = given.dialect === 'anthropic-messages' ? ok(given) : withinModel(given, target, dropped);
  if (!within.ok) return within;
  const complete = target.capabilities.jsonSchema ? within.value : withJsonTool(within.value);
  const { request, disguises } = lowerTools(complete, { maxNameCharacters, keepsBlocks: true });
  const sameDialect = request.dialect === 'anthropic-messages';
  const setting: MessageSetting = { target, dropped, ids: new ToolIds(), sameDialect };
  const body: JsonObject = sameDialect ? { ...request.extra } : {};
  if (!sameDialect) for (const member of Object.keys(request.extra)) dropped.add(member);
  body['model'] = target.model;
  writeConversation(request, body, setting);
  if (arrayAt(body, 'messages').length === 0) {
    return fail(fault('parameter_invalid', 'messages: at least one message beside the system prompt is required', { param: 'messages' }));
  }
  body['max_tokens'] = request.maxOutputTokens ?? target.defaultMaxOutputTokens;
  writeTools(request, body, setting);
  writeParameters(request, target, body, dropped);
  writeReasoning(request, target, body, dropped);
  keepCacheMarks(body);
  const written: WrittenRequest = { body, dropped: dropped.list() };
  if (complete !== within.value) written.disguises = { tools: disguises?.tools ?? new Map(), jsonTool: jsonToolName };
  else if (disguises) written.disguises = disguises;
  return ok(written);
}

function writeConversation(request: CanonicalRequest, body: JsonObject, setting: MessageSetting): void {
  const messages = setting.target.modifyParams ? repairToolPairs(request.messages) : request.messages;
  const leading = leadingSystemCount(messages);
  // Clients of this dialect know what their model takes, unless the price map knows better.
  const takesSystem = setting.target.capabilities.midConversationSystem ?? request.dialect === 'anthropic-messages';
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [index, message] of placeSystemMessages(messages, takesSystem).entries()) {
    const path = `messages[${index}]`;
    if (index < leading) system.push(...writeParts(message.parts, path, setting));
    else addTurn(turns, message, path, setting);
  }
  if (system.length > 0) body['system'] = system;
  body['messages'] = finishTurns(turns, setting.target.modifyParams);
}

function finishTurns(turns: Turn[], modifyParams: boolean): JsonObject[] {
  const last = turns.at(-1);
  const end = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  // Anthropic refuses a prefill that ends in white space.
  if (end?.['type'] === 'text' && typeof end['text'] === 'string') end['text'] = end['text'].trimEnd();
  if (last && end?.['text'] === '') last.content.pop();
  const written: JsonObject[] = [];
  for (const { role, content } of turns) written.push({ role, content: content.length > 0 ? content : [{ type: 'text', text: emptyText }] });
  if (modifyParams && turns[0]?.role !== 'user') written.unshift({ role: 'user', content: [{ type: 'text', text: '.' }] });
  return written;
}

function writeTools(request: CanonicalRequest, body: JsonObject, setting: MessageSetting): void {
  const tools = request.tools.flatMap((tool, index) => writeTool(tool, index, request, setting));
  if (tools.length === 0) return;
  body['tools'] = tools;
  const choice = writeToolChoice(request, setting);
  if (choice !== undefined) body['tool_choice'] = choice;
}

// The tools that Anthropic runs, by their dated types: LiteLLM's clients name them in chat bodies too.
const serverTool = /^(web_search|web_fetch|code_execution|computer|text_editor|bash|memory|advisor|tool_search_tool\w*)_\d{8}$/;

function writeTool(tool: Tool, index: number, request: CanonicalRequest, setting: MessageSetting): JsonObject[] {
  if (tool.kind === 'hosted') {
    if (tool.dialect === 'anthropic-messages' || serverTool.test(stringAt(tool.value, 'type') ?? '')) return [{ ...tool.value }];
    return writeSearch(tool, index, setting);
  }
  // Lowered to functions before.
  if (tool.kind === 'custom') return [];
  const value: JsonObject = { name: tool.name };
  if (tool.description !== undefined) value['description'] = tool.description;
  value['input_schema'] = tool.parameters['type'] === undefined ? { type: 'object', ...tool.parameters } : tool.parameters;
  if (tool.strict !== undefined && setting.target.capabilities.jsonSchema) value['strict'] = tool.strict;
  if (tool.cacheControl && setting.target.capabilities.cacheControl) value['cache_control'] = tool.cacheControl;
  if (request.dialect === 'anthropic-messages') Object.assign(value, tool.extra);
  else for (const member of Object.keys(tool.extra ?? {})) setting.dropped.add(`tools[${index}].${member}`);
  return [value];
}

function writeSearch(tool: Extract<Tool, { kind: 'hosted' }>, index: number, { dropped }: MessageSetting): JsonObject[] {
  const search = readWebSearch(tool);
  if (!search) {
    dropped.add(toolPath(tool, index));
    return [];
  }
  const { value, lost } = anthropicSearch(search);
  for (const member of lost) dropped.add(`tools[${index}].${member}`);
  return [value];
}

const choiceTypes = { auto: 'auto', none: 'none', required: 'any' } as const;

function writeToolChoice(request: CanonicalRequest, setting: MessageSetting): Json | undefined {
  const choice = request.toolChoice;
  const single: JsonObject = request.parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (!choice) return request.parallelToolCalls === false ? { type: 'auto', ...single } : undefined;
  switch (choice.kind) {
    case 'opaque':
      if (choice.dialect === 'anthropic-messages') return choice.value;
      setting.dropped.add('tool_choice');
      return undefined;
    case 'none': return { type: 'none' };
    case 'tool': case 'required':
      if (setting.target.capabilities.forcedToolChoice !== false) break;
      setting.dropped.add('tool_choice');
      return { type: 'auto', ...single };
    case 'auto':
  }
  return choice.kind === 'tool' ? { type: 'tool', name: choice.name, ...single } : { type: choiceTypes[choice.kind], ...single };
}

function writeParameters(request: CanonicalRequest, target: Target, body: JsonObject, dropped: Dropped): void {
  const { responseFormat, user } = request;
  const members: [string, Json | undefined][] = [
    // OpenAI's scale ends at 2, Anthropic's at 1.
    ['temperature', request.dialect === 'anthropic-messages' ? request.temperature : request.temperature && Math.min(1, request.temperature)],
    ['top_p', request.topP], ['top_k', request.topK],
    ['stop_sequences', stopSequences(request)], ['service_tier', writeServiceTier(request)], ['stream', request.stream ? true : undefined],
  ];
  for (const [member, value] of members) if (value !== undefined) body[member] = value;
  if (request.serviceTier !== undefined && body['service_tier'] === undefined) dropped.add('service_tier');
  dropCacheKey(request, dropped);
  if (user !== undefined && target.capabilities.endUser !== false && isAnonymousUser(user)) body['metadata'] = { ...objectAt(body, 'metadata'), user_id: user };
  else if (user !== undefined) dropped.add('user');
  if (responseFormat?.kind === 'json-schema') {
    body['output_config'] = { ...objectAt(body, 'output_config'), format: { type: 'json_schema', schema: closed(responseFormat.schema) } };
  } else if (responseFormat?.kind === 'json-object') dropped.add('response_format');
}

// Anthropic demands that objects of a schema are closed; OpenAI's clients say it only with `strict`.
function closed(schema: JsonObject): JsonObject {
  const result: JsonObject = { ...schema };
  for (const member of ['properties', '$defs', 'definitions']) {
    const inner = objectAt(schema, member);
    if (inner) result[member] = Object.fromEntries(Object.entries(inner).map(([name, value]) => [name, isJsonObject(value) ? closed(value) : value]));
  }
  const items = objectAt(schema, 'items');
  if (items) result['items'] = closed(items);
  for (const member of ['anyOf', 'allOf', 'oneOf']) {
    const list = arrayAt(schema, member);
    if (list.length > 0) result[member] = list.map((value) => (isJsonObject(value) ? closed(value) : value));
  }
  if (schema['type'] === 'object' && schema['additionalProperties'] === undefined) result['additionalProperties'] = false;
  return result;
}

// White space alone is refused by Anthropic.
function stopSequences(request: CanonicalRequest): string[] | undefined {
  const kept = request.stopSequences?.filter((text) => request.dialect === 'anthropic-messages' || text.trim() !== '');
  return kept && kept.length > 0 ? kept : undefined;
}

const tiers = new Map([['priority', 'auto'], ['auto', 'auto'], ['default', 'standard_only'], ['standard_only', 'standard_only']]);

function writeServiceTier(request: CanonicalRequest): string | undefined {
  if (request.dialect === 'anthropic-messages') return request.serviceTier;
  return request.serviceTier === undefined ? undefined : tiers.get(request.serviceTier);
}
