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
  readonly values = new Map<string, string>();

  get(name: string): string | null {
    return this.values.get(name) ?? null;
  }

  has(name: string): boolean {
    return this.values.has(name);
  }

  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this.values) visit(value, name);
  }
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
  const headers = new HeaderMap();
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
