// Gemini's own schema language (an OpenAPI subset with upper-case types) as JSON Schema.
import type { Json, JsonObject } from '../../lib/json.ts';
import { isJsonObject } from '../../lib/json.ts';
import { camelCased } from './wire.ts';

// Bounds are int64 on the wire, so they may come as strings.
const countKeys: ReadonlySet<string> = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
const onlyGemini: ReadonlySet<string> = new Set(['nullable', 'propertyOrdering', 'example']);

/** A schema in JSON Schema's words. */
export function toJsonSchema(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const source = camelCased(value);
  const schema: JsonObject = {};
  for (const [key, member] of Object.entries(source)) {
    if (onlyGemini.has(key)) continue;
    schema[key] = convertMember(key, member);
  }
  if (source['nullable'] === true && typeof schema['type'] === 'string') schema['type'] = [schema['type'], 'null'];
  return schema;
}

function convertMember(key: string, member: Json): Json {
  if (key === 'type' && typeof member === 'string') return member.toLowerCase();
  if (key === 'items' || key === 'additionalProperties') return toJsonSchema(member);
  if (key === 'anyOf' && Array.isArray(member)) return member.map(toJsonSchema);
  if (countKeys.has(key) && typeof member === 'string') return Number(member);
  if ((key === 'properties' || key === 'defs') && isJsonObject(member)) {
    return Object.fromEntries(Object.entries(member).map(([name, property]) => [name, toJsonSchema(property)]));
  }
  return member;
}
