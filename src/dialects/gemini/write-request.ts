// Writes a generateContent request body for Google.
import type { CanonicalRequest } from '../../canonical/request.ts';
import type { Result } from '../../canonical/fault.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { Target, WrittenRequest } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined, objectAt } from '../../lib/json.ts';
import { Dropped } from '../dropped.ts';
import { dropCacheKey, dropUnsaid } from '../unsaid.ts';
import { lowerTools } from '../lower-tools.ts';
import { writeContents } from './write-contents.ts';
import { thinksWished, writeThinking } from './thinking.ts';
import { writeToolConfig, writeTools } from './tools.ts';

// Google has no counterpart for these, so they are only named as dropped.
const silentlyDropped = [
  ['user', 'user'], ['serviceTier', 'service_tier'],
] as const satisfies readonly (readonly [keyof CanonicalRequest, string])[];

/** Writes the body; the model and whether it streams stand in the path. */
export function writeRequest(source: CanonicalRequest, target: Target): Result<WrittenRequest> {
  const dropped = new Dropped();
  if (source.logitBias !== undefined) {
    if (!target.dropParams && source.dialect.startsWith('openai-')) {
      return fail(fault('parameter_unsupported', `${target.model} does not support parameters: ['logit_bias']. `
        + 'To drop these, set `litellm_settings: drop_params: true`, or `"drop_params": true` in the request.', { param: 'logit_bias' }));
    }
    dropped.add('logit_bias');
  }
  for (const [key, name] of silentlyDropped) if (source[key] !== undefined) dropped.add(name);
  dropUnsaid(source, 'gemini', dropped);
  dropCacheKey(source, dropped);
  if (source.parallelToolCalls === false) dropped.add('parallel_tool_calls');
  const { request, disguises } = lowerTools(source);
  const tools = writeTools(request.tools, dropped);
  const generationConfig = writeConfig(request, target);
  if (!generationConfig['thinkingConfig'] && thinksWished(request.reasoning)) dropped.add('reasoning_effort');
  const toolConfig = { ...writeToolConfig(request), ...ownExtra(request, 'toolConfig') };
  const body = defined<JsonObject>({
    ...writeContents(request, target.model, dropped),
    tools: tools.length > 0 ? tools : undefined,
    toolConfig: Object.keys(toolConfig).length > 0 ? toolConfig : undefined,
    generationConfig: Object.keys(generationConfig).length > 0 ? generationConfig : undefined,
    ...writeExtra(request, dropped),
  });
  return ok(disguises ? { body, dropped: dropped.list(), disguises } : { body, dropped: dropped.list() });
}

const ownExtra = (request: CanonicalRequest, key: string): JsonObject =>
  (request.dialect === 'gemini' ? objectAt(request.extra, key) : undefined) ?? {};

function writeExtra(request: CanonicalRequest, dropped: Dropped): JsonObject {
  const members: JsonObject = {};
  for (const [key, value] of Object.entries(request.extra)) {
    if (request.dialect !== 'gemini') dropped.add(key);
    else if (key !== 'generationConfig' && key !== 'toolConfig') members[key] = value;
  }
  return members;
}

function writeConfig(request: CanonicalRequest, target: Target): JsonObject {
  const { responseFormat } = request;
  const json = responseFormat !== undefined && responseFormat.kind !== 'text';
  return defined<JsonObject>({
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    maxOutputTokens: request.maxOutputTokens,
    stopSequences: request.stopSequences,
    seed: request.seed,
    candidateCount: request.n,
    presencePenalty: request.presencePenalty,
    frequencyPenalty: request.frequencyPenalty,
    responseLogprobs: request.logprobs,
    logprobs: request.topLogprobs,
    responseMimeType: json ? 'application/json' : undefined,
    responseJsonSchema: responseFormat?.kind === 'json-schema' ? responseFormat.schema : undefined,
    thinkingConfig: writeThinking(request.reasoning, target),
    ...ownExtra(request, 'generationConfig'),
  });
}
