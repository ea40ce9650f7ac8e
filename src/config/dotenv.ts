// Reads `.env` files by the rules of python-dotenv, which LiteLLM uses: `NAME=value`, `export`, quotes, comments, `${NAME}`.
// Bun's own loader is not used: it also replaces `$NAME` inside values, which breaks passwords with a dollar sign.
import { join } from 'node:path';
import { readSource } from './read-source.ts';
import type { Environment } from './resolve-environment.ts';

/** The environment with the names of `<folder>/.env` added. What is exported wins. Without such a file it is returned as it is. */
export function withDotenv(folder: string, environment: Environment): Environment {
  const source = readSource(join(folder, '.env'));
  return source.kind === 'ok' ? { ...parseDotenv(source.text, environment), ...defined(environment) } : environment;
}

function defined(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}

const LINE = /^[ \t]*(?:export[ \t]+)?([^\s=#'"]+)[ \t]*=[ \t]*(?:'((?:\\'|[^'])*)'|"((?:\\[\s\S]|[^"\\])*)"|([^\r\n]*))[^\r\n]*$/gm;

/** The names and values of a `.env` text. Lines that cannot be read are skipped. `${NAME}` and `${NAME:-default}` are replaced, but not in single quotes. */
export function parseDotenv(text: string, environment: Environment = {}): Readonly<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [, name, single, double, plain] of text.replaceAll('\r\n', '\n').matchAll(LINE)) {
    if (name === undefined) continue;
    if (single !== undefined) values[name] = single.replaceAll("\\'", "'").replaceAll('\\\\', '\\');
    else values[name] = expand(double === undefined ? unquoted(plain ?? '') : unescaped(double), environment, values);
  }
  return values;
}

function unquoted(value: string): string {
  return value.replace(/(^|\s+)#.*$/, '').trim();
}

const escapes: ReadonlyMap<string, string> = new Map([['n', '\n'], ['r', '\r'], ['t', '\t'], ['"', '"'], ["'", "'"], ['\\', '\\']]);

function unescaped(value: string): string {
  return value.replace(/\\([\s\S])/g, (whole, letter: string) => escapes.get(letter) ?? whole);
}

function expand(value: string, environment: Environment, values: Readonly<Record<string, string>>): string {
  return value.replace(/\$\{([^}:]+)(?::-([^}]*))?\}/g, (_whole, name: string, fallback: string | undefined) => {
    const exported = Object.hasOwn(environment, name) ? environment[name] : undefined;
    return exported ?? (Object.hasOwn(values, name) ? values[name] : undefined) ?? fallback ?? '';
  });
}
