// A look at chunks that pass unchanged: usage, finish reason, end and errors, without translating.
import type { Glance, Glancer } from '../dialect.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { isJsonObject, stringAt } from '../../lib/json.ts';
import { readError } from './fault.ts';
import { usageOf } from './usage.ts';

/** Looks at one chunk. It needs no memory: usage comes whole. */
export const glance: Glancer = (json, frame) => {
  const result: Glance = {};
  if (!json) {
    if (frame.data.trim() === '[DONE]') result.terminal = true;
    return result;
  }
  if (json['error'] !== undefined && json['error'] !== null) {
    result.fault = readError(json['error']);
    return result;
  }
  const usage = usageOf(json);
  if (usage) result.usage = usage;
  const { choices } = json;
  if (!Array.isArray(choices)) return result;
  if (choices.length === 0) {
    if (usage) result.usageOnly = true;
    return result;
  }
  for (const choice of choices) glanceChoice(choice, result);
  return result;
};

function glanceChoice(choice: Json, result: Glance): void {
  if (!isJsonObject(choice)) return;
  const reason = stringAt(choice, 'finish_reason');
  if (reason !== undefined) result.finishReason = reason;
  if (choice['error'] !== undefined && choice['error'] !== null) result.fault = readError(choice['error']);
  else if (reason === 'error') result.fault = readError('The provider ended its answer with an error.');
  const { delta } = choice;
  if (isJsonObject(delta) ? hasContent(delta) : (stringAt(choice, 'text') ?? '') !== '') result.content = true;
}

const contentMembers = ['content', 'reasoning_content', 'reasoning', 'refusal', 'tool_calls', 'function_call', 'audio', 'images', 'thinking_blocks'];

function hasContent(delta: JsonObject): boolean {
  return contentMembers.some((member) => {
    const value = delta[member];
    return typeof value === 'string' || Array.isArray(value) ? value.length > 0 : isJsonObject(value);
  });
}
