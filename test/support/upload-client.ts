// A client that sends an upload byte by byte as a test says, on a socket of its own.
import { connect, type Socket } from 'node:net';
import { masterKey } from './gateway.ts';

/** A form's bytes: these fields, and a file. */
export function formBytes(fields: Readonly<Record<string, string>>, file: Uint8Array, name = 'file'): Buffer<ArrayBuffer> {
  const texts = Object.entries(fields).map(([field, value]) => `--b\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${texts}--b\r\nContent-Disposition: form-data; name="${name}"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n`), file, Buffer.from('\r\n--b--\r\n')]);
}

/** Bytes that repeat late and hold every value. */
export const noise = (sizeBytes: number): Buffer<ArrayBuffer> => Buffer.from(Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 2654435761) >>> 24));

/** One connection to a gateway. */
export class UploadClient {
  /** What came back. */
  received = '';
  private readonly socket: Socket;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined);
    this.socket.on('data', (bytes) => {
      this.received += bytes.toString('latin1');
    });
  }

  /** Sends a head; `headers` in addition to key and content type. */
  head(path: string, headers: Readonly<Record<string, string | number>>): void {
    const lines = Object.entries({ 'host': 'a', 'authorization': `Bearer ${masterKey}`, 'content-type': 'multipart/form-data; boundary=b', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** Sends bytes; resolves when the socket has taken them, or is closed. */
  async send(bytes: Buffer): Promise<void> {
    if (this.socket.destroyed || this.socket.write(bytes)) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    for (const event of ['drain', 'close']) this.socket.on(event, resolve);
    await promise;
    for (const event of ['drain', 'close']) this.socket.off(event, resolve);
  }

  /** Sends bytes as one chunk. */
  chunk(bytes: Buffer): Promise<void> {
    return this.send(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]));
  }

  /** Status and body of the answer, when all of it is there. */
  async answer(): Promise<{ status: number; body: unknown }> {
    const text = await until(() => {
      const end = this.received.indexOf('\r\n\r\n');
      const length = Number(/^content-length: (\d+)/im.exec(this.received)?.[1] ?? Number.NaN);
      return end !== -1 && this.received.length >= end + 4 + length ? this.received.slice(end + 4, end + 4 + length) : null;
    });
    const status = Number(this.received.slice(9, 12));
    this.received = '';
    return { status, body: JSON.parse(text) };
  }

  leave(): void {
    this.socket.resetAndDestroy();
  }
}

/** Waits for something to be there; throws when it does not come. */
export async function until<T>(look: () => T | null | undefined | false): Promise<T> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    const found = look();
    if (found !== null && found !== undefined && found !== false) return found;
    await Bun.sleep(2);
  }
  throw new Error('It did not happen in time.');
}
