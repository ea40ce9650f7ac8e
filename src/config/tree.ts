// A configuration file as a tree of values that know where they stand. Between the YAML text and the typed configuration.
import type { Position } from './problem.ts';

/** A value as JSON can hold it. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Where a scalar's value comes from: the file itself, a set environment variable, or one that is not set (value null). */
export type ScalarOrigin =
  | { readonly kind: 'file' }
  | { readonly kind: 'environment'; readonly variable: string }
  | { readonly kind: 'unset'; readonly variable: string };

/** A single value. `source` is the text as it stands in the file. */
export type TreeScalar = {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly source: string;
  readonly origin: ScalarOrigin;
  readonly position: Position;
};

export type TreeList = { readonly kind: 'list'; readonly items: readonly Tree[]; readonly position: Position };

/** A map; the entries keep the order of the file. `position` of an entry is that of its key. */
export type TreeMap = { readonly kind: 'map'; readonly entries: ReadonlyMap<string, TreeEntry>; readonly position: Position };

export type TreeEntry = { readonly value: Tree; readonly position: Position };

export type Tree = TreeScalar | TreeList | TreeMap;

/** True for null and for what resolved to nothing: such a field counts as not given. */
export function isAbsent(tree: Tree | undefined): boolean {
  return tree === undefined || (tree.kind === 'scalar' && tree.value === null);
}

/** The entry's value under a path of keys, or undefined where the path ends early. */
export function find(tree: Tree | undefined, ...keys: readonly string[]): Tree | undefined {
  let current = tree;
  for (const key of keys) current = current?.kind === 'map' ? current.entries.get(key)?.value : undefined;
  return current;
}

/** The plain value of a tree. Environment text that reads as a boolean becomes one, as in LiteLLM. */
export function toJson(tree: Tree): JsonValue {
  switch (tree.kind) {
    case 'scalar':
      return tree.origin.kind === 'environment' ? environmentJson(tree.value) : tree.value;
    case 'list':
      return tree.items.map(toJson);
    case 'map':
      return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, toJson(entry.value)]));
  }
}

function environmentJson(value: TreeScalar['value']): JsonValue {
  if (typeof value !== 'string') return value;
  const lower = value.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : value;
}

/** Says in a few words what a value is, without showing it: it may be a secret. */
export function describe(tree: Tree): string {
  if (tree.kind === 'list') return 'a list';
  if (tree.kind === 'map') return 'a map';
  if (tree.origin.kind === 'environment') return `the text of ${tree.origin.variable}`;
  if (tree.value === null) return 'nothing';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof tree.value as 'string' | 'number' | 'boolean'];
}
