// A request's body as it may be written down: what is a secret by its name is masked, wherever it stands but in what was said.
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

const secretName = /^(?:api[-_]?key|authorization|.*[-_]?(?:secret|password|access[-_]?key|private[-_]?key)|(?:access|auth|authorization|session|refresh|aws_session|bearer)[-_]?token|token|(?:extra_|default_)?headers|vertex_credentials|user_config)$/i;
/** What was said is kept as it is; whoever keeps it keeps all of it. */
const saidNames: ReadonlySet<string> = new Set(['messages', 'input', 'contents', 'prompt', 'system', 'instructions']);
const mask = '****';
// Deeper than any parameter; what lies below is no setting.
const deepest = 12;

/** The body with secrets masked. The same value where there are none. */
export function keptRequest(body: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [name, value] of Object.entries(body)) kept[name] = saidNames.has(name) ? value : masked(name, value, 0);
  return kept;
}

function masked(name: string, value: Json, depth: number): Json {
  if (value !== null && secretName.test(name)) return mask;
  if (depth > deepest) return mask;
  if (Array.isArray(value)) return value.map((item) => masked('', item, depth + 1));
  return isJsonObject(value) ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, masked(key, member, depth + 1)])) : value;
}
