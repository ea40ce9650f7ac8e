// What a connection's bytes mean by RFC 9112, read as slowly and as strictly as one can: all of it is there, nothing is remembered, and what
// could be read in two ways is no request. The server (src/http/server/) is compared with it.

/** A request, or how the connection ends. */
export type Said =
  | { kind: 'request'; method: string; target: string; body: string; framing: 'none' | 'length' | 'chunked'; /** The last on its connection. */ last: boolean; expects: boolean }
  /** Nothing that may be answered by anything but a refusal. `target`: a head was fine, its body was not. */
  | { kind: 'refused'; target: string | null }
  /** The bytes end inside a message. `target`: inside its body. */
  | { kind: 'unfinished'; target: string | null };

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const once = new Set(['content-length', 'transfer-encoding', 'host', 'authorization', 'content-type', 'content-encoding', 'expect']);

/** Reads a connection's bytes, one character for each. */
export function reference(bytes: string): Said[] {
  const said: Said[] = [];
  let rest = bytes;
  for (;;) {
    while (rest.startsWith('\r\n')) rest = rest.slice(2);
    if (rest === '') return said;
    const end = rest.indexOf('\r\n\r\n');
    if (end === -1) return [...said, { kind: 'unfinished', target: null }];
    const head = readHead(rest.slice(0, end));
    if (!head) return [...said, { kind: 'refused', target: null }];
    const body = readBody(rest.slice(end + 4), head);
    if (typeof body === 'string') return [...said, body === 'more' ? { kind: 'unfinished', target: head.target } : { kind: 'refused', target: head.target }];
    const { method, target, last, expects } = head;
    said.push({ kind: 'request', method, target, last, expects, body: body.text, framing: head.chunked ? 'chunked' : head.length > 0 ? 'length' : 'none' });
    if (head.last) return said;
    rest = body.rest;
  }
}

interface Head {
  method: string;
  target: string;
  length: number;
  chunked: boolean;
  last: boolean;
  expects: boolean;
}

function readHead(text: string): Head | null {
  const [first = '', ...lines] = text.split('\r\n');
  if ([...text.replaceAll('\r\n', '')].some((character) => character !== '\t' && (character < ' ' || character === '\u007F'))) return null;
  const words = first.split(' ');
  const [method = '', target = '', version = ''] = words;
  if (words.length !== 3 || !token.test(method) || method.length > 32 || !/^HTTP\/1\.\d$/.test(version) || !/^[\u0021-\u007E]+$/.test(target)) return null;
  if (!target.startsWith('/')) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    if (!token.test(name) || (headers.has(name) && once.has(name))) return null;
    const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return judged(method, target, version !== 'HTTP/1.0', headers);
}

function judged(method: string, target: string, isOneOne: boolean, headers: ReadonlyMap<string, string>): Head | null {
  const [length, coding, expect, connection] = ['content-length', 'transfer-encoding', 'expect', 'connection'].map((name) => headers.get(name));
  if (isOneOne && !headers.has('host')) return null;
  if (coding !== undefined && (length !== undefined || !isOneOne || coding.toLowerCase() !== 'chunked')) return null;
  if (length !== undefined && (length === '' || length.length > 15 || [...length].some((digit) => digit < '0' || digit > '9'))) return null;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') return null;
  const options = new Set((connection ?? '').toLowerCase().split(',').map((option) => option.trim()));
  const last = isOneOne ? options.has('close') : !options.has('keep-alive');
  return { method, target, length: Number(length ?? 0), chunked: coding !== undefined, last, expects: expect !== undefined && isOneOne };
}

/** The body and what stands behind it; `more` when it is not all there, `bad` when it is none. */
function readBody(text: string, { chunked, length }: Head): { text: string; rest: string } | 'more' | 'bad' {
  if (!chunked) return text.length < length ? 'more' : { text: text.slice(0, length), rest: text.slice(length) };
  let body = '';
  let rest = text;
  for (;;) {
    const line = /^([0-9A-Fa-f]{1,12})(?:[\t ]*(?:;[\t\u0020-\u007E\u0080-\u00FF]*)?)\r\n/.exec(rest);
    if (!line) return /^[0-9A-Fa-f]{0,12}(?:[\t ]*(?:;[^\r\n]*)?)\r?$/.test(rest) ? 'more' : 'bad';
    const size = Number.parseInt(line[1] ?? '', 16);
    rest = rest.slice(line[0].length);
    if (size === 0) return readTrailers(body, rest);
    if (rest.length < size) return 'more';
    body += rest.slice(0, size);
    const ends = rest.slice(size, size + 2);
    if (ends.length < 2) return 'more';
    if (ends !== '\r\n') return 'bad';
    rest = rest.slice(size + 2);
  }
}

function readTrailers(body: string, text: string): { text: string; rest: string } | 'more' | 'bad' {
  let rest = text;
  for (;;) {
    const end = rest.indexOf('\r\n');
    if (end === -1) return 'more';
    const line = rest.slice(0, end);
    rest = rest.slice(end + 2);
    if (line === '') return { text: body, rest };
    const colon = line.indexOf(':');
    if (!token.test(line.slice(0, Math.max(0, colon))) || /[^\t\u0020-\u007E\u0080-\u00FF]/.test(line)) return 'bad';
  }
}
