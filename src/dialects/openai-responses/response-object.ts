// The response object that stands in lifecycle events and is the whole of a plain answer.
import type { AnswerContext } from '../dialect.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { defined, isJsonObject, objectAt } from '../../lib/json.ts';
import { Dropped } from '../dropped.ts';
import { writeToolChoice, writeTools } from './tools.ts';
import { writeFormat } from './write-request.ts';

const unsaidOfFunction: JsonObject = { allowed_callers: null, defer_loading: null, description: null, output_schema: null, strict: null };

/** The settings of the request, which OpenAI repeats in every response object; null where the request did not say. */
export function responseSettings({ request }: AnswerContext): JsonObject {
  const { extra, reasoning } = request;
  const [first] = request.messages;
  const text = first?.role === 'system' && request.dialect === 'openai-responses' ? first.parts[0] : undefined;
  return {
    instructions: text?.type === 'text' ? text.text : null,
    max_output_tokens: request.maxOutputTokens ?? null,
    max_tool_calls: extra['max_tool_calls'] ?? null,
    metadata: objectAt(extra, 'metadata') ?? {},
    // LiteLLM says so of every answer that it translates.
    parallel_tool_calls: request.parallelToolCalls ?? false,
    previous_response_id: extra['previous_response_id'] ?? null,
    prompt_cache_key: request.promptCacheKey ?? null,
    reasoning: { effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    safety_identifier: extra['safety_identifier'] ?? null,
    service_tier: request.serviceTier ?? 'default',
    store: extra['store'] ?? true,
    temperature: request.temperature ?? 1,
    text: defined<JsonObject>({
      format: request.responseFormat ? writeFormat(request.responseFormat) : { type: 'text' }, verbosity: request.verbosity,
    }),
    tool_choice: writeToolChoice(request) ?? 'auto',
    tools: (writeTools(request.tools, request.dialect === 'openai-responses', new Dropped()) as Json[]).map(shownTool),
    top_logprobs: request.topLogprobs ?? 0,
    top_p: request.topP ?? 1,
    truncation: extra['truncation'] ?? 'disabled',
    user: request.user ?? null,
  };
}

// As OpenAI: every member of a function is shown, said or not, and what a tool's server is signed in to with is not repeated. The object is kept, and shown to whoever asks for it.
function shownTool(tool: Json): Json {
  if (isJsonObject(tool) && tool['type'] === 'function') return { ...unsaidOfFunction, ...tool };
  if (!isJsonObject(tool) || tool['type'] !== 'mcp') return tool;
  const { authorization: _secret, headers, ...shown } = tool;
  return isJsonObject(headers) ? { ...shown, headers: Object.fromEntries(Object.keys(headers).map((name) => [name, '<redacted>'])) } : shown;
}
