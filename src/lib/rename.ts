// Replaces one string deep inside a JSON object's bytes, such as the model's name in an answer that passes.
import { findMember, outlineOf } from './json-members.ts';

/**
 * The bytes with the string at `path` replaced by `json` (a JSON string). The same bytes when there is nothing at that path.
 * `from` and `end` bound the object inside `bytes`.
 */
export function replaceAt(bytes: Buffer, path: readonly string[], json: Buffer, from = 0, end = bytes.length): Buffer {
  let start = from;
  let stop = end;
  for (const key of path) {
    const outline = outlineOf(bytes.subarray(start, stop));
    const member = outline && findMember(outline, key);
    if (!member) return bytes;
    stop = start + member.valueEnd;
    start += member.valueStart;
  }
  if (path.length === 0 || bytes[start] !== 0x22) return bytes;
  return Buffer.concat([bytes.subarray(0, start), json, bytes.subarray(stop)]);
}
