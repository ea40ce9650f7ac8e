// An answer of the gateway before it is on a socket. The platform's `Response` and `Headers` cost more to make and to read out again than
// all that is written into them; handlers off the hot path may still give one.
import { webStreamOf, type ByteSource } from './byte-source.ts';

/** What an answer's body may be. */
export type ReplyBody = Buffer | string | ByteSource | null;

// What would end a header somewhere, and what cannot be written at all. (RFC 9110, section 5.5)
const unwritable = /[^\t\x20-\x7e\x80-\xff]/;
const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** Headers that many answers share, checked and written once. */
export class FixedHeaders {
  readonly entries: ReadonlyMap<string, string>;
  /** As lines of a head, all of them and each. */
  readonly text: string;
  readonly lines: ReadonlyMap<string, string>;
  /** The lines as the end of a head: bytes that many answers are sent with. */
  readonly end: Buffer;

  constructor(entries: Readonly<Record<string, string>>) {
    const headers = new ReplyHeaders();
    for (const [name, value] of Object.entries(entries)) headers.set(name, value);
    this.entries = new Map(headers);
    this.text = headers.text();
    this.lines = new Map([...headers].map(([name, value]) => [name, `${name}: ${value}\r\n`]));
    this.end = Buffer.from(`${this.text}\r\n`, 'latin1');
  }
}

/** True for a body that comes in time. */
export const isByteSource = (body: ReplyBody): body is ByteSource => body !== null && typeof body === 'object' && !Buffer.isBuffer(body);

/** The headers of an answer. Names are in lower case. Lists instead of a map: they are written once and read out once, and are few. */
export class ReplyHeaders {
  private readonly names: string[] = [];
  private readonly values: string[] = [];
  private cookies: string[] | null = null;
  /** Shared headers that this answer has otherwise, or not at all. */
  private replaced: Set<string> | null = null;

  constructor(private readonly fixed: FixedHeaders | null = null) {}

  /** Headers from pairs. */
  static of(entries: Readonly<Record<string, string>>): ReplyHeaders {
    const headers = new ReplyHeaders();
    for (const name in entries) headers.set(name, entries[name] ?? '');
    return headers;
  }

  /** Sets a header in place of others of its name. Throws on what cannot stand in a head. */
  set(name: string, value: string): void {
    const key = checked(name, value);
    const shared = this.fixed?.entries.get(key);
    if (shared !== undefined) {
      if (shared === value && !this.replaced?.has(key)) return;
      (this.replaced ??= new Set()).add(key);
    }
    if (key === 'set-cookie') {
      this.cookies = [value];
      return;
    }
    const place = this.names.indexOf(key);
    if (place === -1) this.put(key, value);
    else this.values[place] = value;
  }

  /** Adds a header that is not there yet and needs no check: a name in lower case that the gateway wrote itself or has checked, and such a value. */
  put(name: string, value: string): void {
    this.names.push(name);
    this.values.push(value);
  }

  /** Adds a value to those that a header has. */
  append(name: string, value: string): void {
    const key = checked(name, value);
    if (key === 'set-cookie') {
      (this.cookies ??= []).push(value);
      return;
    }
    const known = this.get(key);
    this.set(key, known === null ? value : `${known}, ${value}`);
  }

  get(name: string): string | null {
    const key = name.toLowerCase();
    if (key === 'set-cookie') return this.cookies?.join(', ') ?? null;
    return this.values[this.names.indexOf(key)] ?? (this.replaced?.has(key) ? null : this.fixed?.entries.get(key) ?? null);
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }

  delete(name: string): void {
    const key = name.toLowerCase();
    if (this.fixed?.entries.has(key)) (this.replaced ??= new Set()).add(key);
    const place = this.names.indexOf(key);
    if (key === 'set-cookie') this.cookies = null;
    else if (place !== -1) [this.names, this.values].forEach((list) => list.splice(place, 1));
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const entry of this.fixed?.entries ?? []) if (!this.replaced?.has(entry[0])) yield entry;
    for (const [index, name] of this.names.entries()) yield [name, this.values[index] ?? ''];
    for (const cookie of this.cookies ?? []) yield ['set-cookie', cookie];
  }

  /** As lines of a head, each with its end. */
  text(): string {
    let text = this.fixed && this.replaced ? '' : this.fixed?.text ?? '';
    if (this.fixed && this.replaced) for (const [name, line] of this.fixed.lines) if (!this.replaced.has(name)) text += line;
    return text + this.ownText();
  }

  /** The lines that this answer does not share, and the end of the head with those that it does: for whoever writes the two one after the other. */
  parts(): { own: string; end: Buffer } | null {
    return this.fixed && !this.replaced ? { own: this.ownText(), end: this.fixed.end } : null;
  }

  private ownText(): string {
    const { names, values } = this;
    let text = '';
    for (let index = 0; index < names.length; index++) text += `${names[index]}: ${values[index]}\r\n`;
    if (this.cookies) for (const cookie of this.cookies) text += `set-cookie: ${cookie}\r\n`;
    return text;
  }
}

function checked(name: string, value: string): string {
  if (unwritable.test(value)) throw new TypeError(`The value of the header ${name} has characters that no header may have.`);
  if (token.test(name)) return name;
  const key = name.toLowerCase();
  if (!token.test(key)) throw new TypeError('A header has no proper name.');
  return key;
}

/** An answer. */
export class Reply {
  constructor(readonly status: number, readonly headers: ReplyHeaders, readonly body: ReplyBody) {}

  /** The same as the platform's. */
  web(): Response {
    const { body } = this;
    const whole = body === null || typeof body === 'string' || Buffer.isBuffer(body) ? body as string | Buffer<ArrayBuffer> | null : webStreamOf(body);
    return new Response(withoutBody(this.status) ? null : whole, { status: this.status, headers: [...this.headers] });
  }
}

/** What handlers give: an answer of our own or of the platform. */
export type AnyReply = Reply | Response;

/** True for statuses whose answers end with their head. */
export const withoutBody = (status: number): boolean => status === 204 || status === 304;
