// Names for parsed JSON, and the few checks that a border needs.

/** Any parsed JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** A parsed JSON object whose members are not checked yet. */
export type JsonObject = { [key: string]: Json };

/** True for a JSON object (not null, not an array). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member as an object, or undefined when it is missing or something else. */
export function objectAt(value: JsonObject | undefined, key: string): JsonObject | undefined {
  const member = value?.[key];
  return isJsonObject(member) ? member : undefined;
}

/** The member as an array, or an empty one. */
export function arrayAt(value: JsonObject | undefined, key: string): Json[] {
  const member = value?.[key];
  return Array.isArray(member) ? member : [];
}

/** The member as a string, or undefined. */
export function stringAt(value: JsonObject | undefined, key: string): string | undefined {
  const member = value?.[key];
  return typeof member === 'string' ? member : undefined;
}

/** The member as a finite number, or undefined. */
export function numberAt(value: JsonObject | undefined, key: string): number | undefined {
  const member = value?.[key];
  return typeof member === 'number' && Number.isFinite(member) ? member : undefined;
}

/** The member as a boolean, or undefined. */
export function booleanAt(value: JsonObject | undefined, key: string): boolean | undefined {
  const member = value?.[key];
  return typeof member === 'boolean' ? member : undefined;
}

/** Parses text as any JSON value; undefined when it is none. Never throws. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Parses text as a JSON object; undefined when it is not one. Never throws. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A copy without the members that are undefined, for optional members that may not be written as undefined. */
export function defined<T extends object>(members: { [K in keyof T]: T[K] | undefined }): T {
  // The loop removes exactly what the parameter's type adds to T.
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(members)) if (value !== undefined) result[key] = value;
  return result as T;
}

/** The members of an object that are not in `known`. */
export function restOf(value: JsonObject, known: ReadonlySet<string>): JsonObject {
  const rest: JsonObject = {};
  for (const [key, member] of Object.entries(value)) if (!known.has(key)) rest[key] = member;
  return rest;
}
