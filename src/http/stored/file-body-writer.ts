// Sends a body from its file over a connection of our own, a block at a time: the next one is read when the socket has taken the one before.
import { uploadBlockBytes } from '../../lib/bounds.ts';
import type { FileBody, FileBodyReader } from './file-body.ts';
import type { SocketWriter } from '../socket-writer.ts';

/** One body on its way. */
export class FileBodyWriter {
  /** All of it was given to the socket. */
  complete = false;
  private readonly reader: FileBodyReader;
  // Read into again and again: nothing of it is read before the socket has taken what it held.
  private readonly block = Buffer.allocUnsafeSlow(uploadBlockBytes);
  private busy = false;
  private stopped = false;

  /** `onFailed`: the file cannot be read. */
  constructor(body: FileBody, private readonly writer: SocketWriter, private readonly onFailed: (error: Error) => void) {
    this.reader = body.reader();
  }

  /** The socket may have room. */
  onDrain(): void {
    if (!this.busy && !this.complete && !this.stopped) void this.pump();
  }

  /** The rest is not wanted. */
  stop(): void {
    this.stopped = true;
    this.reader.close();
  }

  private async pump(): Promise<void> {
    this.busy = true;
    try {
      while (this.writer.unsentBytes === 0 && !this.stopped) {
        const bytes = await this.reader.next(this.block);
        if (this.stopped) break;
        if (!bytes) {
          this.complete = true;
          this.reader.close();
          break;
        }
        this.writer.write(bytes);
      }
    } catch (error) {
      this.reader.close();
      this.stopped = true;
      this.onFailed(error instanceof Error ? error : new Error(String(error)));
    }
    this.busy = false;
  }
}
