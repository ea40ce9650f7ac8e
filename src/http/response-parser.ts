// Reads an HTTP/1.1 response as it comes in, without copying its body. (RFC 9112: message framing in sections 6 and 7.)
import { ChunkedBody } from './chunked.ts';
import { HttpHeaders } from './headers.ts';

/** Whoever wants a response. */
export interface ResponseSink {
  onHead(status: number, headers: HttpHeaders): void;
  /** A part of the body; a view of what came in. */
  onBody(part: Buffer): void;
  /** The response is complete. `reusable`: the connection may carry another request. */
  onEnd(reusable: boolean): void;
}

const maxHeadBytes = 64 * 1024;
// Interim responses (100, 103) before the real one; nobody sends more than one or two.
const maxInterim = 16;
const headEnd = Buffer.from('\r\n\r\n');

/** The status of three digits that stands there; -1 when none does. */
function statusAt(text: string, at: number): number {
  let status = 0;
  for (let index = at; index < at + 3; index++) {
    const digit = text.charCodeAt(index) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return -1;
    status = status * 10 + digit;
  }
  const behind = text.charCodeAt(at + 3);
  return Number.isNaN(behind) || behind === 0x20 || behind === 0x0d ? status : -1;
}

const viewOf = (bytes: Buffer, from: number, to: number): Buffer => (from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to));

type State = 'head' | 'length' | 'until-close' | 'chunked' | 'done';

/** Parses one response. Bytes after its end are an error: nobody asked for them. */
export class ResponseParser {
  private state: State = 'head';
  private pending: Buffer | null = null;
  private left = 0;
  private readonly chunked = new ChunkedBody();
  private keepsAlive = true;
  private interim = 0;

  constructor(private readonly sink: ResponseSink) {}

  /** True before the first byte of the response. */
  get untouched(): boolean {
    return this.state === 'head' && this.pending === null && this.interim === 0;
  }

  /** Takes what came in. Gives the reason when it is no response, else null. */
  push(input: Buffer): string | null {
    const bytes = this.pending ? Buffer.concat([this.pending, input]) : input;
    this.pending = null;
    // An index goes through the bytes: each view of them costs as much as a short head.
    for (let at = 0; at < bytes.length;) {
      const next = this.step(bytes, at);
      if (typeof next === 'string') return next;
      if (next === at) {
        this.pending = at === 0 ? bytes : bytes.subarray(at);
        return bytes.length - at > maxHeadBytes ? 'a head or chunk line is too long' : null;
      }
      at = next;
    }
    return null;
  }

  /** The connection ended. Gives the reason when the response was not complete, else null. */
  close(): string | null {
    if (this.state === 'done') return null;
    if (this.state !== 'until-close') return 'the connection was closed before the response was complete';
    this.finish(false);
    return null;
  }

  /** Handles what stands at `at`; gives the index behind what that took, `at` itself when more bytes are needed, or what is wrong. */
  private step(bytes: Buffer, at: number): number | string {
    switch (this.state) {
      case 'head':
        return this.head(bytes, at);
      case 'length':
        return this.data(bytes, at);
      case 'chunked':
        return this.chunks(bytes, at);
      case 'until-close':
        this.sink.onBody(viewOf(bytes, at, bytes.length));
        return bytes.length;
      case 'done':
        return 'bytes came after the end of the response';
    }
  }

  private head(bytes: Buffer, from: number): number | string {
    const end = bytes.indexOf(headEnd, from);
    if (end === -1) return from;
    const text = bytes.toString('latin1', from, end);
    const isOneOne = text.startsWith('HTTP/1.1 ');
    const code = isOneOne || text.startsWith('HTTP/1.0 ') ? statusAt(text, 9) : -1;
    if (code === -1) return 'the response does not begin with a status line';
    const headers = HttpHeaders.parse(text);
    if (!headers) return 'a header line is malformed';
    // 100 Continue, 103 Early Hints: the real response follows.
    if (code < 200) return code === 101 ? 'the server switched protocols' : ++this.interim > maxInterim ? 'the response does not begin' : end + 4;
    const problem = this.frame(code, isOneOne, headers);
    if (problem !== null) return problem;
    this.sink.onHead(code, headers);
    if (this.left === 0 && this.state === 'length') this.finish(end + 4 === bytes.length);
    return end + 4;
  }

  /** Decides how long the body is. */
  private frame(code: number, isOneOne: boolean, headers: HttpHeaders): string | null {
    const connection = headers.get('connection')?.toLowerCase() ?? '';
    this.keepsAlive = isOneOne ? !connection.includes('close') : connection.includes('keep-alive');
    const coding = headers.get('transfer-encoding')?.toLowerCase();
    const length = headers.get('content-length');
    this.state = 'length';
    this.left = 0;
    if (code === 204 || code === 304) return null;
    if (coding !== undefined) {
      if (coding !== 'chunked') return 'the transfer coding is not known';
      // Both lengths at once are how responses are smuggled: the connection is not used again.
      if (length !== null || !isOneOne) this.keepsAlive = false;
      this.state = 'chunked';
      return null;
    }
    if (length === null) {
      this.state = 'until-close';
      return null;
    }
    if (!/^\d{1,15}$/.test(length)) return 'the content length is malformed';
    this.left = Number(length);
    return null;
  }

  private data(bytes: Buffer, from: number): number {
    const end = Math.min(bytes.length, from + this.left);
    this.left -= end - from;
    this.sink.onBody(viewOf(bytes, from, end));
    if (this.left === 0) this.finish(end === bytes.length);
    return end;
  }

  private chunks(bytes: Buffer, from: number): number | string {
    const next = this.chunked.read(bytes, from, (part) => this.sink.onBody(part));
    if (typeof next !== 'string' && this.chunked.complete) this.finish(next === bytes.length);
    return next;
  }

  /** `atEnd`: nothing came behind it. What did is the begin of a response that nobody asked for, and must not meet the next request. */
  private finish(atEnd: boolean): void {
    this.state = 'done';
    this.sink.onEnd(this.keepsAlive && atEnd);
  }
}
