// Server-sent events: splits a byte stream into whole frames without copying where a chunk already is one,
// and reads a frame's fields. (WHATWG HTML, section 9.2.6: lines end in LF, CRLF or CR.)
import { maxFrameBytes } from './bounds.ts';

/** The fields of one event. `event` is null when the frame has no `event:` line. */
export interface SseFrame {
  event: string | null;
  data: string;
}

const newline = 0x0a;
const carriageReturn = 0x0d;

// From this size on a frame that comes in many chunks is collected in memory that grows by doubling: to put it together anew for each chunk
// would copy a picture of ten megabytes hundreds of times.
const largeFrameBytes = 64 * 1024;

/** Cuts chunks into frames. A frame includes its closing blank line. */
export class SseSplitter {
  private pending: Buffer | null = null;
  /** The memory in whose beginning a large pending frame lies; null: it lies anywhere. */
  private room: Buffer | null = null;

  /** The frames that this chunk completes. Returns null when a frame is larger than the bound. */
  push(chunk: Uint8Array): Buffer[] | null {
    const part = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.pending ? this.joined(this.pending, part) : part;
    const frames: Buffer[] = [];
    let start = 0;
    let end = frameEnd(bytes, Math.max(0, (this.pending?.length ?? 0) - 3));
    while (end !== -1) {
      frames.push(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end));
      start = end;
      end = frameEnd(bytes, start);
    }
    // Frames that were given away lie there.
    if (start > 0) this.room = null;
    this.pending = start === bytes.length ? null : start === 0 ? bytes : bytes.subarray(start);
    if (this.pending && this.pending.length > maxFrameBytes) return null;
    return frames;
  }

  private joined(pending: Buffer, part: Buffer): Buffer {
    if (pending.length < largeFrameBytes) return Buffer.concat([pending, part]);
    const length = pending.length + part.length;
    if (!this.room || this.room.length < length) {
      this.room = Buffer.allocUnsafeSlow(2 * length);
      this.room.set(pending);
    }
    this.room.set(part, pending.length);
    return this.room.subarray(0, length);
  }

  /** What is left when the stream ends: a frame without its closing blank line, or null. */
  rest(): Buffer | null {
    const { pending } = this;
    this.pending = null;
    return pending;
  }
}

// The index after the blank line that closes a frame, or -1. A blank line is LF LF, CRLF CRLF or a mix of both.
function frameEnd(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(newline, from);
  while (at !== -1) {
    const next = bytes[at + 1];
    if (next === newline) return at + 2;
    if (next === carriageReturn && bytes[at + 2] === newline) return at + 3;
    at = bytes.indexOf(newline, at + 1);
  }
  return -1;
}

/** The fields of a frame; null when it holds only comments. */
export function parseFrame(frame: Buffer): SseFrame | null {
  return parseFrameText(frame.toString('utf8'));
}

/** The fields of a frame given as text; null when it holds only comments. */
export function parseFrameText(text: string): SseFrame | null {
  let event: string | null = null;
  let data: string | null = null;
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf('\n', start);
    if (end === -1) end = text.length;
    const last = text.charCodeAt(end - 1) === carriageReturn ? end - 1 : end;
    if (text.startsWith('data:', start)) {
      const value = text.slice(text.charCodeAt(start + 5) === 0x20 ? start + 6 : start + 5, last);
      data = data === null ? value : `${data}\n${value}`;
    } else if (text.startsWith('event:', start)) {
      event = text.slice(start + 6, last).trim();
    }
    start = end + 1;
  }
  return data === null ? null : { event, data };
}

/** An event as text, with an `event:` line when it has a name. */
export function formatFrame(data: string, event?: string): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}
