// Unpacks a body as it comes (Content-Encoding), no faster than it is taken.
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { ByteSink, ByteSource } from '../byte-source.ts';
import type { Transform } from 'node:stream';

const unpackers: Readonly<Record<string, () => Transform>> = {
  'gzip': createGunzip, 'x-gzip': createGunzip, 'deflate': createInflate, 'br': createBrotliDecompress, 'zstd': createZstdDecompress,
};

/** The bytes are not packed as their header says. */
export class PackingError extends Error {}

/** More packed bytes than allowed, whatever is in them. */
export class PackedTooLarge extends Error {}

/** A source's bytes, unpacked; null for a packing that is not known. */
export function unpacking(source: ByteSource, encoding: string, maxPackedBytes: number): ByteSource | null {
  const unpacker = Object.hasOwn(unpackers, encoding) ? unpackers[encoding]?.() : undefined;
  return unpacker ? new UnpackingSource(source, unpacker, maxPackedBytes) : null;
}

class UnpackingSource implements ByteSource, ByteSink {
  private sink: ByteSink | null = null;
  private packedBytes = 0;

  constructor(private readonly packed: ByteSource, private readonly unpacker: Transform, private readonly maxPackedBytes: number) {}

  start(sink: ByteSink): void {
    this.sink = sink;
    this.unpacker.on('data', (part: Buffer) => {
      if (this.sink?.write(part) === false) this.unpacker.pause();
    });
    this.unpacker.on('drain', () => this.packed.resume());
    this.unpacker.on('end', () => this.taken()?.end());
    this.unpacker.on('error', (error) => this.breakOff(new PackingError(error.message)));
    this.packed.start(this);
  }

  resume(): void {
    this.unpacker.resume();
  }

  cancel(): void {
    this.sink = null;
    this.packed.cancel();
    this.unpacker.destroy();
  }

  letGo(): void {
    this.cancel();
  }

  write(part: Buffer): boolean {
    if (!this.sink) return false;
    this.packedBytes += part.length;
    if (this.packedBytes <= this.maxPackedBytes) return this.unpacker.write(part);
    this.breakOff(new PackedTooLarge('the packed bytes are too many'));
    return false;
  }

  end(): void {
    this.unpacker.end();
  }

  fail(error: Error): void {
    const sink = this.taken();
    this.unpacker.destroy();
    sink?.fail(error);
  }

  private breakOff(error: Error): void {
    const sink = this.taken();
    this.packed.cancel();
    this.unpacker.destroy();
    sink?.fail(error);
  }

  private taken(): ByteSink | null {
    const { sink } = this;
    this.sink = null;
    return sink;
  }
}
