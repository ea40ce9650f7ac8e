// Checks one value of the tree against a shape and returns it typed; what does not fit is reported with what was expected.
import { childPath, ProblemList } from './problem.ts';
import { readRecord } from './read-record.ts';
import { expectation } from './shape.ts';
import type { NumberShape, Shape } from './shape.ts';
import { NO_SECRET, secretValue, unsetSecret } from './secret.ts';
import type { Secret } from './secret.ts';
import { didYouMean } from './suggest.ts';
import { textChecks } from './text-check.ts';
import { describe, isAbsent, toJson } from './tree.ts';
import type { Tree } from './tree.ts';

/** The value, or undefined when it is absent or does not fit (then `problems` says why). */
export function readShape(shape: Shape, tree: Tree, path: string, problems: ProblemList): unknown {
  if (shape.kind === 'secret') return readSecret(tree, path, problems);
  if (isAbsent(tree) || isEmptyVariable(shape, tree, path, problems)) return undefined;
  switch (shape.kind) {
    case 'text': {
      const value = readText(tree, path, expectation(shape), problems);
      if (value === undefined || shape.check === undefined || textChecks[shape.check](value)) return value;
      return refuse(tree, path, `expected ${expectation(shape)}, found ${shown(value, tree, shape)}`, problems);
    }
    case 'boolean':
      return readBoolean(tree, path, problems);
    case 'number':
      return readNumber(shape, tree, path, problems);
    case 'choice':
      return readChoice(shape.values, tree, path, problems);
    case 'list': {
      const items = tree.kind === 'list' ? tree.items : tree.kind === 'scalar' ? [tree] : undefined;
      if (items === undefined) return refuse(tree, path, `expected ${expectation(shape)}, found ${describe(tree)}`, problems);
      return items.flatMap((item, index) => present(readShape(shape.item, item, tree.kind === 'list' ? `${path}[${index}]` : path, problems)));
    }
    case 'map': {
      if (tree.kind !== 'map') return refuse(tree, path, `expected ${expectation(shape)}, found ${describe(tree)}`, problems);
      const read = [...tree.entries].map(([key, entry]) => [key, readShape(shape.value, entry.value, childPath(path, key), problems)] as const);
      return Object.fromEntries(read.filter(([, value]) => value !== undefined));
    }
    case 'record':
      return readRecord(shape.fields, tree, path, problems);
    case 'either':
      return readEither(shape, tree, path, problems);
    case 'anything':
      return toJson(tree);
  }
}

/** An environment variable that is set to nothing (`NAME=`) where nothing cannot be the value: it counts as not set. */
function isEmptyVariable(shape: Shape, tree: Tree, path: string, problems: ProblemList): boolean {
  if (tree.kind !== 'scalar' || tree.origin.kind !== 'environment' || String(tree.value).trim() !== '') return false;
  if (shape.kind === 'anything' || shape.kind === 'either' || (shape.kind === 'text' && shape.check === undefined)) return false;
  problems.warn(tree.position, path, `the environment variable ${tree.origin.variable} is empty`);
  return true;
}

function present(value: unknown): unknown[] {
  return value === undefined ? [] : [value];
}

function refuse(tree: Tree, path: string, message: string, problems: ProblemList): undefined {
  problems.error(tree.position, path, message);
  return undefined;
}

/** The value for a message; not when it comes from the environment, nor an address, which may hold a password. */
function shown(value: string, tree: Tree, shape?: Shape): string {
  const address = shape?.kind === 'text' && shape.check === 'url';
  if (address || (tree.kind === 'scalar' && tree.origin.kind !== 'file')) return tree.kind === 'scalar' && tree.origin.kind === 'environment' ? describe(tree) : 'something else';
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}

function readText(tree: Tree, path: string, expected: string, problems: ProblemList): string | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'string') return tree.value;
  const quotes = tree.kind === 'scalar' ? `; put it in quotes: "${tree.source}"` : '';
  return refuse(tree, path, `expected ${expected}, found ${describe(tree)}${quotes}`, problems);
}

function readSecret(tree: Tree, path: string, problems: ProblemList): Secret {
  if (tree.kind === 'scalar' && tree.origin.kind === 'unset') return unsetSecret(tree.origin.variable);
  if (isAbsent(tree)) return NO_SECRET;
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') {
    // The text is not shown: it is a secret even when it is written wrongly.
    const quotes = tree.kind === 'scalar' ? '; put it in quotes' : '';
    problems.error(tree.position, path, `expected text, or os.environ/NAME, found ${describe(tree)}${quotes}`);
    return NO_SECRET;
  }
  if (tree.value.trim() === '' && tree.origin.kind === 'environment') {
    problems.warn(tree.position, path, `the environment variable ${tree.origin.variable} is empty`);
    return unsetSecret(tree.origin.variable);
  }
  return secretValue(tree.value);
}

const yes = new Set(['true', 'yes', 'on', '1']);
const no = new Set(['false', 'no', 'off', '0']);

function readBoolean(tree: Tree, path: string, problems: ProblemList): boolean | undefined {
  if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return tree.value;
  const word = tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value.trim().toLowerCase() : '';
  if (yes.has(word) || no.has(word)) return yes.has(word);
  return refuse(tree, path, `expected true or false, found ${describe(tree)}`, problems);
}

/** Takes text that is a number too: environment values are text, and `1e-6` is text for LiteLLM's YAML parser. */
function readNumber(shape: NumberShape, tree: Tree, path: string, problems: ProblemList): number | undefined {
  const value = tree.kind === 'scalar' ? numberOf(tree.value) : undefined;
  if (value === undefined) return refuse(tree, path, `expected ${expectation(shape)}, found ${describe(tree)}`, problems);
  const outside = value < (shape.minimum ?? value) || value > (shape.maximum ?? value);
  if (!Number.isFinite(value) || (shape.integer && !Number.isSafeInteger(value)) || outside) {
    return refuse(tree, path, `expected ${expectation(shape)}, found ${value}`, problems);
  }
  return value;
}

function numberOf(value: string | number | boolean | null): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(value)) return undefined;
  return Number(value.replaceAll('_', ''));
}

function readChoice(values: readonly string[], tree: Tree, path: string, problems: ProblemList): string | undefined {
  const value = readText(tree, path, `one of ${values.join(', ')}`, problems);
  if (value === undefined || values.includes(value)) return value;
  return refuse(tree, path, `expected one of ${values.join(', ')}, found ${shown(value, tree)}${didYouMean(value, values)}`, problems);
}

function readEither(shape: Extract<Shape, { kind: 'either' }>, tree: Tree, path: string, problems: ProblemList): unknown {
  const attempts = [shape.first, shape.second].map((option) => {
    const attempt = new ProblemList();
    return { value: readShape(option, tree, path, attempt), attempt };
  });
  const fitting = attempts.find(({ attempt }) => attempt.errors.length === 0);
  if (fitting !== undefined) {
    problems.warnings.push(...fitting.attempt.warnings);
    return fitting.value;
  }
  const deep = attempts.find(({ attempt }) => attempt.errors.every((problem) => problem.path !== path));
  if (deep === undefined) return refuse(tree, path, `expected ${expectation(shape)}, found ${describe(tree)}`, problems);
  problems.errors.push(...deep.attempt.errors);
  return undefined;
}
