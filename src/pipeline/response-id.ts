// The id of an answer, as the client has it: what people look for in the log when they have only the answer.
import { findMember, memberValue, outlineOf } from '../lib/json-members.ts';
import { isJsonObject, parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { parseFrame, SseSplitter } from '../lib/sse.ts';

// Nearly all answers begin with their id, behind at most a few short members.
const beginning = /^\s*\{\s*(?:"(?:model|object|type|role)"\s*:\s*"[^"\\]*"\s*,\s*){0,4}"id"\s*:\s*"([^"\\]{1,255})"/;
const beginningBytes = 512;
// Where else it stands: Gemini's word for it.
const names = ['id', 'responseId'] as const;

/** The id of a whole answer; undefined when it has none. */
export function responseIdOf(body: Uint8Array): string | undefined {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const found = beginning.exec(bytes.toString('latin1', 0, Math.min(beginningBytes, bytes.length)))?.[1];
  if (found !== undefined) return found;
  const outline = outlineOf(bytes);
  if (!outline) return undefined;
  for (const name of names) {
    const value = memberValue(bytes, findMember(outline, name));
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

/** The id that the first frames of a stream tell: of the chunk, or of the message or response that they begin. */
export function responseIdOfStream(firstSent: Buffer | null): string | undefined {
  for (const bytes of (firstSent && new SseSplitter().push(firstSent)) ?? []) {
    const json = parseJsonObject(parseFrame(bytes)?.data ?? '');
    const id = json && (idIn(json) ?? idIn(json['message']) ?? idIn(json['response']));
    if (id) return id;
  }
  return undefined;
}

function idIn(value: JsonObject[string] | undefined): string | undefined {
  return isJsonObject(value) ? stringAt(value, 'id') ?? stringAt(value, 'responseId') : undefined;
}
