// Describes small changes deep inside a JSON value's bytes as patches: members that an object lacks, strings that are replaced.
// Everything that is not named stays as it was written.
import { findMember, outlineAt, skipSpace, valueEndOf, type Outline } from './json-members.ts';
import type { Patch } from './patch.ts';

/** Adds the patches for the JSON value that begins at `at`. */
export type Touch = (bytes: Buffer, at: number, patches: Patch[]) => void;

/** What to do with an object. */
export interface ObjectTouch {
  /** Only objects whose `type` is this word. */
  type?: string;
  /** JSON text for members that the object may lack. */
  missing?: Readonly<Record<string, string>>;
  /** What to do with members that it has. */
  members?: Readonly<Record<string, Touch>>;
}

/** Changes an object; other values stay. */
export function touchObject(touch: ObjectTouch): Touch {
  return (bytes, at, patches) => {
    const outline = outlineAt(bytes, at);
    if (outline) touchOutline(bytes, outline, touch, patches);
  };
}

/** Adds the patches for an object whose outline is known. */
export function touchOutline(bytes: Buffer, outline: Outline, { type, missing = {}, members = {} }: ObjectTouch, patches: Patch[]): void {
  if (type !== undefined && !isWord(bytes, outline, type)) return;
  for (const { key, valueStart } of outline.members) if (Object.hasOwn(members, key)) members[key]?.(bytes, valueStart, patches);
  const lacking = Object.entries(missing).filter(([key]) => !findMember(outline, key)).map(([key, text]) => `"${key}":${text}`);
  if (lacking.length === 0) return;
  patches.push({ start: outline.close, end: outline.close, text: (outline.members.length === 0 ? '' : ',') + lacking.join(',') });
}

/** Changes every item of an array. */
export function touchItems(...changes: readonly Touch[]): Touch {
  return (bytes, at, patches) => {
    if (bytes[at] !== 0x5b) return;
    for (const { start } of itemsOf(bytes, at)) for (const change of changes) change(bytes, start, patches);
  };
}

/** Puts this JSON text in place of a string; other values stay. */
export function replaceString(text: string): Touch {
  return (bytes, at, patches) => {
    if (bytes[at] === 0x22) patches.push({ start: at, end: valueEndOf(bytes, at), text });
  };
}

/** Where the items of the array that begins at `open` stand. Ends at what is not JSON. */
export function itemsOf(bytes: Buffer, open: number): { start: number; end: number }[] {
  const items: { start: number; end: number }[] = [];
  let at = skipSpace(bytes, open + 1);
  while (at < bytes.length && bytes[at] !== 0x5d) {
    const end = valueEndOf(bytes, at);
    if (end === -1) break;
    items.push({ start: at, end });
    at = skipSpace(bytes, end);
    if (bytes[at] !== 0x2c) break;
    at = skipSpace(bytes, at + 1);
  }
  return items;
}

function isWord(bytes: Buffer, outline: Outline, word: string): boolean {
  const member = findMember(outline, 'type');
  return member !== undefined && bytes.toString('latin1', member.valueStart + 1, member.valueEnd - 1) === word;
}
