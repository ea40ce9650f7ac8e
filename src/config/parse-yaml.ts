// YAML text to a tree with positions. Reads YAML 1.2, and takes `yes`, `no`, `on`, `off` and `<<` as the 1.1 parser of LiteLLM does.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, Scalar } from 'yaml';
import type { Pair, YAMLMap } from 'yaml';
import { MAX_DEPTH, MAX_NODES } from './bounds.ts';
import { childPath } from './problem.ts';
import type { Position, ProblemList } from './problem.ts';
import type { Tree, TreeEntry, TreeMap, TreeScalar } from './tree.ts';

/** Thrown inside this file only, to leave the recursion. */
class TooMuch extends Error {}

/** Parses the text of one file. Undefined when there are errors (they are in `problems`) or the document is empty. */
export function parseYaml(source: string, file: string, problems: ProblemList): Tree | undefined {
  const lines = new LineCounter();
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.max(0, offset));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, stringKeys: true, logLevel: 'error' });
    for (const error of document.errors) problems.error(positionOf(error.pos[0]), '', explain(error.code, error.message));
    for (const warning of document.warnings) problems.warn(positionOf(warning.pos[0]), '', warning.message);
    if (document.errors.length > 0 || document.contents === null) return undefined;
    return new Builder(positionOf, problems).build(document.contents, '', 0);
  } catch (error) {
    problems.error({ file, line: 1, column: 1 }, '', failure(error));
    return undefined;
  }
}

function failure(error: unknown): string {
  if (error instanceof TooMuch) return error.message;
  if (error instanceof RangeError) return `is nested deeper than ${MAX_DEPTH} levels`;
  return `cannot be read as YAML: ${error instanceof Error ? error.message : 'unknown reason'}`;
}

function explain(code: string, message: string): string {
  switch (code) {
    case 'DUPLICATE_KEY':
      return 'this key stands twice in the same map; keep one of them';
    case 'TAB_AS_INDENT':
      return 'a tab cannot indent; expected spaces';
    case 'MULTIPLE_DOCS':
      return 'a second document starts here (---); expected one document in the file';
    default:
      return `is not valid YAML: ${message}`;
  }
}

class Builder {
  private nodes = 0;
  private readonly anchors = new Map<string, unknown>();
  private readonly expanding = new Set<string>();

  constructor(
    private readonly positionOf: (offset: number) => Position,
    private readonly problems: ProblemList,
  ) {}

  build(node: unknown, path: string, depth: number): Tree {
    this.nodes += 1;
    if (this.nodes > MAX_NODES) throw new TooMuch(`holds more than ${MAX_NODES} values (aliases count each time)`);
    if (depth > MAX_DEPTH) throw new TooMuch(`is nested deeper than ${MAX_DEPTH} levels at ${path.slice(0, 80)}`);
    if (isAlias(node)) return this.alias(node.source, this.at(node), path, depth);
    if (isMap(node)) {
      this.remember(node);
      return this.map(node, path, depth);
    }
    if (isSeq(node)) {
      this.remember(node);
      const items = node.items.map((item, index) => this.build(item, `${path}[${index}]`, depth + 1));
      return { kind: 'list', items, position: this.at(node) };
    }
    if (isScalar(node)) {
      this.remember(node);
      return this.scalar(node);
    }
    return { kind: 'scalar', value: null, source: '', origin: { kind: 'file' }, position: this.at(node) };
  }

  private remember(node: { anchor?: string }): void {
    if (node.anchor !== undefined) this.anchors.set(node.anchor, node);
  }

  private alias(name: string, position: Position, path: string, depth: number): Tree {
    const target = this.anchors.get(name);
    if (target === undefined || this.expanding.has(name)) {
      this.problems.error(position, path, `the alias *${name} has no anchor before it, or contains itself`);
      return { kind: 'scalar', value: null, source: '', origin: { kind: 'file' }, position };
    }
    this.expanding.add(name);
    const tree = this.build(target, path, depth);
    this.expanding.delete(name);
    return tree;
  }

  private map(node: YAMLMap<unknown, unknown>, path: string, depth: number): TreeMap {
    const own = new Map<string, TreeEntry>();
    const merged = new Map<string, TreeEntry>();
    for (const pair of node.items) {
      const key = keyOf(pair);
      const position = this.at(pair.key);
      const value = this.build(pair.value, childPath(path, key), depth + 1);
      if (key === '<<') this.merge(value, position, path, merged);
      else own.set(key, { value, position });
    }
    const entries = new Map([...own, ...[...merged].filter(([key]) => !own.has(key))]);
    return { kind: 'map', entries, position: this.at(node) };
  }

  private merge(value: Tree, position: Position, path: string, into: Map<string, TreeEntry>): void {
    for (const part of value.kind === 'list' ? value.items : [value]) {
      if (part.kind !== 'map') {
        this.problems.error(position, childPath(path, '<<'), 'expected the alias of a map, or a list of them');
        continue;
      }
      for (const [key, entry] of part.entries) if (!into.has(key)) into.set(key, entry);
    }
  }

  private scalar(node: Scalar): TreeScalar {
    const source = node.source ?? '';
    return { kind: 'scalar', value: scalarValue(node, source), source, origin: { kind: 'file' }, position: this.at(node) };
  }

  private at(node: unknown): Position {
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    return this.positionOf(Array.isArray(range) && typeof range[0] === 'number' ? range[0] : 0);
  }
}

function keyOf(pair: Pair<unknown, unknown>): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

const plainBooleans = new Map([['yes', true], ['on', true], ['no', false], ['off', false]]);

function scalarValue(node: Scalar, source: string): TreeScalar['value'] {
  const { value } = node;
  if (typeof value === 'string') return node.type === Scalar.PLAIN ? (plainBooleans.get(source.toLowerCase()) ?? value) : value;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
  return source;
}
