// Reads a Responses request body.
import type { CanonicalRequest, Reasoning, ResponseFormat } from '../../canonical/request.ts';
import type { Result } from '../../canonical/fault.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, booleanAt, defined, numberAt, objectAt, restOf, stringAt } from '../../lib/json.ts';
import { readInput } from './read-input.ts';
import { readToolChoice, readTools } from './tools.ts';

const knownKeys: ReadonlySet<string> = new Set([
  'model', 'stream', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'max_output_tokens', 'temperature', 'top_p',
  'top_logprobs', 'reasoning', 'text', 'service_tier', 'user', 'prompt_cache_key',
]);

/** Reads a client's body; `previous_response_id` is resolved by the caller and only kept. */
export function readRequest(body: JsonObject, model: string, stream: boolean): Result<CanonicalRequest> {
  const { input } = body;
  if (input === undefined || input === null) {
    return fail(fault('parameter_missing', "/responses: Missing required parameter: 'input'.", { param: 'input' }));
  }
  if (typeof input !== 'string' && !Array.isArray(input)) {
    return fail(fault('parameter_invalid', "/responses: 'input' must be a string or an array of items.", { param: 'input' }));
  }
  const text = objectAt(body, 'text');
  const request = defined<CanonicalRequest>({
    dialect: 'openai-responses', model, stream, messages: [], tools: readTools(arrayAt(body, 'tools')),
    toolChoice: readToolChoice(body['tool_choice']),
    parallelToolCalls: booleanAt(body, 'parallel_tool_calls'),
    maxOutputTokens: numberAt(body, 'max_output_tokens'),
    temperature: numberAt(body, 'temperature'),
    topP: numberAt(body, 'top_p'),
    topLogprobs: numberAt(body, 'top_logprobs'),
    logprobs: arrayAt(body, 'include').includes('message.output_text.logprobs') ? true : undefined,
    reasoning: readReasoning(objectAt(body, 'reasoning')),
    responseFormat: readFormat(objectAt(text, 'format')),
    verbosity: stringAt(text, 'verbosity'),
    serviceTier: stringAt(body, 'service_tier'),
    user: stringAt(body, 'user'),
    promptCacheKey: stringAt(body, 'prompt_cache_key'),
    includeUsage: true,
    extra: restOf(body, knownKeys),
  });
  const instructions = stringAt(body, 'instructions');
  if (instructions) request.messages.push({ role: 'system', parts: [{ type: 'text', text: instructions }] });
  if (typeof input === 'string') request.messages.push({ role: 'user', parts: [{ type: 'text', text: input }] });
  else readInput(input, request);
  return ok(request);
}

function readReasoning(value: JsonObject | undefined): Reasoning | undefined {
  if (!value) return undefined;
  return defined<Reasoning>({
    effort: stringAt(value, 'effort'),
    summary: stringAt(value, 'summary') ?? stringAt(value, 'generate_summary'),
    source: { dialect: 'openai-responses', value },
  });
}

function readFormat(format: JsonObject | undefined): ResponseFormat | undefined {
  switch (stringAt(format, 'type')) {
    case 'text':
      return { kind: 'text' };
    case 'json_object':
      return { kind: 'json-object' };
    case 'json_schema':
      return defined<ResponseFormat>({
        kind: 'json-schema', name: stringAt(format, 'name') ?? 'response', schema: objectAt(format, 'schema') ?? {},
        strict: booleanAt(format, 'strict'), description: stringAt(format, 'description'),
      });
    default:
      return undefined;
  }
}
