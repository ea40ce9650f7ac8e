// A tool's schema for models that know little of JSON Schema.
import { isJsonObject, objectAt, type Json, type JsonObject } from '../../lib/json.ts';

/** References inside references end here, and so does a schema that grows too large by them. */
const maxDepth = 12;
const maxValues = 20_000;

/** The schema with its references resolved, and with no more than type, properties and required at the top. */
export function plainSchema(schema: JsonObject): JsonObject {
  const resolver = new Resolver({ ...objectAt(schema, 'definitions'), ...objectAt(schema, '$defs') });
  const plain: JsonObject = { type: 'object', properties: resolver.resolve(objectAt(schema, 'properties') ?? {}, 0) };
  if (schema['required'] !== undefined) plain['required'] = schema['required'];
  return plain;
}

class Resolver {
  private values = 0;

  constructor(private readonly definitions: JsonObject) {}

  /** `depth`: how many references lead here. */
  resolve(value: Json, depth: number): Json {
    if (++this.values > maxValues) return {};
    if (Array.isArray(value)) return value.map((item) => this.resolve(item, depth));
    if (!isJsonObject(value)) return value;
    const { $ref: reference, ...rest } = value;
    const name = typeof reference === 'string' ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec(reference)?.[1] : undefined;
    const definition = name === undefined || !Object.hasOwn(this.definitions, name) ? undefined : this.definitions[name];
    if (definition !== undefined) return depth >= maxDepth ? { type: 'object' } : this.merged(this.resolve(definition, depth + 1), rest, depth);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.resolve(member, depth)]));
  }

  // What stands beside a reference (a description) wins.
  private merged(definition: Json, beside: JsonObject, depth: number): Json {
    const more = this.resolve(beside, depth);
    return isJsonObject(definition) && isJsonObject(more) ? { ...definition, ...more } : definition;
  }
}
