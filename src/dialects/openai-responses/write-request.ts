// Writes a request body for a Responses provider.
import type { CanonicalRequest, ResponseFormat } from '../../canonical/request.ts';
import type { Result } from '../../canonical/fault.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { Target, WrittenRequest } from '../dialect.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, defined } from '../../lib/json.ts';
import { effortOf, fittingEffort } from '../../canonical/reasoning.ts';
import { Dropped } from '../dropped.ts';
import { dropUnsaid } from '../unsaid.ts';
import { lowerTools } from '../lower-tools.ts';
import { withinModel } from '../model-limits.ts';
import { writeInput } from './write-input.ts';
import { writeToolChoice, writeTools } from './tools.ts';

/** OpenAI refuses smaller limits; Claude Code probes with 1. */
const minOutputTokens = 16;
const maxUserCharacters = 64;
const encryptedReasoning = 'reasoning.encrypted_content';

// Parameters that the dialect does not have, by their names in Chat Completions.
const unsupported = [
  ['stopSequences', 'stop'], ['seed', 'seed'], ['presencePenalty', 'presence_penalty'], ['frequencyPenalty', 'frequency_penalty'],
  ['logitBias', 'logit_bias'], ['topK', 'top_k'],
] as const satisfies readonly (readonly [keyof CanonicalRequest, string])[];

// Members of Chat Completions bodies that mean the same here.
const sharedExtra: ReadonlySet<string> = new Set(['store', 'metadata', 'safety_identifier', 'prompt_cache_retention']);

/** Writes the body for a provider. */
export function writeRequest(source: CanonicalRequest, target: Target): Result<WrittenRequest> {
  const dropped = new Dropped();
  const refused = unsupported.filter(([key]) => source[key] !== undefined).map(([, name]) => name as string);
  if (source.n !== undefined && source.n > 1) refused.push('n');
  // Only Chat Completions clients expect a refusal; the other dialects' adapters always left these out.
  if (refused.length > 0 && !target.dropParams && source.dialect.startsWith('openai-')) {
    return fail(fault('parameter_unsupported', unsupportedText(refused, target.model), { param: refused[0] ?? null }));
  }
  for (const name of refused) dropped.add(name);
  dropUnsaid(source, 'openai-responses', dropped);
  dropUntaken(source, target, dropped);
  const within = withinModel(source, target, dropped);
  if (!within.ok) return within;
  const { request, disguises } = lowerTools(within.value, { native: true });
  const { instructions, input } = writeInput(request, dropped);
  const tools = writeTools(request.tools, request.dialect === 'openai-responses', dropped);
  const body = defined<JsonObject>({
    model: target.model, input, instructions,
    include: include(request),
    max_output_tokens: request.maxOutputTokens === undefined ? undefined : Math.max(request.maxOutputTokens, minOutputTokens),
    stream: request.stream ? true : undefined,
    tools: tools.length > 0 ? tools : undefined,
    tool_choice: writeToolChoice(request),
    parallel_tool_calls: request.parallelToolCalls,
    temperature: request.temperature,
    top_p: request.topP,
    top_logprobs: request.topLogprobs,
    reasoning: target.capabilities.reasoning === false ? undefined : reasoning(request, target),
    text: textSettings(request),
    service_tier: request.serviceTier,
    user: target.capabilities.endUser === false ? undefined : request.user?.slice(0, maxUserCharacters),
    prompt_cache_key: target.capabilities.promptCacheKey === false ? undefined : request.promptCacheKey?.slice(0, maxUserCharacters),
    ...extra(request, dropped),
  });
  return ok(disguises ? { body, dropped: dropped.list(), disguises } : { body, dropped: dropped.list() });
}

// What this provider does not take, although the dialect has it.
function dropUntaken(request: CanonicalRequest, { capabilities }: Target, dropped: Dropped): void {
  if (capabilities.endUser === false && request.user !== undefined) dropped.add('user');
  if (capabilities.promptCacheKey === false && request.promptCacheKey !== undefined && request.dialect.startsWith('openai-')) dropped.add('prompt_cache_key');
  if (capabilities.reasoning === false && effortOf(request.reasoning) !== undefined) dropped.add('reasoning_effort');
  if (request.toolChoice?.kind === 'opaque' && request.toolChoice.dialect !== 'openai-responses') dropped.add('tool_choice');
}

function unsupportedText(names: string[], model: string): string {
  return `${model} does not support parameters: [${names.map((name) => `'${name}'`).join(', ')}] on the Responses API. `
    + 'To drop these, set `litellm_settings: drop_params: true`, or `"drop_params": true` in the request.';
}

function include(request: CanonicalRequest): Json[] {
  const own = request.dialect === 'openai-responses' ? arrayAt(request.extra, 'include') : [];
  const values = new Set<Json>([...own, encryptedReasoning]);
  if (request.logprobs || request.topLogprobs !== undefined) values.add('message.output_text.logprobs');
  return [...values];
}

function reasoning(request: CanonicalRequest, { capabilities }: Target): JsonObject | undefined {
  const { source, summary, disabled } = request.reasoning ?? {};
  if (source?.dialect === 'openai-responses') return source.value;
  const asked = effortOf(request.reasoning);
  if (asked === undefined) return undefined;
  const effort = request.dialect.startsWith('openai-') ? asked : fittingEffort(asked, capabilities.efforts);
  // Clients that ask for thinking expect to see it; Chat Completions clients do not.
  const wanted = request.dialect.startsWith('openai-') || disabled ? undefined : 'auto';
  const known = summary === 'auto' || summary === 'concise' || summary === 'detailed' ? summary : undefined;
  return defined<JsonObject>({ effort, summary: effort === 'none' ? undefined : known ?? wanted });
}

function textSettings(request: CanonicalRequest): JsonObject | undefined {
  const { responseFormat, verbosity } = request;
  if (!responseFormat && verbosity === undefined) return undefined;
  return defined<JsonObject>({ format: responseFormat && writeFormat(responseFormat), verbosity });
}

/** `text.format` as the dialect writes it. */
export function writeFormat(format: ResponseFormat): JsonObject {
  switch (format.kind) {
    case 'text':
      return { type: 'text' };
    case 'json-object':
      return { type: 'json_object' };
    case 'json-schema':
      return defined<JsonObject>({
        type: 'json_schema', name: format.name, schema: format.schema, strict: format.strict, description: format.description,
      });
  }
}

function extra(request: CanonicalRequest, dropped: Dropped): JsonObject {
  const members: JsonObject = {};
  for (const [key, value] of Object.entries(request.extra)) {
    if (key === 'include' && request.dialect === 'openai-responses') continue;
    if (request.dialect === 'openai-responses' || (request.dialect === 'openai-chat' && sharedExtra.has(key))) members[key] = value;
    else dropped.add(key);
  }
  return members;
}
