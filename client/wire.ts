// Reads OpenAI chat completions as they come over the wire: whole answers, streamed chunks, lists of models.
import type { ChatAnswer, Delta, Model, ToolCall, Usage } from './answer.ts';
import { asArray, asNumber, asObject, asString, type JsonObject } from './json.ts';

/** A whole answer from its body and headers. */
export function readAnswer(body: JsonObject, requestId: string | null, headers: Headers): ChatAnswer {
  const choice = asObject(asArray(body.choices)[0]) ?? {};
  const message = asObject(choice.message) ?? {};
  const usage = asObject(body.usage);
  return {
    id: asString(body.id) ?? '',
    model: asString(body.model) ?? '',
    text: textOf(message.content),
    reasoning: reasoningOf(message) ?? '',
    toolCalls: asArray(message.tool_calls).map(readToolCall),
    finishReason: asString(choice.finish_reason),
    usage: usage && readUsage(usage),
    costUsd: asNumber(usage?.cost) ?? costOfHeaders(headers),
    requestId,
  };
}

/** The deltas in one chunk of a stream (none, for a chunk that only keeps the connection alive). */
export function readChunk(chunk: JsonObject): Delta[] {
  const deltas = asArray(chunk.choices).flatMap((choice) => readChoice(asObject(choice) ?? {}));
  const usage = asObject(chunk.usage);
  if (usage) {
    deltas.push({ type: 'usage', usage: readUsage(usage) });
    const costUsd = asNumber(usage.cost);
    if (costUsd !== null) deltas.push({ type: 'cost', costUsd });
  }
  return deltas;
}

/** The price in `x-litellm-response-cost`, or null. */
export function costOfHeaders(headers: Headers): number | null {
  const text = headers.get('x-litellm-response-cost');
  return text === null || text.trim() === '' ? null : asNumber(Number(text));
}

/** The models of a `GET /v1/models` answer. */
export function readModels(body: JsonObject): Model[] {
  return asArray(body.data).flatMap((entry) => {
    const model = asObject(entry);
    const id = asString(model?.id);
    return id ? [{ id, ownedBy: asString(model?.owned_by) }] : [];
  });
}

function readChoice(choice: JsonObject): Delta[] {
  const index = asNumber(choice.index) ?? 0;
  const delta = asObject(choice.delta) ?? {};
  const deltas: Delta[] = [];
  const reasoning = reasoningOf(delta);
  if (reasoning) deltas.push({ type: 'reasoning', choice: index, text: reasoning });
  const text = textOf(delta.content) || (asString(delta.refusal) ?? '');
  if (text) deltas.push({ type: 'text', choice: index, text });
  for (const [position, entry] of asArray(delta.tool_calls).entries()) {
    deltas.push(readToolCallDelta(asObject(entry) ?? {}, index, position));
  }
  const reason = asString(choice.finish_reason);
  if (reason) deltas.push({ type: 'finish', choice: index, reason });
  return deltas;
}

function readToolCallDelta(entry: JsonObject, choice: number, position: number): Delta {
  const called = asObject(entry.function);
  const id = asString(entry.id);
  const name = asString(called?.name);
  return {
    type: 'toolCall',
    choice,
    index: asNumber(entry.index) ?? position,
    ...(id ? { id } : {}),
    ...(name ? { name } : {}),
    argumentsText: asString(called?.arguments) ?? '',
  };
}

function readToolCall(entry: unknown): ToolCall {
  const call = asObject(entry);
  const called = asObject(call?.function);
  return {
    id: asString(call?.id) ?? '',
    name: asString(called?.name) ?? '',
    argumentsText: asString(called?.arguments) ?? '',
  };
}

// Content is a string, or parts of which the text ones are joined.
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return asArray(content)
    .map((part) => asString(asObject(part)?.text) ?? '')
    .join('');
}

// `reasoning_content` is DeepSeek's and LiteLLM's name, `reasoning` OpenRouter's.
function reasoningOf(message: JsonObject): string | null {
  return asString(message.reasoning_content) ?? asString(message.reasoning);
}

function readUsage(usage: JsonObject): Usage {
  const inputTokens = asNumber(usage.prompt_tokens) ?? 0;
  const outputTokens = asNumber(usage.completion_tokens) ?? 0;
  const reasoningTokens = asNumber(asObject(usage.completion_tokens_details)?.reasoning_tokens);
  const cachedTokens = asNumber(asObject(usage.prompt_tokens_details)?.cached_tokens);
  return {
    inputTokens,
    outputTokens,
    totalTokens: asNumber(usage.total_tokens) ?? inputTokens + outputTokens,
    ...(reasoningTokens === null ? {} : { reasoningTokens }),
    ...(cachedTokens === null ? {} : { cachedTokens }),
  };
}
