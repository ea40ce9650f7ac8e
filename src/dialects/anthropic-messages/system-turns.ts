// System messages between the turns of a body, for Anthropic's models that take none there: LiteLLM's rule.
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { operatorNote } from '../system-messages.ts';

/** The `messages` with each system message as a user's that says so. Behind results of tools, which must come first. */
export function passSystemTurns(messages: Json): Json {
  if (!Array.isArray(messages)) return messages;
  const passed: Json[] = [];
  let waiting: Json[] = [];
  for (const message of messages) {
    if (isJsonObject(message) && message['role'] === 'system') {
      waiting.push(asUser(message));
      continue;
    }
    if (waiting.length > 0 && beginsWithResult(message)) passed.push(message, ...waiting);
    else passed.push(...waiting, message);
    waiting = [];
  }
  return [...passed, ...waiting];
}

function asUser({ content }: JsonObject): JsonObject {
  const blocks: Json[] = Array.isArray(content) ? content : typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : [];
  return { role: 'user', content: [{ type: 'text', text: operatorNote }, ...blocks] };
}

function beginsWithResult(message: Json): boolean {
  const content = isJsonObject(message) && message['role'] === 'user' && Array.isArray(message['content']) ? message['content'][0] : undefined;
  return isJsonObject(content) && content['type'] === 'tool_result';
}
