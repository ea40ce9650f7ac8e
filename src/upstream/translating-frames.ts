// Frames of a stream whose dialect is not the client's: read into events and written anew.
import { dialectOf } from '../dialects/registry.ts';
import { providerFault } from './failure.ts';
import { parseFrame } from '../lib/sse.ts';
import { ToldText } from './continued-events.ts';
import { newMeter, type FrameHandler, type FrameResult } from './frames.ts';
import { AnswerLosses } from '../dialects/answer-losses.ts';
import { answerContext, readerFor } from './translation.ts';
import type { Call } from './call.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { Fault } from '../canonical/fault.ts';
import type { Deployment, Lane } from '../routing/deployment.ts';
import type { Outgoing } from './outgoing.ts';
import type { ReasoningRecorder } from '../cache/reasoning-memory.ts';
import type { StreamEvent } from '../canonical/event.ts';
import type { StreamReader, StreamWriter } from '../dialects/dialect.ts';

/** Translates frames between two dialects. */
export class TranslatingFrames implements FrameHandler {
  readonly meter = newMeter();
  private reader: StreamReader;
  private readonly writer: StreamWriter;

  /** What was left out on the way there, and what the client's dialect has no place for; it grows while the answer comes. */
  readonly dropped: string[];
  private readonly losses: AnswerLosses;
  private readonly toldText: ToldText | null;
  private joined: ((events: readonly StreamEvent[]) => StreamEvent[]) | null = null;

  constructor(private readonly call: Call, request: CanonicalRequest, private readonly deployment: Deployment, lane: Lane, outgoing: Outgoing, private readonly recorder: ReasoningRecorder | null) {
    this.reader = readerFor(lane, outgoing);
    this.toldText = call.resume ? new ToldText() : null;
    this.dropped = [...outgoing.dropped];
    this.losses = new AnswerLosses(call.inbound, this.dropped);
    this.writer = dialectOf(call.inbound).createWriter(answerContext(call, request));
  }

  frame(bytes: Buffer): FrameResult {
    const frame = parseFrame(bytes);
    return frame ? this.write(this.reader.read(frame)) : { out: null, fault: null };
  }

  finish(): FrameResult {
    return this.write(this.reader.finish());
  }

  /** The frames for events that did not come as frames: a whole answer told to a client that wants a stream. */
  events(events: readonly StreamEvent[]): FrameResult {
    return this.write(events);
  }

  told(): string | null {
    return this.joined ? null : this.toldText?.whole() ?? null;
  }

  goOn(): void {
    this.reader = dialectOf(this.call.inbound).createReader();
    this.joined = this.toldText?.continuation(this.meter.usage) ?? null;
  }

  renderFault(reason: Fault): Buffer {
    return Buffer.from(this.writer.write({ type: 'error', fault: reason }));
  }

  private write(read: readonly StreamEvent[]): FrameResult {
    let text = '';
    const events = this.joined ? this.joined(read) : read;
    for (const event of events) {
      if (event.type === 'error') return { out: text === '' ? null : Buffer.from(text), fault: providerFault(event.fault, this.deployment) };
      this.note(event);
      this.recorder?.note(event);
      this.toldText?.note(event);
      text += this.writer.write(this.priced(event));
    }
    return { out: text === '' ? null : Buffer.from(text), fault: null };
  }

  /** Usage with its cost, where the client is told of it. */
  private priced(event: StreamEvent): StreamEvent {
    const { costOfUsage } = this.call;
    if (event.type !== 'usage' || costOfUsage === null || event.usage.costUsd !== null) return event;
    return { ...event, usage: { ...event.usage, costUsd: costOfUsage(event.usage) } };
  }

  private note(event: StreamEvent): void {
    const { meter } = this;
    switch (event.type) {
      case 'start':
        if (event.usage) meter.usage = event.usage;
        return;
      case 'usage':
        meter.usage = event.usage;
        this.losses.note(event);
        return;
      case 'block-citation': case 'logprobs':
        this.losses.note(event);
        return;
      case 'block-delta':
        meter.contentSeen = true;
        meter.contentCharacters += Buffer.byteLength(event.text);
        return;
      case 'block-start':
        if (event.start.kind === 'tool-call' || event.start.kind === 'image') meter.contentSeen = true;
        this.losses.note(event);
        return;
      case 'stop':
        meter.finishReason = event.native ?? event.reason;
        this.losses.note(event);
        return;
      case 'end':
        meter.terminal = true;
        return;
      default:
    }
  }
}
