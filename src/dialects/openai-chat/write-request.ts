// A canonical request becomes a Chat Completions body.
import type { CanonicalRequest, ResponseFormat, Tool, ToolChoice } from '../../canonical/request.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Result } from '../../canonical/fault.ts';
import type { Capabilities, Target, WrittenRequest } from '../dialect.ts';
import { Dropped } from '../dropped.ts';
import { asOperatorNote, leadingSystemCount, withoutBillingHeader } from '../system-messages.ts';
import { effortOf, fittingEffort } from '../../canonical/reasoning.ts';
import { jsonToolName, withJsonTool } from '../json-tool.ts';
import { dropCacheKey, dropUnsaid } from '../unsaid.ts';
import { lowerTools } from '../lower-tools.ts';
import { withinModel } from '../model-limits.ts';
import { ok } from '../../canonical/fault.ts';
import { readWebSearch, searchOptions, searchOptionsType, toolPath } from '../web-search.ts';
import { repairToolPairs } from '../repair.ts';
import { writeMessage } from './write-message.ts';
import type { MessageSetting } from './write-message.ts';

/** Writes a body. What the dialect cannot say is named in `dropped`; only what the model is known not to take may be refused. */
export function writeRequest(given: CanonicalRequest, target: Target): Result<WrittenRequest> {
  const { capabilities } = target;
  const dropped = new Dropped();
  const sameDialect = given.dialect === 'openai-chat';
  const within = withinModel(given, target, dropped);
  if (!within.ok) return within;
  const complete = capabilities.jsonSchema ? within.value : withJsonTool(within.value);
  const { request, disguises } = lowerTools(complete, { keepsFreeform: sameDialect || capabilities.customTools === true });
  const setting: MessageSetting = { target, dropped, sameDialect };
  const body: JsonObject = sameDialect ? { ...request.extra } : {};
  if (!sameDialect) writeOwnMembers(request, target, body, dropped);
  body['model'] = target.model;
  body['messages'] = writeMessages(request, setting);
  writeTools(request, body, setting);
  writeParameters(request, target, body, dropped);
  writeReasoning(request, target, body, dropped);
  const written: WrittenRequest = { body, dropped: dropped.list() };
  if (complete !== within.value) written.disguises = { tools: disguises?.tools ?? new Map(), jsonTool: jsonToolName };
  else if (disguises) written.disguises = disguises;
  return ok(written);
}

// Members that only this provider knows mean the same in a body of any dialect (OpenRouter's `provider`, `models` …).
function writeOwnMembers(request: CanonicalRequest, { capabilities }: Target, body: JsonObject, dropped: Dropped): void {
  dropUnsaid(request, 'openai-chat', dropped);
  for (const [member, value] of Object.entries(request.extra)) {
    if (capabilities.ownMembers?.includes(member)) body[member] = value;
    else dropped.add(member);
  }
}

function writeMessages(request: CanonicalRequest, setting: MessageSetting): JsonObject[] {
  const given = withoutBillingHeader(request);
  const messages = setting.target.modifyParams ? repairToolPairs(given) : given;
  const leading = leadingSystemCount(messages);
  return messages.flatMap((message, index) => {
    // Many servers' templates take system messages only in front.
    const moved = message.role === 'system' && index >= leading && request.dialect === 'anthropic-messages';
    return writeMessage(moved ? asOperatorNote(message) : message, `messages[${index}]`, setting);
  });
}

function writeTools(request: CanonicalRequest, body: JsonObject, setting: MessageSetting): void {
  const tools = request.tools.flatMap((tool, index) => writeTool(tool, index, body, setting));
  if (tools.length === 0) return;
  body['tools'] = tools;
  const choice = request.toolChoice && writeToolChoice(request.toolChoice, request, setting);
  if (choice !== undefined) body['tool_choice'] = choice;
  if (request.parallelToolCalls !== undefined) body['parallel_tool_calls'] = request.parallelToolCalls;
}

function writeTool(tool: Tool, index: number, body: JsonObject, setting: MessageSetting): JsonObject[] {
  if (tool.kind === 'hosted') return writeHosted(tool, index, body, setting);
  const value: JsonObject = { name: tool.name };
  if (tool.description !== undefined) value['description'] = tool.description;
  if (tool.kind === 'custom') return [{ type: 'custom', custom: tool.format ? { ...value, format: tool.format } : value }];
  value['parameters'] = tool.parameters;
  if (tool.strict !== undefined) value['strict'] = tool.strict;
  const written: JsonObject = { type: 'function', function: value };
  if (tool.cacheControl && setting.target.capabilities.cacheControl) written['cache_control'] = tool.cacheControl;
  if (setting.sameDialect) Object.assign(written, tool.extra);
  else for (const member of Object.keys(tool.extra ?? {})) setting.dropped.add(`tools[${index}].${member}`);
  return [written];
}

function writeHosted(tool: Extract<Tool, { kind: 'hosted' }>, index: number, body: JsonObject, { sameDialect, target, dropped }: MessageSetting): JsonObject[] {
  const { type, ...options } = tool.value;
  if (sameDialect && type !== searchOptionsType) return [tool.value];
  const { webSearch } = target.capabilities;
  const search = sameDialect || !webSearch ? undefined : readWebSearch(tool);
  if (sameDialect) body[searchOptionsType] = options;
  else if (search) {
    const { value, lost } = searchOptions(search);
    body[searchOptionsType] = value;
    if (webSearch === 'plugin' && !body['plugins']) body['plugins'] = [{ id: 'web' }];
    for (const member of lost) dropped.add(`tools[${index}].${member}`);
  } else dropped.add(toolPath(tool, index));
  return [];
}

function writeToolChoice(choice: ToolChoice, request: CanonicalRequest, setting: MessageSetting): Json | undefined {
  if (choice.kind === 'opaque') {
    if (choice.dialect === 'openai-chat') return choice.value;
    setting.dropped.add('tool_choice');
    return undefined;
  }
  if (choice.kind !== 'tool') return choice.kind;
  const { name } = choice;
  const isCustom = request.tools.some((tool) => tool.kind === 'custom' && tool.name === name);
  return isCustom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}

function writeParameters(request: CanonicalRequest, target: Target, body: JsonObject, dropped: Dropped): void {
  const { capabilities } = target;
  const isChat = request.dialect === 'openai-chat' || request.dialect === 'openai-completions';
  const members: [string, Json | undefined][] = [
    [capabilities.maxTokensField, request.maxOutputTokens], ['temperature', request.temperature], ['top_p', request.topP],
    ['stop', request.stopSequences], ['seed', request.seed], ['n', request.n], ['presence_penalty', request.presencePenalty],
    ['frequency_penalty', request.frequencyPenalty], ['logit_bias', request.logitBias], ['logprobs', request.logprobs],
    ['top_logprobs', request.topLogprobs], ['response_format', request.responseFormat && writeResponseFormat(request.responseFormat)],
    ['verbosity', request.verbosity], ['service_tier', writeServiceTier(request)],
    ['top_k', isChat ? request.topK : undefined],
    ['user', writeUser(request, capabilities)],
    ['prompt_cache_key', capabilities.promptCacheKey || request.dialect === 'openai-chat' ? request.promptCacheKey : undefined],
  ];
  for (const [member, value] of members) if (value !== undefined) body[member] = value;
  if (!isChat && request.topK !== undefined) dropped.add('top_k');
  if (request.user !== undefined && body['user'] === undefined) dropped.add('user');
  if (body['prompt_cache_key'] === undefined) dropCacheKey(request, dropped);
  if (!request.stream) return;
  body['stream'] = true;
  const options = typeof body['stream_options'] === 'object' ? body['stream_options'] : {};
  if (capabilities.streamUsage) body['stream_options'] = { ...options, include_usage: true };
}

// Claude Code's name for its user is a JSON object that is longer than OpenAI takes; its session becomes the cache key.
const maxUserCharacters = 64;

function writeUser({ user, dialect }: CanonicalRequest, capabilities: Capabilities): string | undefined {
  if (user === undefined || dialect === 'openai-chat') return user;
  return capabilities.endUser === false || user.length > maxUserCharacters ? undefined : user;
}

function writeResponseFormat(format: ResponseFormat): JsonObject {
  switch (format.kind) {
    case 'text': return { type: 'text' };
    case 'json-object': return { type: 'json_object' };
    case 'json-schema': {
      const inner: JsonObject = { name: format.name, schema: format.schema };
      if (format.strict !== undefined) inner['strict'] = format.strict;
      if (format.description !== undefined) inner['description'] = format.description;
      return { type: 'json_schema', json_schema: inner };
    }
  }
}

// Anthropic's words are not OpenAI's; `auto` means the same.
function writeServiceTier(request: CanonicalRequest): string | undefined {
  return request.dialect === 'anthropic-messages' && request.serviceTier === 'standard_only' ? 'default' : request.serviceTier;
}

// `max` is no word of most servers.
const usualEfforts: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);

function writeReasoning(request: CanonicalRequest, target: Target, body: JsonObject, dropped: Dropped): void {
  const { reasoning } = request;
  if (!reasoning) return;
  if (reasoning.source?.dialect === 'openai-chat') {
    Object.assign(body, reasoning.source.value);
    return;
  }
  const effort = effortOf(reasoning);
  if (effort === undefined) return;
  if (target.capabilities.reasoning === false) dropped.add('reasoning_effort');
  else body['reasoning_effort'] = fittingEffort(effort, target.capabilities.efforts ?? usualEfforts);
}
