// One answer that is made while nobody waits for it (`background: true` of the Responses API). It takes the stream of an ordinary model
// call, keeps its events under one id and one count, and tells them to whoever asks, from the beginning or from where he left off.
// (platform.openai.com/docs/guides/background)
import { failedError } from '../dialects/openai-responses/fault.ts';
import { fault, type Fault } from '../canonical/fault.ts';
import { formatFrame, parseFrame, SseSplitter } from '../lib/sse.ts';
import { objectAt, parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { maxBackgroundBytes } from '../lib/bounds.ts';
import type { ByteSink, ByteSource } from '../http/byte-source.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

/** What a job is begun with. */
export interface JobStart {
  id: string;
  tenant: string;
  /** The model as the client named it. */
  model: string;
  previous: string | null;
  /** JSON text of the request's `input`. */
  input: Buffer;
  /** The answer before anything was said. */
  response: JsonObject;
  /** Ends the model call. */
  work: CancelSignal & { abort(): void };
  /** Told whenever the answer as a whole has changed. */
  changed: (job: BackgroundJob) => void;
}

// The job tells its beginning itself.
const beginnings: ReadonlySet<string> = new Set(['response.created', 'response.queued']);
const ends: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed', 'response.cancelled']);

/** A job: the sink of a model call's stream, and a source for each reader. */
export class BackgroundJob implements ByteSink {
  readonly id: string;
  readonly tenant: string;
  /** The answer as it stands. */
  response: JsonObject;
  bytes = 0;
  private readonly frames: Buffer[] = [];
  private readonly readers = new Set<JobReader>();
  private readonly splitter = new SseSplitter();
  private over = false;

  constructor(readonly start: JobStart) {
    this.id = start.id;
    this.tenant = start.tenant;
    this.response = { ...start.response, id: start.id, background: true, status: 'queued' };
    this.tell({ type: 'response.created', response: this.response });
    this.tell({ type: 'response.queued', response: this.response });
    start.changed(this);
  }

  /** The answer is whole, failed or cancelled. */
  get finished(): boolean {
    return this.over;
  }

  /** Takes what the model call's client would get. */
  write(chunk: Buffer): boolean {
    if (this.over) return false;
    const frames = this.splitter.push(chunk);
    if (!frames) this.break(fault('upstream_invalid_answer', 'The answer has an event larger than this gateway reads.'));
    for (const bytes of frames ?? []) this.frame(bytes);
    return !this.over;
  }

  end(): void {
    this.break(fault('upstream_stream_broken', 'The stream ended before the answer was complete.'));
  }

  fail(): void {
    this.end();
  }

  /** The answer failed. */
  break(reason: Fault): void {
    if (this.over) return;
    this.finish('response.failed', { ...this.response, status: 'failed', error: failedError(reason) });
    this.start.work.abort();
  }

  /** Nobody wants it any more. */
  cancel(): void {
    if (this.over) return;
    this.finish('response.cancelled', { ...this.response, status: 'cancelled' });
    this.start.work.abort();
  }

  /** The events behind the one with this number, those that are still to come included. */
  follow(startingAfter: number): ByteSource {
    const reader = new JobReader(this.frames, Math.min(startingAfter + 1, Math.max(0, this.frames.length - (this.over ? 1 : 0))), () => this.over, () => this.readers.delete(reader));
    this.readers.add(reader);
    return reader;
  }

  private frame(bytes: Buffer): void {
    if (this.over) return;
    const frame = parseFrame(bytes);
    // A sign of life is for those who listen now.
    if (!frame) {
      for (const reader of this.readers) reader.passBy(bytes);
      return;
    }
    const event = parseJsonObject(frame.data);
    const type = stringAt(event, 'type') ?? '';
    if (!event || beginnings.has(type)) return;
    const response = objectAt(event, 'response');
    if (ends.has(type)) this.finish(type, response ?? {});
    else if (response) {
      this.response = this.own(response);
      this.start.changed(this);
      this.tell({ ...event, response: this.response });
    } else this.tell(event);
  }

  private finish(type: string, response: JsonObject): void {
    this.response = this.own(response);
    this.over = true;
    this.tell({ type, response: this.response });
    this.start.changed(this);
    for (const reader of this.readers) reader.more();
  }

  // The call has an id of its own, and was not asked to go on by itself.
  private own(response: JsonObject): JsonObject {
    return { ...response, id: this.id, background: true, model: this.start.model, previous_response_id: this.start.previous };
  }

  private tell(event: JsonObject): void {
    const bytes = Buffer.from(formatFrame(JSON.stringify({ ...event, sequence_number: this.frames.length }), stringAt(event, 'type')));
    this.frames.push(bytes);
    this.bytes += bytes.length;
    for (const reader of this.readers) reader.more();
    if (this.bytes > maxBackgroundBytes && !this.over) this.break(fault('upstream_invalid_answer', 'The answer is larger than this gateway keeps.'));
  }
}

/** One reader's way through a job's events, at its own pace. */
class JobReader implements ByteSource {
  private sink: ByteSink | null = null;
  private room = true;

  constructor(private readonly frames: readonly Buffer[], private next: number, private readonly isOver: () => boolean, private readonly leave: () => void) {}

  start(sink: ByteSink): void {
    this.sink = sink;
    this.more();
  }

  resume(): void {
    this.room = true;
    this.more();
  }

  cancel(): void {
    this.sink = null;
    this.leave();
  }

  letGo(): void {
    this.cancel();
  }

  /** Sends what is new. */
  more(): void {
    while (this.sink && this.room) {
      const frame = this.frames[this.next];
      if (!frame) break;
      this.next++;
      // Before the write: it may ask for more at once.
      this.room = false;
      if (this.sink.write(frame)) this.room = true;
    }
    if (!this.sink || !this.isOver() || this.next < this.frames.length) return;
    const { sink } = this;
    this.cancel();
    sink.end();
  }

  /** Sends what is not kept, to those who have heard everything else. */
  passBy(bytes: Buffer): void {
    if (this.sink && this.room && this.next === this.frames.length) this.room = this.sink.write(bytes);
  }
}

/** The text of an event stream's frames, one by one, behind the one with this number. The last one always comes. */
export function framesAfter(text: string, startingAfter: number): Buffer {
  const frames = new SseSplitter().push(Buffer.from(text)) ?? [];
  return Buffer.concat(frames.slice(Math.min(startingAfter + 1, Math.max(0, frames.length - 1))));
}
