// Reads the modules of a folder and what they import from each other. Types count: they tie rooms together as values do.
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** A source file; paths are relative to the project, with slashes. */
export interface Module {
  readonly path: string;
  readonly text: string;
  /** Imports by relative path, of types too; packages are left out. */
  readonly imports: readonly { readonly specifier: string; readonly target: string }[];
}

// `import … from '…'`, `export … from '…'`, `import '…'` at the start of a statement, and `import('…')` anywhere.
const statements = /^[ \t]*(?:import|export)\b[^'"`;=()]*?\bfrom\s*['"](\.[^'"]+)['"]|^[ \t]*import\s*['"](\.[^'"]+)['"]|\bimport\(\s*['"](\.[^'"]+)['"]/gm;

/** The modules below `<root>/<folder>` without tests. */
export function readModules(root: string, folder: string): Module[] {
  if (!existsSync(join(root, folder))) return [];
  const files = [...new Bun.Glob('**/*.{ts,tsx}').scanSync(join(root, folder))].filter((file) => !/\.test\.tsx?$|\.d\.ts$/.test(file));
  return files.toSorted().map((file) => readModule(posix.join(folder, file.replaceAll('\\', '/')), readFileSync(join(root, folder, file), 'utf8')));
}

/** One module. */
export function readModule(path: string, text: string): Module {
  const specifiers = [...withoutComments(text).matchAll(statements)].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
  return { path, text, imports: specifiers.map((specifier) => ({ specifier, target: posix.join(posix.dirname(path), specifier) })) };
}

/** Comments of whole lines go; nothing else can look like an import at the start of a line. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*\/\/.*$/gm, '').replace(/^[ \t]*\/\*[\s\S]*?\*\//gm, '');
}
