// A body on its way to the client whose length nobody knows yet: in chunks, or until the connection ends for clients of HTTP/1.0.
import type { ByteSink, ByteSource } from '../byte-source.ts';
import type { SocketWriter } from '../socket-writer.ts';

/** Who is told how it ended. */
export interface ReplyBodyOwner {
  /** `whole`: with its proper end. */
  onBodyEnd(whole: boolean): void;
}

// What may wait for the client before the source is asked to wait.
const maxUnsentBytes = 128 * 1024;

/** One body. */
export class ReplyBodyWriter implements ByteSink {
  private over = false;
  private full = false;

  /** `head` leaves together with the first part. */
  constructor(private head: string, private readonly chunked: boolean, private readonly source: ByteSource, private readonly writer: SocketWriter, private readonly owner: ReplyBodyOwner) {}

  /** Begins. A client that waits gets the head although there is nothing to go with it yet. */
  begin(): void {
    this.source.start(this);
    if (this.head !== '') this.writer.writeAll(this.takeHead(), null);
  }

  write(part: Buffer): boolean {
    if (this.over) return false;
    if (part.length === 0) return !this.full;
    if (this.chunked) this.writer.writeAll(`${this.takeHead()}${part.length.toString(16)}\r\n`, part, '\r\n');
    else this.writer.writeAll(this.takeHead(), part);
    this.full = this.writer.unsentBytes > maxUnsentBytes;
    return !this.full;
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    if (this.chunked) this.writer.writeAll(`${this.takeHead()}0\r\n\r\n`, null);
    else if (this.head !== '') this.writer.writeAll(this.takeHead(), null);
    this.owner.onBodyEnd(true);
  }

  fail(): void {
    if (this.over) return;
    this.over = true;
    this.owner.onBodyEnd(false);
  }

  /** The client took what waited. */
  onDrain(): void {
    if (!this.full || this.over || this.writer.unsentBytes > 0) return;
    this.full = false;
    this.source.resume();
  }

  /** The client left. */
  cancel(): void {
    if (this.over) return;
    this.over = true;
    this.source.cancel();
  }

  private takeHead(): string {
    const { head } = this;
    this.head = '';
    return head;
  }
}
