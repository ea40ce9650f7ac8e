// For models whose prompt template takes no system prompt, or wants user and assistant to speak in turns: most of them run on servers of
// one's own. `supports_system_message`, `ensure_alternating_roles`; the rules and the words are LiteLLM's.
import { arrayAt, isJsonObject, stringAt, type Json, type JsonObject } from '../../lib/json.ts';

/** What a model's messages must be like. */
export interface MessageOrder {
  /** Without a system prompt: it goes before the next turn. */
  withoutSystem: boolean;
  /** What is said between two turns of the same side; null: nothing is. */
  between: { user: JsonObject; assistant: JsonObject } | null;
}

/** The usual words between two turns. */
export const usualWords = { user: { role: 'user', content: 'Please continue.' }, assistant: { role: 'assistant', content: 'Please continue.' } } as const;

/** Messages of Chat Completions in that order. */
export function orderedMessages(messages: readonly Json[], { withoutSystem, between }: MessageOrder): Json[] {
  const folded = withoutSystem ? foldSystem(messages) : [...messages];
  return between ? alternating(folded, between.user, between.assistant) : folded;
}

const roleOf = (message: Json | undefined): string => (isJsonObject(message) ? stringAt(message, 'role') ?? '' : '');
const isSystem = (message: Json | undefined): boolean => ['system', 'developer'].includes(roleOf(message));

function foldSystem(messages: readonly Json[]): Json[] {
  const out: Json[] = [];
  let waiting: Json | undefined;
  for (const [at, message] of messages.entries()) {
    if (isJsonObject(message) && isSystem(message)) {
      const next = roleOf(messages[at + 1]);
      if (next === 'user' || next === 'assistant') waiting = message['content'];
      else out.push({ role: 'user', content: message['content'] ?? '' });
    } else if (waiting !== undefined && isJsonObject(message)) {
      out.push({ ...message, content: joined(waiting, message['content']) });
      waiting = undefined;
    } else out.push(message);
  }
  return out;
}

function joined(first: Json, second: Json | undefined): Json {
  if (typeof first === 'string' && (typeof second === 'string' || second === undefined || second === null)) return second ? `${first} ${second}` : first;
  return [...partsOf(first), ...partsOf(second)];
}

const partsOf = (content: Json | undefined): Json[] => (Array.isArray(content) ? content : typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : []);

// Calls of tools and their results are no turns.
const isTurn = (message: Json): boolean => roleOf(message) === 'user' || (roleOf(message) === 'assistant' && isJsonObject(message) && arrayAt(message, 'tool_calls').length === 0);

function alternating(messages: readonly Json[], user: JsonObject, assistant: JsonObject): Json[] {
  const out: Json[] = roleOf(messages[0]) === 'assistant' ? [user] : [];
  let last = out.length > 0 ? 'user' : '';
  for (const message of messages) {
    const role = roleOf(message);
    const follows = isTurn(message) && (role === last || (role === 'assistant' && roleOf(out.at(-1)) === 'assistant'));
    if (follows) out.push(role === 'user' ? assistant : user);
    out.push(message);
    if (isTurn(message)) last = role;
  }
  return roleOf(out.at(-1)) === 'assistant' ? [...out, user] : out;
}
