// Reads a configuration file and the files that it includes into one tree. As in LiteLLM lists are appended and an included file's
// settings win; unlike there, sections are merged field by field instead of being replaced whole.
import { dirname, resolve } from 'node:path';
import { MAX_FILES } from './bounds.ts';
import { parseYaml } from './parse-yaml.ts';
import { childPath } from './problem.ts';
import type { Position, ProblemList } from './problem.ts';
import type { ReadSource } from './read-source.ts';
import { describe, isAbsent } from './tree.ts';
import type { Tree, TreeEntry, TreeMap } from './tree.ts';

/** Reads `file` and what it includes. Undefined when the main file gives nothing; the reason is in `problems`. */
export function readWithIncludes(file: string, readSource: ReadSource, problems: ProblemList): { readonly tree: TreeMap; readonly files: readonly string[] } | undefined {
  const reading = new Reading(readSource, problems);
  const tree = reading.read(file, { file, line: 0, column: 0 }, '', []);
  return tree === undefined ? undefined : { tree, files: [...reading.files] };
}

class Reading {
  readonly files = new Set<string>();

  constructor(
    private readonly readSource: ReadSource,
    private readonly problems: ProblemList,
  ) {}

  /** `from` is where the file is named, for the message when it cannot be read; `chain` the files that include it. */
  read(file: string, from: Position, path: string, chain: readonly string[]): TreeMap | undefined {
    this.files.add(file);
    const source = this.readSource(file);
    if (source.kind === 'error') {
      this.problems.error(from, path, chain.length === 0 ? `the configuration file ${source.message}` : `${file} ${source.message}`);
      return undefined;
    }
    const before = this.problems.errors.length;
    const tree = parseYaml(source.text, file, this.problems);
    if (this.problems.errors.length > before) return undefined;
    if (tree === undefined || isAbsent(tree)) {
      this.problems.error({ file, line: 1, column: 1 }, '', 'the file is empty; expected settings such as model_list');
      return undefined;
    }
    if (tree.kind !== 'map') {
      this.problems.error(tree.position, '', `expected a map with sections such as model_list, found ${describe(tree)}`);
      return undefined;
    }
    return this.included(tree, file, [...chain, file]);
  }

  private included(main: TreeMap, file: string, chain: readonly string[]): TreeMap {
    const include = main.entries.get('include');
    if (include === undefined || isAbsent(include.value)) return main;
    const names = include.value.kind === 'list' ? include.value.items : [include.value];
    let result = main;
    for (const [index, name] of names.entries()) {
      const path = include.value.kind === 'list' ? `include[${index}]` : 'include';
      if (name.kind !== 'scalar' || typeof name.value !== 'string' || name.value === '') {
        this.problems.error(name.position, path, `expected the name of a file, found ${describe(name)}`);
        continue;
      }
      const other = resolve(dirname(file), name.value);
      if (chain.some((ancestor) => resolve(ancestor) === other)) {
        this.problems.error(name.position, path, `${name.value} includes itself, directly or through other files`);
      } else if (this.files.size >= MAX_FILES) {
        this.problems.error(name.position, path, `more than ${MAX_FILES} files are included`);
      } else {
        const part = this.read(other, name.position, path, chain);
        if (part !== undefined) result = merge(result, part, '', this.problems);
      }
    }
    return result;
  }
}

/** `over` laid over `base`: lists appended, maps merged, everything else replaced, with a warning when it differs. */
function merge(base: TreeMap, over: TreeMap, path: string, problems: ProblemList): TreeMap {
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    if (path === '' && key === 'include') continue;
    const own = entries.get(key);
    const merged = own === undefined || isAbsent(own.value) ? entry.value : mergeValue(own, entry, childPath(path, key), problems);
    entries.set(key, { value: merged, position: own?.value === merged ? own.position : entry.position });
  }
  return { ...base, entries };
}

function mergeValue(own: TreeEntry, over: TreeEntry, path: string, problems: ProblemList): Tree {
  if (isAbsent(over.value)) return own.value;
  if (own.value.kind === 'list' && over.value.kind === 'list') return { ...own.value, items: [...own.value.items, ...over.value.items] };
  if (own.value.kind === 'map' && over.value.kind === 'map') return merge(own.value, over.value, path, problems);
  const same = own.value.kind === 'scalar' && over.value.kind === 'scalar' && own.value.value === over.value.value;
  if (!same) problems.warn(over.position, path, `replaces the value in ${own.position.file}, line ${own.position.line}`);
  return over.value;
}
