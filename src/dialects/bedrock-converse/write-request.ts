// A canonical request becomes a Converse body. The model and whether it streams stand in the path.
import type { CanonicalRequest } from '../../canonical/request.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { defined, isJsonObject, objectAt, type JsonObject } from '../../lib/json.ts';
import type { Target, WrittenRequest } from '../dialect.ts';
import { Dropped } from '../dropped.ts';
import { jsonToolName, withJsonTool } from '../json-tool.ts';
import { dropCacheKey, dropUnsaid } from '../unsaid.ts';
import { lowerTools } from '../lower-tools.ts';
import { withinModel } from '../model-limits.ts';
import { repairToolPairs } from '../repair.ts';
import { leadingSystemCount, placeSystemMessages, withoutBillingHeader } from '../system-messages.ts';
import { ToolIds } from '../tool-ids.ts';
import { refusedParameters, unsupportedParameters } from '../unsupported-parameters.ts';
import { keepCachePoints } from './cache-points.ts';
import { familyOf } from './families.ts';
import { addTurn, DocumentNames, emptyText, writeParts, type MessageSetting, type Turn } from './write-message.ts';
import { writeReasoning } from './write-reasoning.ts';
import { writeTools } from './write-tools.ts';
import { converseMembers } from './wire.ts';

const maxIdCharacters = 64;

/** Writes a body. Fails only for parameters of OpenAI's dialects that Converse has no word for, unless `dropParams` is set. */
export function writeRequest(given: CanonicalRequest, target: Target): Result<WrittenRequest> {
  const dropped = new Dropped();
  const unsupported = unsupportedParameters(given);
  if (unsupported.length > 0 && given.dialect.startsWith('openai-c') && !target.dropParams) return fail(refusedParameters('bedrock', unsupported, target.model));
  for (const member of unsupported) dropped.add(member);
  dropUnsaid(given, 'bedrock-converse', dropped);
  const within = withinModel(given, target, dropped);
  if (!within.ok) return within;
  const family = familyOf(target.knownAs ?? target.model);
  const complete = target.capabilities.jsonSchema ? within.value : withJsonTool(within.value);
  const { request, disguises } = lowerTools(complete);
  const setting: MessageSetting = { family, cacheMarks: target.capabilities.cacheControl, ids: new ToolIds(maxIdCharacters), dropped, documentNames: new DocumentNames() };
  const body: JsonObject = {};
  writeConversation(request, target, body, setting);
  const messages = Array.isArray(body['messages']) ? body['messages'].filter(isJsonObject) : [];
  if (messages.length === 0) return fail(fault('parameter_invalid', 'messages: at least one message beside the system prompt is required', { param: 'messages' }));
  const inferenceConfig = writeInference(request);
  if (Object.keys(inferenceConfig).length > 0) body['inferenceConfig'] = inferenceConfig;
  const { toolConfig, fields } = writeTools(request, messages, setting);
  if (toolConfig) body['toolConfig'] = toolConfig;
  writeParameters(request, target, body, fields, setting);
  writeReasoning(request, target, family, body, fields, dropped);
  writeExtra(request, body, fields, dropped);
  if (Object.keys(fields).length > 0) body['additionalModelRequestFields'] = { ...fields, ...objectAt(body, 'additionalModelRequestFields') };
  keepCachePoints(body);
  const written: WrittenRequest = { body, dropped: dropped.list() };
  if (complete !== within.value) written.disguises = { tools: disguises?.tools ?? new Map(), jsonTool: jsonToolName };
  else if (disguises) written.disguises = disguises;
  return ok(written);
}

function writeConversation(request: CanonicalRequest, target: Target, body: JsonObject, setting: MessageSetting): void {
  const kept = withoutBillingHeader(request);
  const messages = target.modifyParams ? repairToolPairs(kept) : kept;
  const leading = leadingSystemCount(messages);
  const system: JsonObject[] = [];
  const turns: Turn[] = [];
  for (const [index, message] of placeSystemMessages(messages, false).entries()) {
    const path = `messages[${index}]`;
    if (index < leading) system.push(...writeParts(message.parts, path, setting));
    else addTurn(turns, message, path, setting);
  }
  if (system.length > 0) body['system'] = system;
  body['messages'] = finishTurns(turns, target.modifyParams);
}

function finishTurns(turns: Turn[], modifyParams: boolean): JsonObject[] {
  const last = turns.at(-1);
  const end = last?.role === 'assistant' ? last.content.at(-1) : undefined;
  // A prefill that ends in white space is refused.
  if (typeof end?.['text'] === 'string') end['text'] = end['text'].trimEnd();
  const written = turns.map(({ role, content }): JsonObject => ({ role, content: content.length > 0 ? content : [{ text: emptyText }] }));
  if (modifyParams && turns[0]?.role !== 'user') written.unshift({ role: 'user', content: [{ text: '.' }] });
  return written;
}

const writeInference = (request: CanonicalRequest): JsonObject => defined<JsonObject>({
  maxTokens: request.maxOutputTokens, temperature: temperatureOf(request), topP: request.topP,
  stopSequences: request.stopSequences?.filter((text) => text.trim() !== ''),
});

// OpenAI's scale ends at 2, Bedrock's at 1.
const temperatureOf = ({ temperature }: CanonicalRequest): number | undefined => (temperature === undefined ? undefined : Math.min(1, temperature));

const tiers = new Map([['priority', 'priority'], ['flex', 'flex'], ['default', 'default'], ['reserved', 'reserved'], ['standard_only', 'default']]);

function writeParameters(request: CanonicalRequest, target: Target, body: JsonObject, fields: JsonObject, { family, dropped }: MessageSetting): void {
  const { responseFormat, serviceTier, topK } = request;
  if (topK !== undefined && family.topK) Object.assign(fields, family.topK(topK));
  else if (topK !== undefined) dropped.add('top_k');
  const tier = serviceTier === undefined ? undefined : tiers.get(serviceTier);
  if (tier !== undefined) body['serviceTier'] = { type: tier };
  else if (serviceTier !== undefined && serviceTier !== 'auto') dropped.add('service_tier');
  if (responseFormat?.kind === 'json-schema' && target.capabilities.jsonSchema) {
    const { name, description, schema } = responseFormat;
    body['outputConfig'] = { textFormat: { type: 'json_schema', structure: { jsonSchema: defined<JsonObject>({ schema: JSON.stringify(schema), name, description }) } } };
  } else if (responseFormat?.kind === 'json-object') dropped.add('response_format');
  if (request.user !== undefined) dropped.add('user');
  dropCacheKey(request, dropped);
}

// Converse's own members may stand in a body of any dialect, as LiteLLM has it (`guardrailConfig`); Anthropic's betas are told in the model's fields.
function writeExtra(request: CanonicalRequest, body: JsonObject, fields: JsonObject, dropped: Dropped): void {
  for (const [member, value] of Object.entries(request.extra)) {
    // Gemini's `toolConfig` is another one.
    if (converseMembers.has(member) && request.dialect !== 'gemini' && body[member] === undefined) body[member] = value;
    else if (member === 'anthropic_beta' && Array.isArray(value)) fields[member] = value;
    else if (request.dialect === 'bedrock-converse') fields[member] = value;
    else dropped.add(member);
  }
}
