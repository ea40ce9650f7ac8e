// The headers of a response: names in lower case, values as they came.

const maxHeaders = 200;
// What no header may hold, since it would be the end of it somewhere. (RFC 9110, section 5.5)
const unwritable = /[\0\r\n]/;
const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Headers that can be looked at. */
export class HttpHeaders {
  private constructor(private readonly values: ReadonlyMap<string, string>) {}

  /** Reads a head, its status line first; null when a line is malformed. A name that comes again has its values joined. */
  static parse(head: string): HttpHeaders | null {
    const lines = head.split('\r\n');
    if (lines.length > maxHeaders) return null;
    const values = new Map<string, string>();
    for (let index = 1; index < lines.length; index++) {
      const line = lines[index] ?? '';
      const colon = line.indexOf(':');
      if (colon <= 0) return null;
      const name = line.slice(0, colon).toLowerCase();
      if (!token.test(name)) return null;
      const value = line.slice(colon + 1).trim();
      if (unwritable.test(value)) return null;
      const known = values.get(name);
      // Two different lengths make two different messages of the same bytes.
      if (known !== undefined && name === 'content-length' && known !== value) return null;
      values.set(name, known === undefined || name === 'content-length' ? value : `${known}, ${value}`);
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
