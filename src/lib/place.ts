// Finds a string deep inside a JSON object's bytes, such as the model's name in a frame that passes.
import { findMember, outlineAt } from './json-members.ts';

/** Where the value at `path` stands; null when there is none. `from` is where the object begins. */
export function valueAt(bytes: Buffer, path: readonly string[], from: number): { start: number; end: number } | null {
  let start = from;
  let end = from;
  for (const key of path) {
    const outline = outlineAt(bytes, start);
    const member = outline && findMember(outline, key);
    if (!member) return null;
    start = member.valueStart;
    end = member.valueEnd;
  }
  return path.length > 0 ? { start, end } : null;
}

/** Where the string at `path` stands, quotes included; null when there is none. */
export function placeOf(bytes: Buffer, path: readonly string[], from: number): { start: number; end: number } | null {
  const place = valueAt(bytes, path, from);
  return place && bytes[place.start] === 0x22 ? place : null;
}
