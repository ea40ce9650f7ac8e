// Finds a string deep inside a JSON object's bytes, such as the model's name in a frame that passes.
import { findMember, outlineAt } from './json-members.ts';

/** Where the string at `path` stands, quotes included; null when there is none. `from` is where the object begins. */
export function placeOf(bytes: Buffer, path: readonly string[], from: number): { start: number; end: number } | null {
  let start = from;
  let end = from;
  for (const key of path) {
    const outline = outlineAt(bytes, start);
    const member = outline && findMember(outline, key);
    if (!member) return null;
    start = member.valueStart;
    end = member.valueEnd;
  }
  return path.length > 0 && bytes[start] === 0x22 ? { start, end } : null;
}
