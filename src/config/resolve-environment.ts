// Replaces `os.environ/NAME` by the environment's value, anywhere in the file, and refuses spellings that look like it and would stay as they are.
import { childPath } from './problem.ts';
import type { ProblemList } from './problem.ts';
import type { Tree, TreeEntry, TreeScalar } from './tree.ts';

/** The names and values of an environment; names that are not set are missing or undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PREFIX = 'os.environ/';
const WHOLE_REFERENCE = /^os\.environ\/([^\s]+)$/;
const EMBEDDED_REFERENCE = /os\.environ\/([A-Za-z_][A-Za-z0-9_]*)/g;
const WHOLE_BRACES = /^\$\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?::?[-?+][^}]*)?\}$/;
const EMBEDDED_BRACES = /\$\{([A-Z_][A-Z0-9_]*)\}/;

/** Fields whose text is somebody's words: `${NAME}` inside them is text. */
const proseKeys = new Set(['mock_response', 'content', 'description', 'template', 'prompt', 'instructions']);

/** The tree with every reference resolved. An unset name becomes null and a warning that names it. */
export function resolveEnvironment(tree: Tree, environment: Environment, problems: ProblemList): Tree {
  return new Resolver(environment, problems).resolve(tree, '', '', '');
}

class Resolver {
  constructor(
    private readonly environment: Environment,
    private readonly problems: ProblemList,
  ) {}

  /** `key` is the nearest map key above the value, `outerKey` the one above that. */
  resolve(tree: Tree, path: string, key: string, outerKey: string): Tree {
    switch (tree.kind) {
      case 'list':
        return { ...tree, items: tree.items.map((item, index) => this.resolve(item, `${path}[${index}]`, key, outerKey)) };
      case 'map': {
        const entries = new Map<string, TreeEntry>();
        for (const [name, entry] of tree.entries) {
          entries.set(name, { position: entry.position, value: this.resolve(entry.value, childPath(path, name), name, key) });
        }
        return { ...tree, entries };
      }
      case 'scalar':
        return typeof tree.value === 'string' ? this.text(tree, tree.value, path, key, outerKey) : tree;
    }
  }

  private text(scalar: TreeScalar, value: string, path: string, key: string, outerKey: string): TreeScalar {
    if (value.startsWith(PREFIX)) return this.reference(scalar, value.trim(), path);
    const braces = WHOLE_BRACES.exec(value.trim());
    if (braces?.[1] !== undefined) {
      this.problems.error(scalar.position, path, `${value.trim()} is not replaced by the environment; write os.environ/${braces[1]}`);
      return scalar;
    }
    if (proseKeys.has(key)) return scalar;
    if (outerKey.endsWith('headers') && value.includes(PREFIX)) return this.header(scalar, value, path);
    this.doubts(scalar, value, path);
    return scalar;
  }

  private reference(scalar: TreeScalar, value: string, path: string): TreeScalar {
    const name = WHOLE_REFERENCE.exec(value)?.[1];
    if (name === undefined) {
      this.problems.error(scalar.position, path, 'expected the name of an environment variable after os.environ/, and nothing else');
      return scalar;
    }
    const found = this.environment[name];
    if (found !== undefined) return { ...scalar, value: found, origin: { kind: 'environment', variable: name } };
    this.problems.warn(scalar.position, path, `os.environ/${name}: the environment variable ${name} is not set`);
    return { ...scalar, value: null, origin: { kind: 'unset', variable: name } };
  }

  /** "Bearer os.environ/NAME" in a header. With an unset name the whole header is left out. */
  private header(scalar: TreeScalar, value: string, path: string): TreeScalar {
    const names = [...value.matchAll(EMBEDDED_REFERENCE)].flatMap((match) => match[1] ?? []);
    const unset = names.find((name) => this.environment[name] === undefined);
    if (unset !== undefined) {
      this.problems.warn(scalar.position, path, `os.environ/${unset}: the environment variable ${unset} is not set; the header is left out`);
      return { ...scalar, value: null, origin: { kind: 'unset', variable: unset } };
    }
    const replaced = value.replace(EMBEDDED_REFERENCE, (_match, name: string) => this.environment[name] ?? '');
    return { ...scalar, value: replaced, origin: { kind: 'environment', variable: names[0] ?? '' } };
  }

  private doubts(scalar: TreeScalar, value: string, path: string): void {
    const braces = EMBEDDED_BRACES.exec(value)?.[1];
    if (braces !== undefined) {
      const advice = `put the whole value into an environment variable and write os.environ/NAME`;
      this.problems.error(scalar.position, path, `\${${braces}} inside a value is not replaced by the environment; ${advice}`);
    } else if (value.includes(PREFIX)) {
      this.problems.warn(scalar.position, path, 'os.environ/ is replaced only at the beginning of a value; this one stays as it is written');
    } else if (/^\$[A-Z_][A-Z0-9_]*$/.test(value)) {
      // It may be a secret that begins with a dollar sign: it is not repeated.
      this.problems.warn(scalar.position, path, "looks like a shell's variable and stays as it is written; for the environment's value write os.environ/NAME");
    } else if (/^os\.environ[.[(]/.test(value)) {
      this.problems.error(scalar.position, path, 'expected os.environ/NAME, with a slash');
    }
  }
}
