// Reads a generateContent request body.
import type { CanonicalRequest, Part, Reasoning, ResponseFormat } from '../../canonical/request.ts';
import type { Result } from '../../canonical/fault.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, booleanAt, defined, isJsonObject, numberAt, objectAt, restOf, stringAt } from '../../lib/json.ts';
import { ContentReader } from './read-contents.ts';
import { toJsonSchema } from './schema.ts';
import { readToolChoice, readTools } from './tools.ts';
import { camelCased } from './wire.ts';

const bodyKeys: ReadonlySet<string> = new Set(['model', 'contents', 'systemInstruction', 'tools', 'toolConfig', 'generationConfig']);
const configKeys: ReadonlySet<string> = new Set([
  'temperature', 'topP', 'topK', 'maxOutputTokens', 'stopSequences', 'seed', 'candidateCount', 'presencePenalty', 'frequencyPenalty',
  'responseMimeType', 'responseSchema', 'responseJsonSchema', '_responseJsonSchema', 'responseLogprobs', 'logprobs', 'thinkingConfig',
]);

/** Reads a client's body; model and stream come from the path. */
export function readRequest(raw: JsonObject, model: string, stream: boolean): Result<CanonicalRequest> {
  const body = camelCased(raw);
  const { contents } = body;
  if (contents === undefined || contents === null) {
    return fail(fault('parameter_missing', "Missing required parameter: 'contents'.", { param: 'contents' }));
  }
  const turns = asContents(contents);
  if (!turns) return fail(fault('parameter_invalid', "'contents' must be a list of contents.", { param: 'contents' }));
  const config = camelCased(objectAt(body, 'generationConfig') ?? {});
  const reader = new ContentReader();
  for (const turn of turns) reader.add(turn);
  const system = readSystem(body['systemInstruction']);
  const stops = arrayAt(config, 'stopSequences').filter((stop) => typeof stop === 'string');
  return ok(defined<CanonicalRequest>({
    dialect: 'gemini', model, stream,
    messages: system.length > 0 ? [{ role: 'system', parts: system }, ...reader.messages] : reader.messages,
    tools: readTools(arrayAt(body, 'tools')),
    toolChoice: readToolChoice(objectAt(body, 'toolConfig')),
    maxOutputTokens: numberAt(config, 'maxOutputTokens'),
    temperature: numberAt(config, 'temperature'),
    topP: numberAt(config, 'topP'),
    topK: numberAt(config, 'topK'),
    stopSequences: stops.length > 0 ? stops : undefined,
    seed: numberAt(config, 'seed'),
    n: numberAt(config, 'candidateCount'),
    presencePenalty: numberAt(config, 'presencePenalty'),
    frequencyPenalty: numberAt(config, 'frequencyPenalty'),
    logprobs: booleanAt(config, 'responseLogprobs'),
    topLogprobs: numberAt(config, 'logprobs'),
    reasoning: readReasoning(objectAt(config, 'thinkingConfig')),
    responseFormat: readFormat(config),
    includeUsage: true,
    extra: readExtra(body, config),
  }));
}

function asContents(value: Json): JsonObject[] | undefined {
  if (typeof value === 'string') return [{ role: 'user', parts: [{ text: value }] }];
  if (isJsonObject(value)) return [value];
  if (!Array.isArray(value)) return undefined;
  return value.every(isJsonObject) ? value : undefined;
}

function readSystem(value: Json | undefined): Part[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  const parts: Part[] = [];
  for (const part of isJsonObject(value) ? arrayAt(value, 'parts') : []) {
    const text = isJsonObject(part) ? stringAt(part, 'text') : undefined;
    if (text) parts.push({ type: 'text', text });
  }
  return parts;
}

function readReasoning(raw: JsonObject | undefined): Reasoning | undefined {
  if (!raw) return undefined;
  const value = camelCased(raw);
  const budget = numberAt(value, 'thinkingBudget');
  const level = stringAt(value, 'thinkingLevel')?.toLowerCase();
  return defined<Reasoning>({
    effort: level === 'thinking_level_unspecified' ? undefined : level,
    budgetTokens: budget !== undefined && budget > 0 ? budget : undefined,
    disabled: budget === 0 ? true : undefined,
    // -1 leaves the amount to the model.
    adaptive: budget === -1 ? true : undefined,
    summary: value['includeThoughts'] === true ? 'auto' : undefined,
    source: { dialect: 'gemini', value },
  });
}

function readFormat(config: JsonObject): ResponseFormat | undefined {
  const schema = objectAt(config, 'responseJsonSchema') ?? objectAt(config, '_responseJsonSchema') ?? toJsonSchema(objectAt(config, 'responseSchema') ?? null);
  if (isJsonObject(schema)) return { kind: 'json-schema', name: 'response', schema };
  return stringAt(config, 'responseMimeType') === 'application/json' ? { kind: 'json-object' } : undefined;
}

function readExtra(body: JsonObject, config: JsonObject): JsonObject {
  const extra = restOf(body, bodyKeys);
  const rest = restOf(config, configKeys);
  if (Object.keys(rest).length > 0) extra['generationConfig'] = rest;
  const toolConfig = objectAt(body, 'toolConfig');
  const otherConfig = toolConfig && restOf(camelCased(toolConfig), new Set(['functionCallingConfig']));
  if (otherConfig && Object.keys(otherConfig).length > 0) extra['toolConfig'] = otherConfig;
  return extra;
}
