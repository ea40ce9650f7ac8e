// Answers of the Converse API become events: whole ones and streams.
import type { StopReason, StreamEvent } from '../../canonical/event.ts';
import type { Fault } from '../../canonical/fault.ts';
import { fault } from '../../canonical/fault.ts';
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt, type JsonObject } from '../../lib/json.ts';
import type { SseFrame } from '../../lib/sse.ts';
import type { StreamReader } from '../dialect.ts';
import { unpackSignature } from '../thought-signature.ts';
import { readCitation } from './citations.ts';
import { invalidAnswer, isException, readException } from './fault.ts';
import { readStopReason } from './stop-reason.ts';
import { readUsage } from './usage.ts';
import { eventOf, mediaTypeOf } from './wire.ts';

const choice = 0;

/** The events of a whole answer. */
export function readAnswer(body: JsonObject): StreamEvent[] {
  const message = objectAt(objectAt(body, 'output'), 'message');
  if (!message) {
    const told = stringAt(body, 'message') ?? stringAt(body, 'Message');
    return [{ type: 'error', fault: told === undefined ? invalidAnswer('it has no message.') : readException(stringAt(body, '__type') ?? 'InternalServerException', body) }];
  }
  const events: StreamEvent[] = [{ type: 'start', id: '', model: '', createdSeconds: 0 }];
  let block = 0;
  for (const value of arrayAt(message, 'content')) if (isJsonObject(value)) events.push(...readBlock(value, block), { type: 'block-stop', choice, block: block++ });
  const stop = readStop(body);
  if (stop.type === 'error') return [stop];
  events.push(stop);
  const usage = readUsage(body);
  if (usage) events.push({ type: 'usage', usage });
  return [...events, { type: 'end' }];
}

// The opening of a block and all that it holds.
function readBlock(value: JsonObject, block: number): StreamEvent[] {
  const place = { choice, block };
  const text = stringAt(value, 'text');
  if (text !== undefined) return [{ type: 'block-start', ...place, start: { kind: 'text' } }, ...textEvent(block, text)];
  const call = objectAt(value, 'toolUse');
  if (call) {
    const input = call['input'];
    const hasInput = isJsonObject(input) && Object.keys(input).length > 0;
    return [callStart(call, block), ...(hasInput ? textEvent(block, JSON.stringify(input)) : [])];
  }
  const reasoning = objectAt(value, 'reasoningContent');
  if (reasoning) return readReasoning(reasoning, block);
  const cited = objectAt(value, 'citationsContent');
  if (cited) {
    const whole = arrayAt(cited, 'content').filter(isJsonObject).map((piece) => stringAt(piece, 'text') ?? '').join('');
    const citations = arrayAt(cited, 'citations').filter(isJsonObject).map((citation): StreamEvent =>
      ({ type: 'block-citation', ...place, dialect: 'anthropic-messages', value: readCitation(citation) }));
    return [{ type: 'block-start', ...place, start: { kind: 'text' } }, ...textEvent(block, whole), ...citations];
  }
  const image = objectAt(value, 'image');
  const bytes = stringAt(objectAt(image, 'source'), 'bytes');
  if (bytes !== undefined) return [{ type: 'block-start', ...place, start: { kind: 'image', mediaType: mediaTypeOf(stringAt(image, 'format') ?? 'png', 'image'), data: bytes } }];
  return [{ type: 'block-start', ...place, start: { kind: 'opaque', dialect: 'bedrock-converse', value } }];
}

function readReasoning(reasoning: JsonObject, block: number): StreamEvent[] {
  const redacted = stringAt(reasoning, 'redactedContent');
  if (redacted !== undefined) return [{ type: 'block-start', choice, block, start: { kind: 'redacted-thinking', data: redacted } }];
  const inner = objectAt(reasoning, 'reasoningText');
  const signature = stringAt(inner, 'signature');
  return [
    { type: 'block-start', choice, block, start: { kind: 'thinking' } }, ...textEvent(block, stringAt(inner, 'text')),
    ...(signature ? [{ type: 'block-signature' as const, choice, block, signature }] : []),
  ];
}

function callStart(call: JsonObject, block: number): StreamEvent {
  const { id, signature } = unpackSignature(stringAt(call, 'toolUseId') ?? '');
  const start = { kind: 'tool-call' as const, id, name: stringAt(call, 'name') ?? '', call: 'function' as const };
  return { type: 'block-start', choice, block, start: signature === undefined ? start : { ...start, signature } };
}

function readStop(holder: JsonObject): Extract<StreamEvent, { type: 'stop' | 'error' }> {
  const native = stringAt(holder, 'stopReason');
  const reason = native === undefined ? 'end' : readStopReason(native);
  if (reason === 'broken') return { type: 'error', fault: invalidAnswer(`the model's output was malformed (${native ?? ''}).`) };
  const stopSequence = stringAt(objectAt(holder, 'additionalModelResponseFields'), 'stop_sequence');
  return defined<{ type: 'stop'; choice: number; reason: StopReason; native?: string; stopSequence?: string }>({ type: 'stop', choice, reason, native, stopSequence });
}

const textEvent = (block: number, text: string | undefined): StreamEvent[] => (text ? [{ type: 'block-delta', choice, block, text }] : []);

interface OpenBlock {
  block: number;
  kind: 'text' | 'thinking' | 'tool-call' | 'redacted-thinking' | 'opaque';
  /** Redacted reasoning is whole only at its end. */
  redacted: string;
  signature: string;
}

/** Reads the events of one stream. */
export class ConverseStreamReader implements StreamReader {
  private readonly open = new Map<number, OpenBlock>();
  private nextBlock = 0;
  private started = false;
  private stop: StreamEvent | null = null;
  private counted = false;
  private over = false;
  private readonly handlers: Readonly<Record<string, (event: JsonObject) => StreamEvent[]>> = {
    messageStart: () => this.messageStart(),
    contentBlockStart: (event) => this.blockStart(event),
    contentBlockDelta: (event) => this.blockDelta(event),
    contentBlockStop: (event) => this.blockStop(numberAt(event, 'contentBlockIndex') ?? 0),
    messageStop: (event) => this.messageStop(event),
    metadata: (event) => this.metadata(event),
  };

  /** The events of one frame. */
  read(frame: SseFrame): StreamEvent[] {
    if (this.over) return [];
    const event = eventOf(frame);
    if (!event) return this.fail(invalidAnswer('an event is not JSON.'));
    if (isException(event.name)) return this.fail(readException(event.name, event.value));
    return (Object.hasOwn(this.handlers, event.name) ? this.handlers[event.name]?.(event.value) : undefined) ?? [];
  }

  /** The connection ended. */
  finish(): StreamEvent[] {
    if (this.over) return [];
    return this.fail(fault('upstream_stream_broken', 'Provider stream ended before its messageStop and metadata events; the answer is incomplete.'));
  }

  private messageStart(): StreamEvent[] {
    if (this.started) return [];
    this.started = true;
    return [{ type: 'start', id: '', model: '', createdSeconds: 0 }];
  }

  private blockStart(event: JsonObject): StreamEvent[] {
    const index = numberAt(event, 'contentBlockIndex') ?? this.nextBlock;
    const start = objectAt(event, 'start');
    const call = objectAt(start, 'toolUse');
    const events = [...this.messageStart(), ...this.blockStop(index)];
    if (call) events.push(callStart(call, this.begin(index, 'tool-call').block));
    else if (start && Object.keys(start).length > 0) {
      events.push({ type: 'block-start', choice, block: this.begin(index, 'opaque').block, start: { kind: 'opaque', dialect: 'bedrock-converse', value: start } });
    }
    // Of all other blocks the first delta tells what they are.
    return events;
  }

  private blockDelta(event: JsonObject): StreamEvent[] {
    const index = numberAt(event, 'contentBlockIndex') ?? 0;
    const delta = objectAt(event, 'delta') ?? {};
    const reasoning = objectAt(delta, 'reasoningContent');
    const text = stringAt(delta, 'text');
    const input = stringAt(objectAt(delta, 'toolUse'), 'input');
    const open = this.open.get(index);
    if (open?.kind === 'opaque') return [{ type: 'block-opaque', choice, block: open.block, dialect: 'bedrock-converse', value: delta }];
    if (input !== undefined) return open?.kind === 'tool-call' ? textEvent(open.block, input) : this.fail(invalidAnswer('arguments came without their call.'));
    if (reasoning) return this.reasoningDelta(index, reasoning);
    const citation = objectAt(delta, 'citation');
    if (text === undefined && !citation) return [];
    const [block, events] = this.during(index, 'text');
    if (text !== undefined) events.push(...textEvent(block.block, text));
    if (citation) events.push({ type: 'block-citation', choice, block: block.block, dialect: 'anthropic-messages', value: readCitation(citation) });
    return events;
  }

  private reasoningDelta(index: number, reasoning: JsonObject): StreamEvent[] {
    const redacted = stringAt(reasoning, 'redactedContent');
    if (redacted !== undefined) {
      const known = this.open.get(index) ?? this.begin(index, 'redacted-thinking');
      known.redacted += redacted;
      return this.messageStart();
    }
    const [block, events] = this.during(index, 'thinking');
    events.push(...textEvent(block.block, stringAt(reasoning, 'text')));
    const signature = stringAt(reasoning, 'signature');
    if (!signature) return events;
    block.signature += signature;
    return [...events, { type: 'block-signature', choice, block: block.block, signature: block.signature }];
  }

  /** The block at this index, opened when it is not open yet. */
  private during(index: number, kind: 'text' | 'thinking'): [OpenBlock, StreamEvent[]] {
    const open = this.open.get(index);
    if (open?.kind === kind) return [open, []];
    const events = [...this.messageStart(), ...this.blockStop(index)];
    const begun = this.begin(index, kind);
    events.push({ type: 'block-start', choice, block: begun.block, start: { kind } });
    return [begun, events];
  }

  private begin(index: number, kind: OpenBlock['kind']): OpenBlock {
    const begun: OpenBlock = { block: this.nextBlock++, kind, redacted: '', signature: '' };
    this.open.set(index, begun);
    return begun;
  }

  private blockStop(index: number): StreamEvent[] {
    const open = this.open.get(index);
    if (!open) return [];
    this.open.delete(index);
    const stop: StreamEvent = { type: 'block-stop', choice, block: open.block };
    return open.kind === 'redacted-thinking' ? [{ type: 'block-start', choice, block: open.block, start: { kind: 'redacted-thinking', data: open.redacted } }, stop] : [stop];
  }

  private messageStop(event: JsonObject): StreamEvent[] {
    const stop = readStop(event);
    if (stop.type === 'error') return this.fail(stop.fault);
    this.stop = stop;
    const events = [...this.messageStart(), ...[...this.open.keys()].flatMap((index) => this.blockStop(index)), stop];
    return this.counted ? this.end(events) : events;
  }

  private metadata(event: JsonObject): StreamEvent[] {
    this.counted = true;
    const usage = readUsage(event);
    const events: StreamEvent[] = [...this.messageStart(), ...(usage ? [{ type: 'usage' as const, usage }] : [])];
    // It comes last, but not everywhere.
    return this.stop ? this.end(events) : events;
  }

  private end(events: StreamEvent[]): StreamEvent[] {
    this.over = true;
    return [...events, { type: 'end' }];
  }

  private fail(value: Fault): StreamEvent[] {
    this.over = true;
    return [{ type: 'error', fault: value }];
  }
}
