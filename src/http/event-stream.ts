// AWS's binary event streams (`application/vnd.amazon.eventstream`): messages with headers, a payload and two checksums.
// https://docs.aws.amazon.com/transcribe/latest/dg/streaming-setting-up.html#streaming-event-stream
import { crc32 } from 'node:zlib';
import { maxFrameBytes } from '../lib/bounds.ts';

/** One message. Only text headers are kept; the others say nothing that is needed here. */
export interface EventMessage {
  headers: ReadonlyMap<string, string>;
  payload: Buffer;
}

const preludeBytes = 12;
const checksumBytes = 4;
// The length of a header's value by its type; types 6 and 7 (bytes, text) tell theirs.
const valueBytes: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
const textType = 7;

/** Cuts chunks into messages. */
export class EventStreamSplitter {
  private pending: Buffer = Buffer.alloc(0);

  /** The messages that this chunk completes; null when the bytes are no event stream. */
  push(chunk: Uint8Array): EventMessage[] | null {
    const part = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.pending.length > 0 ? Buffer.concat([this.pending, part]) : part;
    const messages: EventMessage[] = [];
    let at = 0;
    while (bytes.length - at >= preludeBytes) {
      const length = bytes.readUInt32BE(at);
      if (length < preludeBytes + checksumBytes || length > maxFrameBytes || crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) return null;
      if (bytes.length - at < length) break;
      const message = readMessage(bytes.subarray(at, at + length));
      if (!message) return null;
      messages.push(message);
      at += length;
    }
    this.pending = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
    return messages;
  }

  /** True when the stream ended inside a message. */
  get cut(): boolean {
    return this.pending.length > 0;
  }
}

function readMessage(bytes: Buffer): EventMessage | null {
  const end = bytes.length - checksumBytes;
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end)) return null;
  const headersEnd = preludeBytes + bytes.readUInt32BE(4);
  if (headersEnd > end) return null;
  const headers = new Map<string, string>();
  let at = preludeBytes;
  while (at < headersEnd) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? 255;
    const fixed = valueBytes[type];
    if (fixed === undefined || nameEnd + 3 > headersEnd + 2) return null;
    const start = nameEnd + 1 + (fixed === -1 ? 2 : 0);
    const length = fixed === -1 ? bytes.readUInt16BE(nameEnd + 1) : fixed;
    if (start + length > headersEnd) return null;
    if (type === textType) headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', start, start + length));
    at = start + length;
  }
  return { headers, payload: bytes.subarray(headersEnd, end) };
}

/** A message as bytes; for servers and tests. */
export function writeMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array | string): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => {
    const length = Buffer.alloc(3);
    length.writeUInt8(textType, 0);
    length.writeUInt16BE(Buffer.byteLength(value), 1);
    return Buffer.concat([Buffer.from([Buffer.byteLength(name)]), Buffer.from(name), length, Buffer.from(value)]);
  }));
  const body = Buffer.from(payload);
  const bytes = Buffer.alloc(preludeBytes + head.length + body.length + checksumBytes);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(head.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  head.copy(bytes, preludeBytes);
  body.copy(bytes, preludeBytes + head.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, bytes.length - checksumBytes)), bytes.length - checksumBytes);
  return bytes;
}
