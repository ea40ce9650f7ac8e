// Which settings two texts of a configuration differ in, by their paths: what the audit log says of a change.
import { parse } from 'yaml';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

// More than this is not written down; the earlier text itself is kept beside the file.
const mostSettings = 200;

/** The settings that differ with what they were and are; a setting that one text does not have is null there. Texts come without secrets. */
export function changedSettings(before: string, after: string): { before: JsonObject; after: JsonObject } {
  const [earlier, later] = [leavesOf(before), leavesOf(after)];
  const changed = [...new Set([...earlier.keys(), ...later.keys()])].filter((path) => earlier.get(path) !== later.get(path)).slice(0, mostSettings);
  const part = (leaves: ReadonlyMap<string, string>): JsonObject => Object.fromEntries(changed.map((path) => [path, JSON.parse(leaves.get(path) ?? 'null') as Json]));
  return { before: part(earlier), after: part(later) };
}

/** The values at the ends of all paths, as JSON; entries of `model_list` by their name, so that one more does not move all others. */
function leavesOf(text: string): ReadonlyMap<string, string> {
  const leaves = new Map<string, string>();
  const walk = (value: Json, path: string): void => {
    const entries: [string, Json][] = Array.isArray(value) ? named(value) : isJsonObject(value) ? Object.entries(value) : [];
    if (entries.length === 0) leaves.set(path, JSON.stringify(value ?? null));
    for (const [name, inner] of entries) walk(inner, path === '' ? name : `${path}.${name}`);
  };
  walk(parse(text, { logLevel: 'silent', merge: true }) as Json, '');
  return leaves;
}

function named(list: readonly Json[]): [string, Json][] {
  const used = new Map<string, number>();
  return list.map((item, index) => {
    const name = isJsonObject(item) && typeof item['model_name'] === 'string' ? item['model_name'] : String(index);
    const times = (used.get(name) ?? 0) + 1;
    used.set(name, times);
    return [times === 1 ? name : `${name}#${times}`, item];
  });
}
