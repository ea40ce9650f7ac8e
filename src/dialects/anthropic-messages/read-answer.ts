// Answers of the Messages dialect become events: whole ones and streams.
import type { BlockStart, StreamEvent } from '../../canonical/event.ts';
import type { Fault } from '../../canonical/fault.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt } from '../../lib/json.ts';
import type { SseFrame } from '../../lib/sse.ts';
import type { StreamReader } from '../dialect.ts';
import { brokenStream, invalidAnswer, readError } from './fault.ts';
import { unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { mergeUsage, readUsage } from './usage.ts';
import { readStopReason } from './stop-reason.ts';
import { unpackSignature } from '../thought-signature.ts';

const choice = 0;

/** The events of a whole answer. */
export function readAnswer(body: JsonObject): StreamEvent[] {
  if (body['type'] === 'error' || isJsonObject(body['error'])) return [{ type: 'error', fault: readError(body) }];
  const { content } = body;
  if (!Array.isArray(content)) return [{ type: 'error', fault: invalidAnswer('it has no content.') }];
  const events: StreamEvent[] = [readStart(body)];
  let block = 0;
  for (const value of content) if (isJsonObject(value)) events.push(...readBlock(value, block++), { type: 'block-stop', choice, block: block - 1 });
  events.push(readStop(body));
  const usage = objectAt(body, 'usage');
  if (usage) events.push({ type: 'usage', usage: readUsage(usage) });
  events.push({ type: 'end' });
  return events;
}

function readStart(message: JsonObject): Extract<StreamEvent, { type: 'start' }> {
  const extra: JsonObject = {};
  const container = message['container'];
  if (isJsonObject(container)) extra['container'] = container;
  return { type: 'start', id: stringAt(message, 'id') ?? '', model: stringAt(message, 'model') ?? '', createdSeconds: 0, extra };
}

// `stop_reason`, `stop_sequence` and `stop_details` stand in the message or in the delta.
function readStop(holder: JsonObject): StreamEvent {
  const word = stringAt(holder, 'stop_reason');
  const stop: StreamEvent = { type: 'stop', choice, reason: word === undefined ? 'end' : readStopReason(word) };
  if (word !== undefined) stop.native = word;
  const sequence = stringAt(holder, 'stop_sequence');
  if (sequence !== undefined) stop.stopSequence = sequence;
  const details = holder['stop_details'];
  if (details !== undefined && details !== null) stop.details = details;
  return stop;
}

// The opening of a block and whatever it holds already: everything in a whole answer, mostly nothing in a stream.
function readBlock(value: JsonObject, block: number): StreamEvent[] {
  const events: StreamEvent[] = [{ type: 'block-start', choice, block, start: readBlockStart(value) }];
  const delta = (text: string | undefined): void => {
    if (text) events.push({ type: 'block-delta', choice, block, text });
  };
  switch (value['type']) {
    case 'text':
      for (const citation of arrayAt(value, 'citations')) if (isJsonObject(citation)) events.push(citationEvent(block, citation));
      delta(stringAt(value, 'text'));
      break;
    case 'thinking': {
      delta(stringAt(value, 'thinking'));
      const signature = stringAt(value, 'signature');
      if (signature) events.push(signatureEvent(block, signature));
      break;
    }
    case 'tool_use': {
      const { signature } = unpackSignature(stringAt(value, 'id') ?? '');
      if (signature !== undefined) events.push({ type: 'block-signature', choice, block, signature });
      const input = value['input'];
      if (isJsonObject(input) && Object.keys(input).length > 0) delta(JSON.stringify(input));
    }
  }
  return events;
}

const citationEvent = (block: number, value: JsonObject): StreamEvent =>
  ({ type: 'block-citation', choice, block, dialect: 'anthropic-messages', value });

function signatureEvent(block: number, signature: string): StreamEvent {
  const encrypted = unpackEncryptedReasoning(signature);
  return encrypted === undefined ? { type: 'block-signature', choice, block, signature } : { type: 'block-signature', choice, block, encrypted };
}

function readBlockStart(value: JsonObject): BlockStart {
  switch (value['type']) {
    case 'text': return { kind: 'text' };
    case 'thinking': return { kind: 'thinking' };
    case 'redacted_thinking': return { kind: 'redacted-thinking', data: stringAt(value, 'data') ?? '' };
    case 'tool_use': return { kind: 'tool-call', id: unpackSignature(stringAt(value, 'id') ?? '').id, name: stringAt(value, 'name') ?? '', call: 'function' };
    // The provider's own tools and what is to come: never a call that the client should run.
    default: return { kind: 'opaque', dialect: 'anthropic-messages', value };
  }
}

interface OpenBlock {
  block: number;
  kind: BlockStart['kind'];
  signature: string;
}

type Handler = (event: JsonObject) => StreamEvent[];

/** Reads the events of one stream. */
export class MessagesStreamReader implements StreamReader {
  private readonly open = new Map<number, OpenBlock>();
  private nextBlock = 0;
  private counts: JsonObject | null = null;
  private stop: JsonObject = {};
  private started = false;
  private over = false;

  private readonly handlers: Record<string, Handler> = {
    message_start: (event) => this.messageStart(event),
    content_block_start: (event) => this.blockStart(event),
    content_block_delta: (event) => this.blockDelta(event),
    content_block_stop: (event) => this.blockStop(numberAt(event, 'index') ?? 0),
    message_delta: (event) => this.messageDelta(event),
    message_stop: () => this.messageStop(),
    ping: () => [{ type: 'ping' }],
    error: (event) => this.fail(readError(event)),
  };

  /** The events of one frame. Types that are not known yet mean nothing. */
  read(frame: SseFrame): StreamEvent[] {
    if (this.over || frame.data.trim() === '') return [];
    const event = parseJsonObject(frame.data);
    if (!event) return this.fail(invalidAnswer('an event is not a JSON object.'));
    const type = stringAt(event, 'type') ?? frame.event ?? (isJsonObject(event['error']) ? 'error' : '');
    return Object.hasOwn(this.handlers, type) ? this.handlers[type]?.(event) ?? [] : [];
  }

  /** The end of the connection: only `message_stop` makes an end of the answer. */
  finish(): StreamEvent[] {
    return this.over ? [] : this.fail(brokenStream());
  }

  private messageStart(event: JsonObject): StreamEvent[] {
    // A second message would be glued to the first one.
    if (this.started) return this.fail(invalidAnswer('a second message_start came.'));
    this.started = true;
    const message = objectAt(event, 'message') ?? {};
    const start = readStart(message);
    this.counts = objectAt(message, 'usage') ?? null;
    if (this.counts) start.usage = readUsage(this.counts);
    const events: StreamEvent[] = [start];
    // Some servers put the first blocks into the message.
    for (const value of arrayAt(message, 'content')) {
      if (isJsonObject(value)) events.push(...this.blockStart({ index: this.nextBlock, content_block: value }), ...this.blockStop(this.nextBlock - 1));
    }
    return events;
  }

  private blockStart(event: JsonObject): StreamEvent[] {
    const value = objectAt(event, 'content_block');
    if (!this.started || !value) return this.fail(invalidAnswer('a block came before the message.'));
    const index = numberAt(event, 'index') ?? this.nextBlock;
    const events = this.blockStop(index);
    const block = this.nextBlock++;
    this.open.set(index, { block, kind: readBlockStart(value).kind, signature: '' });
    events.push(...readBlock(value, block));
    return events;
  }

  private blockDelta(event: JsonObject): StreamEvent[] {
    const open = this.open.get(numberAt(event, 'index') ?? 0);
    const delta = objectAt(event, 'delta');
    if (!open || !delta) return this.fail(invalidAnswer('a delta came without its block.'));
    const { block } = open;
    if (open.kind === 'opaque') return [{ type: 'block-opaque', choice, block, dialect: 'anthropic-messages', value: delta }];
    switch (delta['type']) {
      case 'text_delta': return textEvent(block, delta['text']);
      case 'thinking_delta': return textEvent(block, delta['thinking']);
      case 'input_json_delta': return textEvent(block, delta['partial_json']);
      case 'signature_delta':
        // Whole in one delta as documented; some servers split it.
        open.signature += stringAt(delta, 'signature') ?? '';
        return open.signature === '' ? [] : [signatureEvent(block, open.signature)];
      case 'citations_delta': {
        const citation = objectAt(delta, 'citation');
        return citation ? [citationEvent(block, citation)] : [];
      }
      default: return [];
    }
  }

  private blockStop(index: number): StreamEvent[] {
    const open = this.open.get(index);
    if (!open) return [];
    this.open.delete(index);
    return [{ type: 'block-stop', choice, block: open.block }];
  }

  private messageDelta(event: JsonObject): StreamEvent[] {
    if (!this.started) return this.fail(invalidAnswer('message_delta came before the message.'));
    const delta = objectAt(event, 'delta');
    if (delta) this.stop = mergeUsage(this.stop, delta);
    const update = objectAt(event, 'usage');
    if (!update) return [];
    this.counts = mergeUsage(this.counts ?? {}, update);
    return [{ type: 'usage', usage: readUsage(this.counts) }];
  }

  private messageStop(): StreamEvent[] {
    if (!this.started) return this.fail(invalidAnswer('message_stop came before the message.'));
    this.over = true;
    const events = [...this.open.keys()].flatMap((index) => this.blockStop(index));
    events.push(readStop(this.stop), { type: 'end' });
    return events;
  }

  private fail(value: Fault): StreamEvent[] {
    this.over = true;
    return [{ type: 'error', fault: value }];
  }
}

const textEvent = (block: number, text: Json | undefined): StreamEvent[] =>
  (typeof text === 'string' && text !== '' ? [{ type: 'block-delta', choice, block, text }] : []);
