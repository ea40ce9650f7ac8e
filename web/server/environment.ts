// Settings of the service: from the environment, else from the project's `.env`.
import { existsSync, readFileSync } from 'node:fs';

/** The variables of a `.env` file: `NAME=value`, with `export`, quotes and comments. A missing file has none. */
export function readEnvironmentFile(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  const variables: Record<string, string> = {};
  for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/.exec(line);
    if (match?.[1]) variables[match[1]] = unquoted(match[2] ?? '');
  }
  return variables;
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*?)\1(?:\s+#.*)?$/.exec(value);
  if (quoted) return quoted[2] ?? '';
  return value.replace(/(^|\s+)#.*$/, '');
}
