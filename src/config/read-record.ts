// Reads a section of the file by its table: known fields typed, defaults filled in, unknown and ineffective ones warned about.
import { propertyName, scaled } from './field.ts';
import type { Field, FieldTable, Settings } from './field.ts';
import { childPath } from './problem.ts';
import type { ProblemList } from './problem.ts';
import { readShape } from './read-shape.ts';
import { NO_SECRET } from './secret.ts';
import { didYouMean } from './suggest.ts';
import { describe, isAbsent, toJson } from './tree.ts';
import type { Tree, TreeEntry, TreeMap } from './tree.ts';

/** Whether names that the table does not know are a mistake (`closed`: they warn) or somebody else's business (`open`). */
export type Openness = 'closed' | 'open';

/** The typed settings of a section; an absent section gives the defaults. */
export function readSettings<T extends FieldTable>(
  table: T,
  tree: Tree | undefined,
  path: string,
  problems: ProblemList,
  openness: Openness = 'closed',
): Settings<T> {
  // The one place where a table's type is claimed for what was read by that table.
  return readRecord(table, tree, path, problems, openness) as Settings<T>;
}

/** As `readSettings`, for a table that is known only at run time. */
export function readRecord(
  table: FieldTable,
  tree: Tree | undefined,
  path: string,
  problems: ProblemList,
  openness: Openness = 'closed',
): Readonly<Record<string, unknown>> {
  const map = asMap(tree, path, problems);
  const settings: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(table)) {
    const value = readField(name, field, map, tree, path, problems);
    const given = value ?? defaultOf(field, path, problems);
    settings[propertyName(name, field)] = typeof given === 'number' ? scaled(given, field.unit) : given;
  }
  if (openness === 'closed') {
    for (const [key, entry] of unknownEntries(table, map)) warnUnknown(key, entry, table, path, problems);
  }
  return settings;
}

/** What holds when a field is not given. A section whose default is the empty map has the defaults of its own fields. */
function defaultOf({ shape, default: value }: Field, path: string, problems: ProblemList): unknown {
  return shape.kind === 'record' && value !== undefined ? readRecord(shape.fields, undefined, path, problems) : value;
}

/** The entries that the table does not know, with their places: custom fields, extra body parameters. */
export function unknownEntries(table: FieldTable, tree: Tree | undefined): readonly (readonly [string, TreeEntry])[] {
  return tree?.kind === 'map' ? [...tree.entries].filter(([key]) => !Object.hasOwn(table, key)) : [];
}

function asMap(tree: Tree | undefined, path: string, problems: ProblemList): TreeMap | undefined {
  if (tree === undefined || isAbsent(tree)) return undefined;
  if (tree.kind === 'map') return tree;
  problems.error(tree.position, path, `expected a map of settings, found ${describe(tree)}`);
  return undefined;
}

function readField(name: string, field: Field, map: TreeMap | undefined, section: Tree | undefined, path: string, problems: ProblemList): unknown {
  const entry = map?.entries.get(name);
  const fieldPath = childPath(path, name);
  if (field.required === true && isAbsent(entry?.value) && map !== undefined) {
    problems.error(entry?.position ?? section?.position ?? map.position, fieldPath, `is missing; expected ${required(field)}`);
  }
  if (entry === undefined) return field.shape.kind === 'secret' ? NO_SECRET : undefined;
  warnStatus(field, entry, fieldPath, problems);
  return readShape(field.shape, entry.value, fieldPath, problems);
}

function required(field: Field): string {
  const [sentence = ''] = field.description.split('. ');
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}

function warnStatus(field: Field, entry: TreeEntry, path: string, problems: ProblemList): void {
  if (field.status === 'supported' || asksForNothing(entry.value, field)) return;
  const message = field.status === 'accepted' ? `has no effect: ${field.reason ?? 'it is not needed here'}` : `has no effect yet: ${field.reason ?? 'this version does not support it'}`;
  problems.warn(entry.position, path, message);
}

/** Null, false, empty and the default ask for nothing: no warning that they have no effect. */
function asksForNothing(tree: Tree, field: Field): boolean {
  if (isAbsent(tree)) return true;
  if (tree.kind === 'list') return tree.items.length === 0;
  if (tree.kind === 'map') return tree.entries.size === 0;
  const value = toJson(tree);
  return value === false || value === '' || value === field.default;
}

function warnUnknown(key: string, entry: TreeEntry, table: FieldTable, path: string, problems: ProblemList): void {
  problems.warn(entry.position, childPath(path, key), `is not a known setting and has no effect${didYouMean(key, Object.keys(table))}`);
}
