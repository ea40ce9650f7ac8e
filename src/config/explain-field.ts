// Where a setting's value comes from: a line of a file, a variable of the environment, or the table's default. Secrets are not shown.
import { ProblemList } from './problem.ts';
import { propertyName } from './field.ts';
import { readSource } from './read-source.ts';
import { readWithIncludes } from './include.ts';
import { resolveEnvironment, type Environment } from './resolve-environment.ts';
import { sections } from './schema.ts';
import { describe, find, isAbsent, toJson, type Tree } from './tree.ts';
import type { Config } from './config.ts';
import type { Field } from './field.ts';

/** One place where a setting stands or could stand. */
export interface FieldOrigin {
  path: string;
  /** The value as JSON text; null when it is not set and has no default. A secret is `(secret)`. */
  value: string | null;
  origin: 'file' | 'environment' | 'unset-variable' | 'default' | 'nothing';
  /** `config.yaml:12:3`; null for defaults. */
  place: string | null;
  variable: string | null;
  description: string;
  status: Field['status'];
}

const listed = ['model_list', 'credential_list'] as const;

/** All places of a setting. `key` is a name (`num_retries`) or a path (`router_settings.num_retries`, `model_list[0].litellm_params.rpm`). */
export function explainField(file: string, key: string, environment: Environment): FieldOrigin[] {
  const problems = new ProblemList();
  const read = readWithIncludes(file, readSource, problems);
  if (!read) return [];
  const tree = resolveEnvironment(read.tree, environment, problems);
  return sections.flatMap(({ path, fields }) => Object.entries(fields).flatMap(([name, field]) => placesOf(path, name, key, tree).map((place) => originOf(place.path, field, place.node))));
}

interface Place {
  path: string;
  node: Tree | undefined;
}

/** The places of a section's field that the key means. Entries of lists are there only when they set it. */
function placesOf(section: string, name: string, key: string, tree: Tree): Place[] {
  const whole = section === '' ? name : `${section}.${name}`;
  const wanted = key.replace(/\[\d+\]/g, '[]');
  if (wanted !== name && wanted !== whole) return [];
  const list = listed.find((each) => section === `${each}[]` || section.startsWith(`${each}[].`));
  if (!list) return section.includes('[]') || section.includes('NAME') ? [] : [{ path: whole, node: find(tree, ...whole.split('.')) }];
  const rest = whole.slice(`${list}[].`.length).split('.');
  const items = find(tree, list);
  const index = /\[(\d+)\]/.exec(key)?.[1];
  return (items?.kind === 'list' ? items.items : []).flatMap((item, at) => {
    const node = find(item, ...rest);
    if (index === undefined ? node === undefined : at !== Number(index)) return [];
    return [{ path: `${list}[${at}].${rest.join('.')}`, node }];
  });
}

function originOf(path: string, field: Field, node: Tree | undefined): FieldOrigin {
  const about = { path, description: field.description, status: field.status };
  const place = node ? `${node.position.file}:${node.position.line}:${node.position.column}` : null;
  if (node?.kind === 'scalar' && node.origin.kind !== 'file') {
    const unset = node.origin.kind === 'unset';
    return { ...about, value: unset ? null : shown(field, node), origin: unset ? 'unset-variable' : 'environment', place, variable: node.origin.variable };
  }
  if (node && !isAbsent(node)) return { ...about, value: shown(field, node), origin: 'file', place, variable: null };
  if (field.default !== undefined) return { ...about, value: JSON.stringify(field.default), origin: 'default', place, variable: null };
  return { ...about, value: null, origin: 'nothing', place, variable: null };
}

const secretName = /key|secret|password|token|credential|salt|headers|url/i;

// What may hold a secret deeper inside is described, not shown.
function shown(field: Field, node: Tree): string {
  if (field.shape.kind === 'secret') return '(secret)';
  if (node.kind === 'scalar') return JSON.stringify(toJson(node));
  const text = JSON.stringify(toJson(node));
  return secretName.test(text) || text.length > 400 ? describe(node) : text;
}

/** The value that applies in the end, where two sections may set it; undefined where the name is no setting of the routing. */
export function effectiveValue(config: Config, key: string): unknown {
  const name = key.split('.').at(-1) ?? key;
  const values: Readonly<Record<string, unknown>> = { ...config.routing };
  const own: Readonly<Record<string, string>> = { routing_strategy: 'strategy', enable_pre_call_checks: 'enablePreCallChecks' };
  for (const property of [own[name] ?? '', propertyName(name, { shape: { kind: 'anything' }, description: '', status: 'supported' }), propertyName(name, { shape: { kind: 'anything' }, description: '', status: 'supported', unit: 'seconds' })]) {
    if (Object.hasOwn(values, property)) return values[property] instanceof Map ? Object.fromEntries(values[property] as ReadonlyMap<string, unknown>) : values[property];
  }
  return undefined;
}

/** Every setting outside of lists: where its value comes from, or that it has none. */
export function explainAll(file: string, environment: Environment): FieldOrigin[] {
  const problems = new ProblemList();
  const read = readWithIncludes(file, readSource, problems);
  if (!read) return [];
  const tree = resolveEnvironment(read.tree, environment, problems);
  return sections.flatMap(({ path, fields }) => Object.entries(fields).flatMap(([name, field]) => {
    if (listed.some((each) => path.startsWith(`${each}[]`))) return [];
    return placesOf(path, name, path === '' ? name : `${path}.${name}`, tree).map((place) => originOf(place.path, field, place.node));
  }));
}
