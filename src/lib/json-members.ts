// Finds the members of a JSON object in its bytes without parsing what they hold: strings are jumped over, nested values are
// skipped by depth. That is how a prompt of a hundred kilobytes passes with only its `model` looked at.
// What it does not check (the inside of nested values) whoever parses the body later does.
import { maxBodyMembers } from './bounds.ts';
import { nestedEndFrom } from './scan/nested-end.ts';

/** One top-level member: where its key and value stand in the bytes. */
export interface Member {
  key: string;
  /** Index of the key's opening quote. */
  start: number;
  valueStart: number;
  /** Index after the value. */
  valueEnd: number;
}

/** The outline of a JSON object. */
export interface Outline {
  members: Member[];
  /** Index of the opening and of the closing brace. */
  open: number;
  close: number;
  /** A key came twice, was written with escapes, or is another spelling of `model`: whoever must decide by a key has to normalise the body first. */
  ambiguous: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const bracketOpen = 0x5b;
const bracketClose = 0x5d;
// Below this many bytes a loop finds the end of a string faster than a native search can be called.
const shortString = 24;
const fewMembers = 32;
// A value of more steps (a step is a string or a byte between strings) is worth the way into the vector scanner. Few long strings are not:
// the platform's search is quicker there.
const maxSteps = 256;

/** The outline of the object that `bytes` holds, or null when that is not one JSON object, or one of more members than anybody needs. */
export function outlineOf(bytes: Buffer): Outline | null {
  const outline = outlineAt(bytes, skipSpace(bytes, bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0));
  return outline && skipSpace(bytes, outline.close + 1) === bytes.length ? outline : null;
}

/** The outline of the object that begins at `open`, whatever stands behind it; null when none begins there. */
export function outlineAt(bytes: Buffer, open: number): Outline | null {
  let at = open;
  if (bytes[at] !== braceOpen) return null;
  const members: Member[] = [];
  // For the usual few members looking through them is quicker than a set; for a million it is not.
  let keys: Set<string> | null = null;
  let ambiguous = false;
  at = skipSpace(bytes, at + 1);
  if (bytes[at] === braceClose) return { members, open, close: at, ambiguous };
  for (;;) {
    if (bytes[at] !== quote) return null;
    const keyEnd = stringEnd(bytes, at);
    if (keyEnd === -1) return null;
    const key = keyText(bytes, at + 1, keyEnd - 1);
    if (key.includes('\\') || isOtherModel(key) || (keys ? keys.has(key) : isAmong(members, key))) ambiguous = true;
    if (members.length >= fewMembers) (keys ??= new Set(members.map((member) => member.key))).add(key);
    const start = at;
    at = skipSpace(bytes, keyEnd);
    if (bytes[at] !== colon) return null;
    const valueStart = skipSpace(bytes, at + 1);
    const valueEnd = valueEndOf(bytes, valueStart);
    if (valueEnd === -1 || members.length === maxBodyMembers) return null;
    members.push({ key, start, valueStart, valueEnd });
    at = skipSpace(bytes, valueEnd);
    if (bytes[at] === comma) {
      at = skipSpace(bytes, at + 1);
      continue;
    }
    return bytes[at] === braceClose ? { members, open, close: at, ambiguous } : null;
  }
}

/** Some servers (Go's are of this kind) take a key in any case for the one that they know: `Model` would choose for them what `model` did not. */
export const isOtherModel = (key: string): boolean => key.length === 5 && key !== 'model' && key.toLowerCase() === 'model';

function isAmong(members: readonly Member[], key: string): boolean {
  for (const member of members) if (member.key === key) return true;
  return false;
}

// The keys of requests and answers are few and come again and again: each is decoded once, and known by its bytes from then on.
const knownKeys: (KnownKey | undefined)[] = Array.from({ length: 1024 });
const longestKnownKey = 48;

interface KnownKey {
  bytes: Buffer;
  text: string;
}

function keyText(bytes: Buffer, from: number, to: number): string {
  const length = to - from;
  if (length > longestKnownKey) return bytes.toString('utf8', from, to);
  let hash = length;
  for (let index = from; index < to; index++) hash = (Math.imul(hash, 31) + (bytes[index] ?? 0)) | 0;
  const slot = (hash ^ (hash >>> 10)) & 1023;
  const known = knownKeys[slot];
  if (known && isSame(known.bytes, bytes, from, length)) return known.text;
  // Each key has a second place, so that two that meet in one do not push each other out again and again.
  const second = knownKeys[slot ^ 1];
  if (second && isSame(second.bytes, bytes, from, length)) return second.text;
  const text = bytes.toString('utf8', from, to);
  knownKeys[known && !second ? slot ^ 1 : slot] = { bytes: Buffer.from(bytes.subarray(from, to)), text };
  return text;
}

function isSame(known: Buffer, bytes: Buffer, from: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let index = 0; index < length; index++) if (known[index] !== bytes[from + index]) return false;
  return true;
}

/** The member with this key, or undefined. */
export function findMember(outline: Outline, key: string): Member | undefined {
  for (const member of outline.members) if (member.key === key) return member;
  return undefined;
}

/** The parsed value of a member. Undefined when there is none or it is not JSON. */
export function memberValue(bytes: Buffer, member: Member | undefined): unknown {
  if (!member) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8', member.valueStart, member.valueEnd));
  } catch {
    return undefined;
  }
}

/** The index after the JSON value that starts at `at`, or -1. */
export function valueEndOf(bytes: Buffer, at: number): number {
  const first = bytes[at];
  if (first === quote) return stringEnd(bytes, at);
  if (first === braceOpen || first === bracketOpen) return nestedEnd(bytes, at);
  let end = at;
  for (;;) {
    const byte = bytes[end];
    if (byte === undefined || byte === comma || byte === braceClose || byte === bracketClose || byte <= 0x20) return end === at ? -1 : end;
    end++;
  }
}

/** The first index at or after `at` that holds no white space. */
export function skipSpace(bytes: Buffer, at: number): number {
  let index = at;
  for (;;) {
    const byte = bytes[index];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return index;
    index++;
  }
}

function nestedEnd(bytes: Buffer, from: number): number {
  let depth = 0;
  let at = from;
  const { length } = bytes;
  for (let steps = 0; at < length && steps < maxSteps; steps++) {
    const byte = bytes[at];
    if (byte === quote) {
      at = stringEnd(bytes, at);
      if (at === -1) return -1;
      continue;
    }
    at++;
    if (byte === braceOpen || byte === bracketOpen) depth++;
    else if ((byte === braceClose || byte === bracketClose) && --depth === 0) return at;
  }
  return at < length ? nestedEndFrom(bytes, at, depth) : -1;
}

// The index after the closing quote of the string that opens at `from`, or -1.
function stringEnd(bytes: Buffer, from: number): number {
  let at = from + 1;
  const soon = Math.min(at + shortString, bytes.length);
  while (at < soon) {
    const byte = bytes[at];
    if (byte === quote) return at + 1;
    at += byte === backslash ? 2 : 1;
  }
  for (;;) {
    const end = bytes.indexOf(quote, at);
    if (end === -1) return -1;
    let slashes = end;
    while (slashes > at && bytes[slashes - 1] === backslash) slashes--;
    if ((end - slashes) % 2 === 0) return end + 1;
    at = end + 1;
  }
}
