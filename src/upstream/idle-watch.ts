// One clock for all open streams: it notices providers that fell silent and keeps silent streams alive for their clients.
// A timer for each stream, set anew at each chunk, would cost more than all the rest that is done with a chunk.

/** A stream under watch. Times are `performance.now()`. */
export interface Watched {
  /** When the provider was last heard of. */
  heardMs: number;
  /** When something was last sent to the client. */
  sentMs: number;
  /** Pause after which `onQuiet` is told; null: the watch's own. */
  keepAliveMs: number | null;
  /** Silence of the provider after which the stream is given up. */
  idleLimitMs: number;
  /** When the stream is given up in any case. */
  readonly deadlineMs: number;
  /** The provider was silent for longer than `idleLimitMs`, or the stream is longer than it may be. */
  onSilence(): void;
  /** Nothing went to the client for that long. */
  onQuiet(): void;
}

const tickMs = 100;

/** Watches streams; its timer runs only while there are some. */
export class IdleWatch {
  private readonly streams = new Set<Watched>();
  private timer: ReturnType<typeof setInterval> | null = null;

  constructor(readonly keepAliveMs: number) {}

  /** Starts to watch a stream. */
  add(stream: Watched): void {
    this.streams.add(stream);
    this.timer ??= setInterval(() => this.tick(), tickMs);
  }

  /** Stops watching a stream. */
  remove(stream: Watched): void {
    this.streams.delete(stream);
    if (this.streams.size > 0 || this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
  }

  /** Streams that are open now. */
  get size(): number {
    return this.streams.size;
  }

  private tick(): void {
    const nowMs = performance.now();
    for (const stream of this.streams) {
      if (nowMs - stream.heardMs > stream.idleLimitMs || nowMs > stream.deadlineMs) stream.onSilence();
      else if (nowMs - stream.sentMs > (stream.keepAliveMs ?? this.keepAliveMs)) stream.onQuiet();
    }
  }
}
