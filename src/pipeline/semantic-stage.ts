// What the semantic cache compares: the last message of the user, and only where all the rest (system prompt, earlier turns, tools,
// parameters, caller) is the same. An answer to a question in another conversation is never near enough.
import { findMember, memberValue, outlineAt } from '../lib/json-members.ts';
import { isJsonObject, stringAt } from '../lib/json.ts';
import { itemsOf } from '../lib/touch.ts';
import type { CallKind, Exchange } from './exchange.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { VectorIndex } from '../cache/vectors/vector-index.ts';

/** Settings of the semantic cache. */
export interface SemanticSettings {
  index: VectorIndex;
  /** `similarity_threshold`. */
  threshold: number;
  /** `semantic_cache_scope`: what callers must have in common to share answers, beside their tenant. */
  sharedBy(exchange: Exchange): string;
  /** The vector of a text, of length 1, by an embedding model of this gateway; null when there is none in time. */
  embed(text: string, exchange: Exchange): Promise<Float32Array | null>;
}

/** A question among those that it may be compared with. */
export interface SemanticPlace {
  scope: string;
  text: string;
}

const questionMembers: Readonly<Record<string, string>> = {
  'openai-chat': 'messages', 'anthropic-messages': 'messages', 'openai-responses': 'input', 'openai-completions': 'prompt', 'gemini': 'contents',
};
// Longer questions are rarely asked twice in other words.
const longestQuestion = 8_000;

/** The place of a chat request; null where the last message is none of the user's, or not only text. `scopeOf` makes a hash of all but these bytes. */
export function semanticPlace(kind: CallKind, { bytes, outline }: JsonBody, scopeOf: (from: number, to: number) => string): SemanticPlace | null {
  const name = kind.type === 'chat' ? questionMembers[kind.dialect] : undefined;
  const member = name === undefined ? undefined : findMember(outline, name);
  if (!member) return null;
  if (bytes[member.valueStart] !== 0x5b) {
    const text = memberValue(bytes, member);
    return typeof text === 'string' && text.length <= longestQuestion ? { scope: scopeOf(member.valueStart, member.valueEnd), text } : null;
  }
  const last = itemsOf(bytes, member.valueStart).at(-1);
  const message = last && outlineAt(bytes, last.start);
  if (!last || !message || memberValue(bytes, findMember(message, 'role')) !== 'user') return null;
  const text = textOf(memberValue(bytes, findMember(message, 'content') ?? findMember(message, 'parts')));
  return text !== null && text !== '' && text.length <= longestQuestion ? { scope: scopeOf(last.start, last.end), text } : null;
}

function textOf(content: unknown): string | null {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return null;
  const texts = content.map((part: unknown) => (isJsonObject(part) && (part['type'] === undefined || part['type'] === 'text' || part['type'] === 'input_text') ? stringAt(part, 'text') ?? null : null));
  return texts.includes(null) ? null : texts.join('\n');
}
