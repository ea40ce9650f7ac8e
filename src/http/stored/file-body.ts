// The body of a request to a provider of which parts lie in a file. It is read block by block while it is sent, and again for each attempt.
import { uploadBlockBytes } from '../../lib/bounds.ts';
import type { SpillFile } from './spill-file.ts';

/** A run of a file's bytes. */
export class FileRun {
  readonly length: number;

  constructor(readonly file: SpillFile, readonly start: number, end: number) {
    this.length = end - start;
  }
}

/** Bytes in memory, or a run of a file. */
export type Piece = Buffer | FileRun;

/** The body. */
export class FileBody {
  readonly length: number;

  constructor(readonly pieces: readonly Piece[]) {
    this.length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  }

  /** Begins to read it; the file is held until the reader is closed. */
  reader(): FileBodyReader {
    return new FileBodyReader(this.pieces);
  }
}

/** Reads a body once, in order. */
export class FileBodyReader {
  private readonly pieces: Piece[];
  private at = 0;
  private closed = false;
  private reading = false;

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces.filter((piece) => piece.length > 0);
    for (const piece of this.pieces) if (piece instanceof FileRun) piece.file.hold();
  }

  /** The next bytes, in `block` where they come from a file; null at the end, and once it is closed. Rejects when the file cannot be read. One call at a time. */
  async next(block: Buffer): Promise<Buffer | null> {
    const [piece] = this.pieces;
    if (!piece || this.closed) return null;
    if (Buffer.isBuffer(piece)) {
      this.pieces.shift();
      return piece;
    }
    const wanted = block.subarray(0, Math.min(block.length, piece.length - this.at));
    this.reading = true;
    try {
      const count = await piece.file.read(wanted, piece.start + this.at);
      this.at += count;
      if (this.at === piece.length) this.passOver(piece);
      return wanted.subarray(0, count);
    } finally {
      this.reading = false;
      if (this.closed) this.letGo();
    }
  }

  /** The rest is not wanted. May be called more than once. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    // A file is not closed under a read that is under way.
    if (!this.reading) this.letGo();
  }

  private passOver(run: FileRun): void {
    this.pieces.shift();
    this.at = 0;
    run.file.release();
  }

  private letGo(): void {
    for (const piece of this.pieces.splice(0)) if (piece instanceof FileRun) piece.file.release();
  }
}

/** A body as the platform's stream, for `fetch`. */
export interface FileStream {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Lets go of the file where nobody reads or cancels the stream. */
  close(): void;
}

/** Begins to read a body as a stream. */
export function webStreamOfFile(body: FileBody): FileStream {
  const reader = body.reader();
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const block = await reader.next(Buffer.allocUnsafeSlow(uploadBlockBytes)).catch((error: unknown) => {
        reader.close();
        throw error;
      });
      if (block) return controller.enqueue(new Uint8Array(block.buffer as ArrayBuffer, block.byteOffset, block.byteLength));
      reader.close();
      return controller.close();
    },
    cancel: () => reader.close(),
  }, { highWaterMark: 0 });
  return { stream, close: () => reader.close() };
}

/** The SHA-256 of a body, for signatures. */
export async function digestOfFile(body: FileBody): Promise<Uint8Array> {
  const hasher = new Bun.CryptoHasher('sha256');
  const reader = body.reader();
  const block = Buffer.allocUnsafeSlow(uploadBlockBytes);
  try {
    for (let bytes = await reader.next(block); bytes; bytes = await reader.next(block)) hasher.update(bytes);
  } finally {
    reader.close();
  }
  return hasher.digest();
}
