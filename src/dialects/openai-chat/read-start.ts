// The beginning of an answer with choices.
import { numberAt, stringAt, type JsonObject } from '../../lib/json.ts';
import type { StreamEvent } from '../../canonical/event.ts';

const known = new Set(['id', 'object', 'created', 'model', 'choices', 'usage', 'x_groq', 'obfuscation']);

/** The `start` event of an answer or of its first chunk; members that are not translated go along in `extra`. */
export function readStart(body: JsonObject): StreamEvent {
  const extra: JsonObject = {};
  for (const key in body) {
    const value = body[key];
    if (!known.has(key) && value !== undefined && value !== null) extra[key] = value;
  }
  return { type: 'start', id: stringAt(body, 'id') ?? '', model: stringAt(body, 'model') ?? '', createdSeconds: numberAt(body, 'created') ?? 0, extra };
}
