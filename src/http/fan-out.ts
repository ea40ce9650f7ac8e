// One stream for several readers: each gets all of it from the beginning, however late it joined. The source is read at the pace of the
// fastest; whoever falls too far behind is let go. When the last reader leaves, the source is cancelled.
import type { ByteSink, ByteSource } from './byte-source.ts';

/** Shares a source. */
export class FanOut implements ByteSink {
  private readonly readers = new Set<Reader>();
  /** What came, without what everybody has had and nobody can ask for any more. */
  private parts: Buffer[] = [];
  /** Parts and bytes that are gone from the beginning. */
  private gone = 0;
  private heldBytes = 0;
  private started = false;
  /** How it ended. */
  ending: 'open' | 'ended' | Error = 'open';

  /** `maxBytes`: what is held; a stream that is longer cannot be joined any more. */
  constructor(private readonly source: ByteSource, private readonly maxBytes: number) {}

  /** Another reader; null when the beginning is gone, or everybody has left. */
  join(): ByteSource | null {
    if (this.gone > 0 || (this.started && this.readers.size === 0 && this.ending === 'open')) return null;
    const reader = new Reader(this);
    this.readers.add(reader);
    return reader;
  }

  write(part: Buffer): boolean {
    this.parts.push(part);
    this.heldBytes += part.length;
    let room = false;
    for (const reader of this.readers) room = reader.pump() || room;
    if (this.heldBytes > this.maxBytes) this.forget();
    return room;
  }

  end(): void {
    this.ending = 'ended';
    for (const reader of this.readers) reader.pump();
  }

  fail(error: Error): void {
    this.ending = error;
    for (const reader of this.readers) reader.pump();
  }

  /** Begins to read, when nobody did. */
  begin(): void {
    if (this.started) return;
    this.started = true;
    this.source.start(this);
  }

  /** A reader has had all there is, and wants more. */
  more(): void {
    if (this.ending === 'open') this.source.resume();
  }

  leave(reader: Reader): void {
    if (this.readers.delete(reader) && this.readers.size === 0 && this.ending === 'open') this.source.cancel();
  }

  /** The part with this number; undefined when it has not come yet. */
  partAt(index: number): Buffer | undefined {
    return this.parts[index - this.gone];
  }

  /** Lets go what all readers have had; then those who are so late that still too much is held. */
  private forget(): void {
    this.drop(Math.min(...[...this.readers].map(({ next }) => next)));
    while (this.heldBytes > this.maxBytes && this.readers.size > 1) {
      const last = [...this.readers].reduce((one, other) => (other.next < one.next ? other : one));
      this.readers.delete(last);
      last.cut();
      this.drop(Math.min(...[...this.readers].map(({ next }) => next)));
    }
  }

  private drop(until: number): void {
    const dropped = this.parts.splice(0, Math.max(0, until - this.gone));
    this.gone += dropped.length;
    for (const part of dropped) this.heldBytes -= part.length;
  }
}

/** One of the readers. */
class Reader implements ByteSource {
  /** The number of the next part. */
  next = 0;
  private sink: ByteSink | null = null;
  private room = true;
  private over = false;

  constructor(private readonly shared: FanOut) {}

  start(sink: ByteSink): void {
    this.sink = sink;
    this.shared.begin();
    this.pump();
  }

  resume(): void {
    this.room = true;
    if (this.pump()) this.shared.more();
  }

  cancel(): void {
    this.over = true;
    this.shared.leave(this);
  }

  letGo(): void {
    this.cancel();
  }

  /** Too late to go on. */
  cut(): void {
    this.over = true;
    this.sink?.fail(new Error('this reader of a shared stream was too slow'));
  }

  /** Gives what is there. True when there is room for more. */
  pump(): boolean {
    const { sink, shared } = this;
    if (!sink || this.over) return false;
    for (let part = shared.partAt(this.next); part && this.room && !this.over; part = shared.partAt(this.next)) {
      this.next++;
      this.room = sink.write(part);
    }
    if (this.over || shared.partAt(this.next) !== undefined || shared.ending === 'open') return this.room && !this.over;
    this.over = true;
    if (shared.ending === 'ended') sink.end();
    else sink.fail(shared.ending);
    return false;
  }
}
