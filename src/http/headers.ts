// The headers of a response: names in lower case, values as they came.
import { readHeaderLines } from './header-lines.ts';

const maxHeaders = 200;
const none: ReadonlySet<string> = new Set();

/** Headers that can be looked at. */
export class HttpHeaders {
  private constructor(private readonly values: ReadonlyMap<string, string>) {}

  /** Reads a head, its status line first; null when a line is malformed. A name that comes again has its values joined. */
  static parse(head: string): HttpHeaders | null {
    const values = new Map<string, string>();
    const lineEnd = head.indexOf('\r\n');
    if (lineEnd === -1) return new HttpHeaders(values);
    const wrong = readHeaderLines(head, lineEnd + 2, maxHeaders, none, values);
    if (wrong !== null) return null;
    // Two different lengths make two different messages of the same bytes; the same twice is one.
    const lengths = values.get('content-length');
    if (lengths?.includes(',')) {
      const [first = '', ...others] = lengths.split(', ');
      if (others.some((other) => other !== first)) return null;
      values.set('content-length', first);
    }
    return new HttpHeaders(values);
  }

  /** The value of a header, or null. The name is given in lower case. */
  get(name: string): string | null {
    return this.values.get(name) ?? null;
  }

  /** Calls `visit` with each value and name. */
  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this.values) visit(value, name);
  }
}
