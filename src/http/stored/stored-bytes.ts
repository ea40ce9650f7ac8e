// Bytes that came from a client and may have to be sent several times: in memory while they are few, else in a file.
import { FileBody, FileRun, type Piece } from './file-body.ts';
import type { SpillFile } from './spill-file.ts';

/** The bytes. Whoever made them releases them; who sends them from the file holds it for as long as that takes. */
export class StoredBytes {
  private constructor(readonly length: number, private readonly memory: Buffer, private file: SpillFile | null) {}

  /** Bytes that are all there. */
  static inMemory(bytes: Buffer): StoredBytes {
    return new StoredBytes(bytes.length, bytes, null);
  }

  /** All that is in a file. */
  static inFile(file: SpillFile): StoredBytes {
    return new StoredBytes(file.length, Buffer.alloc(0), file);
  }

  /** They lie in a file. */
  get isStored(): boolean {
    return this.file !== null;
  }

  /** A run of the bytes; nothing is copied. */
  run(start: number, end: number): Piece {
    return this.file ? new FileRun(this.file, start, end) : this.memory.subarray(start, end);
  }

  /** A copy of a few bytes; fewer at the end. Rejects when the file cannot be read. */
  async look(start: number, end: number): Promise<Buffer> {
    if (!this.file) return this.memory.subarray(start, end);
    const target = Buffer.allocUnsafeSlow(Math.max(0, Math.min(end, this.length) - start));
    let filled = 0;
    while (filled < target.length) filled += await this.file.read(target.subarray(filled), start + filled);
    return target;
  }

  /** All of it as the body of a request. */
  body(): readonly Buffer[] | FileBody {
    return this.length === 0 ? [] : bodyOf([this.run(0, this.length)]);
  }

  /** They are not sent again. */
  release(): void {
    this.file?.release();
    this.file = null;
  }
}

/** Pieces as the body of a request: plain ones where none lies in a file. */
export function bodyOf(pieces: readonly Piece[]): readonly Buffer[] | FileBody {
  const plain = pieces.filter((piece) => Buffer.isBuffer(piece));
  return plain.length === pieces.length ? plain : new FileBody(pieces);
}
