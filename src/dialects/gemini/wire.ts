// The wire of Google's Gemini dialect (ai.google.dev/api/generate-content): its two spellings and its finish reasons.
import type { StopReason } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';

/** A part of a content. */
export type WirePart = JsonObject;

/** A content: one turn. */
export type WireContent = { role: string; parts: WirePart[] };

/** Both spellings are on the wire: REST clients and the Python SDK's extra members use snake_case. Changes only this level. */
export function camelCased(value: JsonObject): JsonObject {
  let copy: JsonObject | null = null;
  for (const [key, member] of Object.entries(value)) {
    if (!key.includes('_', 1)) {
      if (copy) copy[key] = member;
      continue;
    }
    copy ??= copyBefore(value, key);
    copy[key.replaceAll(/(?<=.)_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())] = member;
  }
  return copy ?? value;
}

function copyBefore(value: JsonObject, end: string): JsonObject {
  const copy: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (key === end) break;
    copy[key] = member;
  }
  return copy;
}

/** How Gemini's finish reasons are read; `broken` is no end but a failure. Reasons that are not here end normally. */
export const finishReasons = new Map<string, StopReason | 'broken'>([
  ['STOP', 'end'], ['MAX_TOKENS', 'length'],
  ['SAFETY', 'filter'], ['RECITATION', 'filter'], ['BLOCKLIST', 'filter'], ['PROHIBITED_CONTENT', 'filter'], ['SPII', 'filter'],
  ['LANGUAGE', 'filter'], ['OTHER', 'filter'], ['NO_IMAGE', 'filter'], ['IMAGE_SAFETY', 'filter'], ['IMAGE_PROHIBITED_CONTENT', 'filter'],
  ['IMAGE_RECITATION', 'filter'], ['IMAGE_OTHER', 'filter'],
  ['MALFORMED_FUNCTION_CALL', 'broken'], ['MALFORMED_RESPONSE', 'broken'], ['UNEXPECTED_TOOL_CALL', 'broken'],
  ['TOO_MANY_TOOL_CALLS', 'broken'], ['MISSING_THOUGHT_SIGNATURE', 'broken'],
]);

/** How ends are written for Gemini's clients. */
export const finishReasonOf: Record<StopReason, string> = {
  end: 'STOP', 'stop-sequence': 'STOP', tool: 'STOP', pause: 'STOP', length: 'MAX_TOKENS', 'context-full': 'MAX_TOKENS',
  filter: 'SAFETY', refusal: 'SAFETY',
};

/** The arguments of a call as an object; models write anything. */
export function argumentsObject(text: string): JsonObject {
  if (text === '') return {};
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : { value };
  } catch {
    return {};
  }
}
