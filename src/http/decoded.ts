// Unpacks bodies of servers that compress although they were asked not to. A few packed bytes may hold very many: no more is unpacked than
// somebody takes.
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { ProviderReader, ProviderResponse } from './provider-response.ts';
import type { Transform } from 'node:stream';

const unpackers: Readonly<Record<string, () => Transform>> = { 'gzip': createGunzip, 'x-gzip': createGunzip, 'deflate': createInflate, 'br': createBrotliDecompress, 'zstd': createZstdDecompress };

/** The response with its body unpacked; the same response when it is not packed. */
export function decoded(response: ProviderResponse): ProviderResponse {
  const unpacker = unpackers[response.headers.get('content-encoding')?.trim().toLowerCase() ?? ''];
  if (!unpacker || !response.body) return response;
  const reader = new UnpackedReader(response.body.getReader(), unpacker());
  return { status: response.status, headers: response.headers, body: { getReader: () => reader }, arrayBuffer: () => wholeOf(reader) };
}

async function wholeOf(reader: ProviderReader): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let next = await reader.read(); next.value; next = await reader.read()) parts.push(next.value);
  return Buffer.concat(parts);
}

/** The unpacked parts of a packed body. */
class UnpackedReader implements ProviderReader {
  private readonly parts: AsyncIterator<Uint8Array>;

  constructor(private readonly packed: ProviderReader, private readonly unpacker: Transform) {
    // Whoever reads is told; nobody may read yet.
    unpacker.on('error', () => undefined);
    this.parts = (unpacker as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    void this.feed();
  }

  async read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> {
    const { done, value } = await this.parts.next();
    return done ? { done: true } : { done: false, value };
  }

  async cancel(): Promise<void> {
    this.unpacker.destroy();
    await this.packed.cancel();
  }

  /** Gives the unpacker what came, whenever it has room. What goes wrong is told to whoever reads. */
  private async feed(): Promise<void> {
    try {
      for (let next = await this.packed.read(); next.value; next = await this.packed.read()) {
        if (this.unpacker.destroyed) return;
        if (!this.unpacker.write(next.value)) await this.room();
      }
      this.unpacker.end();
    } catch (error) {
      this.unpacker.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private room(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.unpacker.once('drain', resolve).once('close', resolve);
    return promise;
  }
}
