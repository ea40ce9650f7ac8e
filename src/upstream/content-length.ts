// How much content a frame carries, in any dialect: what a stream that breaks off is billed by.
import { isJsonObject, type Json } from '../lib/json.ts';

// Where dialects keep what the model says, thinks and calls. `delta` is text in Responses and an object elsewhere.
const contentMembers: ReadonlySet<string> = new Set(['content', 'reasoning_content', 'reasoning', 'refusal', 'text', 'thinking', 'partial_json', 'arguments', 'delta', 'transcript']);

/** Bytes of content in a frame's or an answer's JSON: four make about a token in any language. */
export function contentLength(value: Json | undefined, inContent = false): number {
  if (typeof value === 'string') return inContent ? Buffer.byteLength(value) : 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + contentLength(item, inContent), 0);
  if (!isJsonObject(value)) return 0;
  let sum = 0;
  for (const [name, member] of Object.entries(value)) {
    const isContent = contentMembers.has(name);
    if (isContent || typeof member === 'object') sum += contentLength(member, isContent);
  }
  return sum;
}
