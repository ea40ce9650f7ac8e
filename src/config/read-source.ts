// Reads a configuration file's text, or says in plain words why that is not possible.
import { readFileSync, statSync } from 'node:fs';
import { MAX_FILE_SIZE_BYTES } from './bounds.ts';

/** The text of a file, or why there is none. */
export type Source = { readonly kind: 'ok'; readonly text: string } | { readonly kind: 'error'; readonly message: string };

/** How files are read; tests and the command line give their own. */
export type ReadSource = (file: string) => Source;

/** Reads a file from disk; UTF-8, with or without a byte order mark. */
export function readSource(file: string): Source {
  try {
    const status = statSync(file);
    if (status.isDirectory()) return failed('is a folder; expected a file');
    if (status.size > MAX_FILE_SIZE_BYTES) return failed(`is larger than ${MAX_FILE_SIZE_BYTES / 1024 / 1024} MB; is it the right file?`);
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    return { kind: 'ok', text };
  } catch (error) {
    return failed(reason(error));
  }
}

function failed(message: string): Source {
  return { kind: 'error', message };
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
      return 'does not exist';
    case 'EACCES':
      return 'may not be read by this user';
    case 'ERR_ENCODING_INVALID_ENCODED_DATA':
      return 'is not UTF-8 text';
    default:
      return `cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`;
  }
}
