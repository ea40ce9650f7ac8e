// A Converse body becomes a canonical request. The model and whether it streams stand in the path.
import type { CanonicalRequest, Message, Reasoning, ResponseFormat, Tool, ToolChoice } from '../../canonical/request.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { arrayAt, defined, isJsonObject, numberAt, objectAt, parseJsonObject, restOf, stringAt, type JsonObject } from '../../lib/json.ts';
import { BodyCheck } from '../body-check.ts';
import { markOf, readBlocks } from './read-message.ts';

const readMembers = new Set(['messages', 'system', 'inferenceConfig', 'toolConfig', 'serviceTier', 'outputConfig', 'additionalModelRequestFields']);

/** Reads a body. Faults name the member's path; the service's own limits are not checked here. */
export function readRequest(body: JsonObject, model: string, stream: boolean): Result<CanonicalRequest> {
  const check = new BodyCheck();
  const fields = check.object(body, 'additionalModelRequestFields');
  const inference = check.object(body, 'inferenceConfig') ?? {};
  const path = (name: string): string => `inferenceConfig.${name}`;
  const toolConfig = check.object(body, 'toolConfig');
  const { thinking: _thinking, output_config: _output, reasoning_effort: _effort, reasoningConfig: _reasoning, top_k: _topK, ...restFields } = fields ?? {};
  const extra = restOf(body, readMembers);
  if (Object.keys(restFields).length > 0) extra['additionalModelRequestFields'] = restFields;
  const request = defined<CanonicalRequest>({
    dialect: 'bedrock-converse', model, stream, messages: readMessages(body, check), tools: readTools(toolConfig), toolChoice: readToolChoice(objectAt(toolConfig, 'toolChoice')),
    maxOutputTokens: check.number(inference, 'maxTokens', path('maxTokens')), temperature: check.number(inference, 'temperature', path('temperature')),
    topP: check.number(inference, 'topP', path('topP')), stopSequences: check.strings(inference, 'stopSequences', path('stopSequences')),
    topK: numberAt(fields, 'top_k'), reasoning: readReasoning(fields), responseFormat: readFormat(objectAt(body, 'outputConfig')),
    serviceTier: stringAt(objectAt(body, 'serviceTier'), 'type'), includeUsage: true, extra,
  });
  return check.fault ? fail(check.fault) : request.messages.length === 0 ? fail(fault('parameter_missing', "Missing required parameter: 'messages'.", { param: 'messages' })) : ok(request);
}

function readMessages(body: JsonObject, check: BodyCheck): Message[] {
  const messages: Message[] = [];
  const system = readBlocks(check.array(body, 'system') ?? []);
  if (system.length > 0) messages.push({ role: 'system', parts: system });
  for (const [index, message] of (check.array(body, 'messages') ?? []).entries()) {
    if (!isJsonObject(message)) check.invalid(`messages[${index}]`, 'an object');
    else messages.push({ role: message['role'] === 'assistant' ? 'assistant' : 'user', parts: readBlocks(check.array(message, 'content', `messages[${index}].content`) ?? []) });
  }
  return messages;
}

function readTools(toolConfig: JsonObject | undefined): Tool[] {
  const tools: Tool[] = [];
  for (const value of arrayAt(toolConfig, 'tools').filter(isJsonObject)) {
    const spec = objectAt(value, 'toolSpec');
    const point = objectAt(value, 'cachePoint');
    const last = tools.at(-1);
    if (spec) {
      tools.push(defined<Extract<Tool, { kind: 'function' }>>({
        kind: 'function', name: stringAt(spec, 'name') ?? '', description: stringAt(spec, 'description'), strict: spec['strict'] === true ? true : undefined,
        parameters: objectAt(objectAt(spec, 'inputSchema'), 'json') ?? { type: 'object', properties: {} },
      }));
    } else if (point) {
      if (last?.kind === 'function') last.cacheControl = markOf(point);
    } else tools.push({ kind: 'hosted', dialect: 'bedrock-converse', value });
  }
  return tools;
}

function readToolChoice(choice: JsonObject | undefined): ToolChoice | undefined {
  if (!choice) return undefined;
  if ('auto' in choice) return { kind: 'auto' };
  if ('any' in choice) return { kind: 'required' };
  const name = stringAt(objectAt(choice, 'tool'), 'name');
  return name === undefined ? { kind: 'opaque', dialect: 'bedrock-converse', value: choice } : { kind: 'tool', name };
}

// What Anthropic's, Nova's and OpenAI's models are told inside the model's fields.
function readReasoning(fields: JsonObject | undefined): Reasoning | undefined {
  const thinking = objectAt(fields, 'thinking');
  const nova = objectAt(fields, 'reasoningConfig');
  const effort = stringAt(objectAt(fields, 'output_config'), 'effort') ?? stringAt(fields, 'reasoning_effort') ?? stringAt(nova, 'maxReasoningEffort');
  if (!thinking && effort === undefined) return undefined;
  return defined<Reasoning>({
    effort, budgetTokens: numberAt(thinking, 'budget_tokens'), disabled: thinking?.['type'] === 'disabled' ? true : undefined,
    adaptive: thinking?.['type'] === 'adaptive' ? true : undefined,
  });
}

function readFormat(output: JsonObject | undefined): ResponseFormat | undefined {
  const inner = objectAt(objectAt(objectAt(output, 'textFormat'), 'structure'), 'jsonSchema');
  if (!inner) return undefined;
  return defined<Extract<ResponseFormat, { kind: 'json-schema' }>>({
    kind: 'json-schema', name: stringAt(inner, 'name') ?? 'response', description: stringAt(inner, 'description'), schema: parseJsonObject(stringAt(inner, 'schema') ?? '') ?? {},
  });
}
