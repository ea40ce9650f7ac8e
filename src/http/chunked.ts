// Reads the chunked transfer coding, in requests as in responses, strictly: what could be read in two ways is refused.
// (RFC 9112, section 7.1)

const lineEnd = Buffer.from('\r\n');
const maxLineBytes = 1024;
const maxTrailerBytes = 16 * 1024;
// A trailer is a header like others. What is none, or holds half a line end, ends somewhere else for another program. (RFC 9112, sections 7.1.2, 2.2)
const trailerLine = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t\x20-\x7e\x80-\xff]*$/;

type State = 'size' | 'data' | 'data-end' | 'trailers' | 'done';

/** Takes a chunked body apart. */
export class ChunkedBody {
  private state: State = 'size';
  private left = 0;
  private trailerBytes = 0;

  /** The last chunk and the trailers were read. */
  get complete(): boolean {
    return this.state === 'done';
  }

  /**
   * Reads from `from` on and gives each part of the body to `take`. Gives the index of the first byte that was not used: where the body
   * ended, or what is to be offered again with more behind it; or what is wrong.
   */
  read(bytes: Buffer, from: number, take: (part: Buffer) => void): number | string {
    let at = from;
    while (at < bytes.length && this.state !== 'done') {
      const next = this.step(bytes, at, take);
      if (typeof next === 'string' || next === at) return next;
      at = next;
    }
    return at;
  }

  private step(bytes: Buffer, at: number, take: (part: Buffer) => void): number | string {
    switch (this.state) {
      case 'size':
        return this.size(bytes, at);
      case 'data': {
        const end = Math.min(bytes.length, at + this.left);
        this.left -= end - at;
        if (this.left === 0) this.state = 'data-end';
        take(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
        return end;
      }
      case 'data-end':
        if (bytes.length < at + 2) return at;
        if (bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) return 'a chunk does not end where it should';
        this.state = 'size';
        return at + 2;
      case 'trailers':
        return this.trailer(bytes, at);
      case 'done':
        return at;
    }
  }

  private size(bytes: Buffer, from: number): number | string {
    let at = from;
    let size = 0;
    for (let digit = hexDigit(bytes[at]); digit !== -1; digit = hexDigit(bytes[at])) {
      if (at - from >= 12) return 'a chunk size is malformed';
      size = size * 16 + digit;
      at++;
    }
    if (at === bytes.length) return from;
    if (at === from) return 'a chunk size is malformed';
    if (bytes[at] !== 0x0d || bytes[at + 1] !== 0x0a) {
      const end = this.extension(bytes, at);
      if (typeof end === 'string' || end === -1) return end === -1 ? from : end;
      at = end;
    }
    this.left = size;
    this.state = size === 0 ? 'trailers' : 'data';
    return at + 2;
  }

  // What stands behind a size is white space and extensions, which nobody uses; a bare LF among them would be a line end for some.
  private extension(bytes: Buffer, at: number): number | string {
    const end = bytes.indexOf(lineEnd, at);
    if (end === -1) return bytes.length - at > maxLineBytes ? 'a chunk line is too long' : -1;
    return /^[\t ]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/.test(bytes.toString('latin1', at, end)) ? end : 'a chunk size is malformed';
  }

  private trailer(bytes: Buffer, at: number): number | string {
    const end = bytes.indexOf(lineEnd, at);
    this.trailerBytes += end === -1 ? 0 : end - at;
    if (this.trailerBytes > maxTrailerBytes || (end === -1 && bytes.length - at > maxTrailerBytes)) return 'the trailers are too long';
    if (end === -1) return at;
    if (end === at) this.state = 'done';
    else if (!trailerLine.test(bytes.toString('latin1', at, end))) return 'a trailer is malformed';
    return end + 2;
  }
}

function hexDigit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
