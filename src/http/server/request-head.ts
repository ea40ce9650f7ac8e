// Reads the head of a request, strictly: whatever two programs could read in two ways is refused, since one of them may stand in front of
// this one. (RFC 9112: sections 2, 3, 5, 6.)
import { readHeaderLines } from '../header-lines.ts';
import type { RequestHeaders } from '../incoming.ts';

/** A head that may not be answered in any other way than by this status. */
export interface HeadProblem {
  kind: 'problem';
  status: 400 | 417 | 431 | 501 | 505;
  reason: string;
}

/** What a head says. */
export interface RequestHead {
  kind: 'head';
  method: string;
  /** Path and query. */
  target: string;
  headers: RequestHeaders;
  /** Bytes of the body; null when it is chunked. */
  length: number | null;
  /** HTTP/1.1: chunked answers are understood. */
  isOneOne: boolean;
  /** The connection may carry another request. */
  keepsAlive: boolean;
  /** The client waits for `100 Continue` before it sends the body. */
  expectsContinue: boolean;
}

const maxHeaders = 200;
const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) ([\x21-\x7e]{1,16384}) HTTP\/(\d)\.(\d)$/;
// What may stand only once, since the first and the last are two different messages.
const single = new Set(['content-length', 'transfer-encoding', 'host', 'authorization', 'content-type', 'content-encoding', 'expect']);

const problem = (status: HeadProblem['status'], reason: string): HeadProblem => ({ kind: 'problem', status, reason });

/** Headers in a map. */
class HeaderMap implements RequestHeaders {
  /** `length`: the content length, where the rest is that of an earlier head. */
  constructor(readonly values: Map<string, string>, private readonly length: string | null = null) {}

  get(name: string): string | null {
    return (this.length !== null && name === 'content-length' ? this.length : this.values.get(name)) ?? null;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this.values) visit(this.length !== null && name === 'content-length' ? this.length : value, name);
  }

  /** The same but for the length of the body. */
  withLength(length: string): HeaderMap {
    return new HeaderMap(this.values, length);
  }
}

/** A head that was read, as bytes, and where in them the digits of the content length stand; without one both are its end. */
interface KnownHead {
  bytes: Buffer;
  head: RequestHead;
  headers: HeaderMap;
  digitsFrom: number;
  digitsTo: number;
}

// After so many heads that had nothing in common with the one before, a connection is taken for one of a proxy or a client with ids in its heads.
const maxStrangers = 8;
const digits = /^\d{1,15}$/;

/**
 * Reads the heads of one connection. A client says the same on it again and again, but for the length of the body: then nothing is read anew.
 * That a head is the same is told by its bytes.
 */
export class HeadReader {
  private known: KnownHead | null = null;
  private strangers = 0;

  /** Reads the head in `bytes` from `from` to `end`, its closing blank line excluded. */
  read(bytes: Buffer, from: number, end: number): RequestHead | HeadProblem {
    const again = this.known && this.again(this.known, bytes, from, end);
    if (again) {
      this.strangers = 0;
      return again;
    }
    const text = bytes.toString('latin1', from, end);
    const head = parseRequestHead(text);
    if (this.strangers < maxStrangers) {
      this.strangers++;
      this.known = head.kind === 'head' && head.headers instanceof HeaderMap ? knownHead(text, head, head.headers) : null;
    }
    return head;
  }

  /** Nothing is kept for a connection that rests. */
  forget(): void {
    this.known = null;
  }

  private again({ bytes: known, head, headers, digitsFrom, digitsTo }: KnownHead, bytes: Buffer, from: number, end: number): RequestHead | null {
    const behind = known.length - digitsTo;
    const to = end - behind;
    if (to - from < digitsFrom || known.compare(bytes, from, from + digitsFrom, 0, digitsFrom) !== 0 || known.compare(bytes, to, end, digitsTo) !== 0) return null;
    if (to - from === digitsTo && known.compare(bytes, from + digitsFrom, to, digitsFrom, digitsTo) === 0) return head;
    const length = bytes.toString('latin1', from + digitsFrom, to);
    return digitsFrom < digitsTo && digits.test(length) ? { ...head, length: Number(length), headers: headers.withLength(length) } : null;
  }
}

function knownHead(text: string, head: RequestHead, headers: HeaderMap): KnownHead {
  const found = /\r\ncontent-length:[ \t]*(\d+)[ \t]*(?:\r\n|$)/i.exec(text);
  const digitsFrom = found?.[1] === undefined ? text.length : text.indexOf(found[1], found.index + 17);
  return { bytes: Buffer.from(text, 'latin1'), head, headers, digitsFrom, digitsTo: digitsFrom + (found?.[1]?.length ?? 0) };
}

/** Reads a head without its closing blank line, as latin1 text. */
export function parseRequestHead(text: string): RequestHead | HeadProblem {
  const lineEnd = text.indexOf('\r\n');
  const first = requestLine.exec(lineEnd === -1 ? text : text.slice(0, lineEnd));
  if (!first) return problem(400, 'the request line is malformed');
  const [, method = '', rawTarget = '', major, minor] = first;
  if (major !== '1') return problem(505, 'only HTTP/1 is spoken here');
  const target = pathOf(rawTarget, method);
  if (target === null) return problem(400, 'the request target is malformed');
  const headers = new HeaderMap(new Map());
  const wrong = lineEnd === -1 ? null : readHeaders(text, lineEnd + 2, headers.values);
  if (wrong) return wrong;
  return judged(method, target, minor !== '0', headers);
}

// A target may be a whole address, as proxies send it; what it says of the host decides nothing here.
function pathOf(target: string, method: string): string | null {
  if (target.startsWith('/')) return target;
  if (target === '*') return method === 'OPTIONS' ? target : null;
  const absolute = /^https?:\/\/[^/?#]+(\/.*)?$/i.exec(target);
  return absolute ? absolute[1] ?? '/' : null;
}

function readHeaders(text: string, from: number, values: Map<string, string>): HeadProblem | null {
  const wrong = readHeaderLines(text, from, maxHeaders, single, values);
  if (wrong === null) return null;
  if (wrong === 'too many') return problem(431, 'there are too many headers');
  return problem(400, wrong === 'malformed' ? 'a header is malformed' : `the header ${wrong.twice} came twice`);
}

function judged(method: string, target: string, isOneOne: boolean, headers: HeaderMap): RequestHead | HeadProblem {
  const { values } = headers;
  if (isOneOne && !values.has('host')) return problem(400, 'there is no Host');
  const coding = values.get('transfer-encoding');
  const declared = values.get('content-length');
  if (coding !== undefined) {
    if (declared !== undefined || !isOneOne) return problem(400, 'the length of the body is told in two ways');
    if (coding.toLowerCase() !== 'chunked') return problem(501, 'the transfer coding is not known');
  } else if (declared !== undefined && !/^\d{1,15}$/.test(declared)) {
    return problem(400, 'the content length is malformed');
  }
  const expected = values.get('expect');
  if (expected !== undefined && expected.toLowerCase() !== '100-continue') return problem(417, 'this expectation is not known');
  const connection = values.get('connection')?.toLowerCase();
  return {
    kind: 'head', method, target, headers, isOneOne,
    length: coding === undefined ? Number(declared ?? 0) : null,
    keepsAlive: connection === undefined ? isOneOne : isOneOne ? !/\bclose\b/.test(connection) : /\bkeep-alive\b/.test(connection),
    expectsContinue: expected !== undefined && isOneOne,
  };
}
