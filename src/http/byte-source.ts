// Bytes that come in time, pushed from where they arrive to where they go: no promise and no queue for each part.
// Back-pressure: a sink that is full says so, and asks again when it has room.

/** Takes bytes as they come. */
export interface ByteSink {
  /** Takes a part. False: full; the source is to wait until it is resumed. The part may not be changed afterwards. */
  write(part: Buffer): boolean;
  /** The bytes are complete. */
  end(): void;
  /** They will never be complete. */
  fail(error: Error): void;
}

/** Where bytes come from. Nothing flows before `start`; after `cancel` nothing more comes, not even an end. */
export interface ByteSource {
  start(sink: ByteSink): void;
  /** The sink has room again. */
  resume(): void;
  /** Nobody wants the rest. */
  cancel(): void;
  /** What was wanted is there. A short rest may still be taken off the line, so that the connection can be used again; the sink gets nothing of it. */
  letGo(): void;
}

/** A reader of the platform's streams. */
interface Reader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** The bytes of a reader. */
export class ReaderSource implements ByteSource {
  private sink: ByteSink | null = null;
  private reading = false;

  constructor(private readonly reader: Reader) {}

  start(sink: ByteSink): void {
    this.sink = sink;
    this.resume();
  }

  resume(): void {
    if (!this.reading) void this.pump();
  }

  cancel(): void {
    this.sink = null;
    void this.reader.cancel().catch(() => undefined);
  }

  letGo(): void {
    this.cancel();
  }

  private async pump(): Promise<void> {
    this.reading = true;
    try {
      for (let room = true; room && this.sink;) {
        const { done, value } = await this.reader.read();
        if (value && value.length > 0) room = this.sink?.write(Buffer.from(value.buffer, value.byteOffset, value.byteLength)) ?? false;
        if (done) this.finish()?.end();
      }
    } catch (error) {
      this.finish()?.fail(error instanceof Error ? error : new Error(String(error)));
    }
    this.reading = false;
  }

  private finish(): ByteSink | null {
    const { sink } = this;
    this.sink = null;
    return sink;
  }
}

/** Bytes that are all there. */
export class WholeSource implements ByteSource {
  private cancelled = false;

  constructor(private readonly bytes: Buffer) {}

  start(sink: ByteSink): void {
    if (this.bytes.length > 0) sink.write(this.bytes);
    if (!this.cancelled) sink.end();
  }

  resume(): void {
    // Everything was given at once.
  }

  cancel(): void {
    this.cancelled = true;
  }

  letGo(): void {
    this.cancelled = true;
  }
}

/** A source as the platform's stream. */
export function webStreamOf(source: ByteSource): ReadableStream<Uint8Array<ArrayBuffer>> {
  let started = false;
  // Asked for by `pull`, which the platform may call from inside `enqueue` when several reads wait: the sink has room then.
  let wanted = false;
  let sink: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      sink = controller;
      wanted = true;
      if (started) return source.resume();
      started = true;
      return source.start({
        write(part) {
          wanted = false;
          controller.enqueue(part as Uint8Array<ArrayBuffer>);
          return wanted;
        },
        end: () => controller.close(),
        fail: (error) => controller.error(error),
      });
    },
    cancel() {
      if (sink || started) source.cancel();
    },
  }, { highWaterMark: 0 });
}

/** Reads a body to its end, whatever the end is, and keeps nothing of it. */
export function readAway(source: ByteSource): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  source.start({ write: () => true, end: resolve, fail: () => resolve() });
  return promise;
}
