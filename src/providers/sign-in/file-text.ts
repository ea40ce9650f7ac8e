// Files that hold a secret: read when they are needed, since they are written anew from time to time.
import { readFileSync } from 'node:fs';

/** The text of a file without white space around it; undefined when it cannot be read. */
export function textOfFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}
