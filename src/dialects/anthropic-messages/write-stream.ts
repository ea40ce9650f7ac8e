// Events become the events of a Messages stream. The dialect has one block open at a time, numbered without gaps;
// blocks that the provider sends interleaved wait for their turn.
import type { StreamEvent } from '../../canonical/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import type { Usage } from '../../canonical/usage.ts';
import { emptyUsage } from '../../canonical/usage.ts';
import type { AnswerContext, StreamWriter } from '../dialect.ts';
import { anthropicCitations } from '../citations.ts';
import { freeformMember } from '../restore.ts';
import { packSignature } from '../thought-signature.ts';
import { renderStreamFault } from './fault.ts';
import { packEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { writeId } from './write-answer.ts';
import { writeStopReason } from './stop-reason.ts';
import { writeUsage } from './usage.ts';

type Event<T extends StreamEvent['type']> = Extract<StreamEvent, { type: T }>;
type BlockEvent = Event<'block-start' | 'block-delta' | 'block-signature' | 'block-citation' | 'block-opaque' | 'block-stop'>;

const frame = (value: JsonObject & { type: string }): string => formatFrame(JSON.stringify(value), value.type);

/** An event that keeps the connection alive and the clients' watchdogs quiet. */
export const keepAlive = frame({ type: 'ping' });

interface Current {
  block: number;
  start: Event<'block-start'>['start'];
  /** `content_block_start` was written. Thinking and calls wait for their signature, which may decide how they open; texts for their first word. */
  opened: boolean;
  signature: string | undefined;
  encrypted: string | undefined;
  /** A freeform call's text, whole at its end. */
  freeform: string;
}

/** Writes the events of one answer. */
export class MessagesStreamWriter implements StreamWriter {
  private readonly context: AnswerContext;
  private started = false;
  private over = false;
  private index = 0;
  private current: Current | null = null;
  // Blocks that opened while another was open, with their events, in the order of their opening.
  private readonly waiting = new Map<number, BlockEvent[]>();
  private usage: Usage | null = null;
  private stop: Event<'stop'> | null = null;
  private refused = false;

  constructor(context: AnswerContext) {
    this.context = context;
  }

  /** The frames for one event. */
  write(event: StreamEvent): string {
    if (this.over) return '';
    switch (event.type) {
      case 'start': return this.start(event);
      case 'block-start': case 'block-delta': case 'block-signature': case 'block-citation': case 'block-opaque': case 'block-stop':
        return event.choice === 0 ? this.opening() + this.turn(event) : '';
      case 'usage': this.usage = event.usage; return '';
      case 'stop': if (event.choice === 0) this.stop = event; return '';
      case 'ping': return this.started ? keepAlive : '';
      case 'logprobs': return '';
      case 'error': this.over = true; return renderStreamFault(event.fault);
      case 'end': return this.end();
    }
  }

  private start(event: Event<'start'>): string {
    if (event.usage) this.usage = event.usage;
    return this.opening(event.id);
  }

  private opening(id = ''): string {
    if (this.started) return '';
    this.started = true;
    const usage = writeUsage(this.usage ?? { ...emptyUsage(), inputTokens: this.context.estimatedInputTokens });
    return frame({
      type: 'message_start',
      message: {
        id: writeId(id, this.context.requestId), type: 'message', role: 'assistant', model: this.context.model, content: [],
        stop_reason: null, stop_sequence: null, usage,
      },
    });
  }

  // An event of the open block goes out; the others wait.
  private turn(event: BlockEvent): string {
    if (this.current?.block === event.block) {
      const text = this.blockEvent(this.current, event);
      return event.type === 'block-stop' ? text + this.next() : text;
    }
    if (event.type === 'block-start' && !this.current) {
      this.current = openBlock(event);
      return this.blockStart(this.current);
    }
    if (event.type === 'block-start') this.waiting.set(event.block, [event]);
    else this.waiting.get(event.block)?.push(event);
    return '';
  }

  // The next waiting block becomes the open one and catches up.
  private next(): string {
    this.current = null;
    let text = '';
    for (const [block, events] of this.waiting) {
      this.waiting.delete(block);
      for (const event of events) {
        if (event.type === 'block-start') {
          this.current = openBlock(event);
          text += this.blockStart(this.current);
        } else if (this.current) {
          text += this.blockEvent(this.current, event);
        }
      }
      if (events.at(-1)?.type !== 'block-stop') return text;
      this.current = null;
    }
    return text;
  }

  private blockStart(current: Current): string {
    const { start } = current;
    if (start.kind === 'refusal') this.refused = true;
    return waitingKinds.has(start.kind) ? '' : this.announce(current);
  }

  private announce(current: Current): string {
    const value = current.opened ? undefined : blockValue(current);
    if (!value) return '';
    current.opened = true;
    return frame({ type: 'content_block_start', index: this.index, content_block: value });
  }

  private blockEvent(current: Current, event: BlockEvent): string {
    switch (event.type) {
      case 'block-start': return '';
      case 'block-delta': return this.blockDelta(current, event.text);
      case 'block-signature':
        if (event.signature !== undefined) current.signature = event.signature;
        if (event.encrypted !== undefined) current.encrypted = event.encrypted;
        return '';
      case 'block-citation':
        return current.start.kind === 'text' ? this.citations(current, event) : '';
      case 'block-opaque':
        return event.dialect === 'anthropic-messages' && current.start.kind === 'opaque' && current.opened ? this.delta(event.value) : '';
      case 'block-stop': return this.blockStop(current);
    }
  }

  private citations(current: Current, event: Event<'block-citation'>): string {
    const citations = anthropicCitations(event);
    if (citations.length === 0) return '';
    return this.announce(current) + citations.map((citation) => this.delta({ type: 'citations_delta', citation })).join('');
  }

  private blockDelta(current: Current, text: string): string {
    if (text === '') return '';
    switch (current.start.kind) {
      case 'text': case 'refusal': case 'audio': return this.announce(current) + this.delta({ type: 'text_delta', text });
      case 'thinking': return this.announce(current) + this.delta({ type: 'thinking_delta', thinking: text });
      case 'tool-call':
        if (current.start.call === 'function') return this.announce(current) + this.delta({ type: 'input_json_delta', partial_json: text });
        current.freeform += text;
        return '';
      default: return '';
    }
  }

  private blockStop(current: Current): string {
    const { start } = current;
    let text = '';
    if (start.kind === 'tool-call') {
      text += this.announce(current);
      if (start.call === 'custom') text += this.delta({ type: 'input_json_delta', partial_json: JSON.stringify({ [freeformMember]: current.freeform }) });
    }
    if (start.kind === 'thinking') {
      const carried = current.signature ?? (current.encrypted === undefined ? undefined : packEncryptedReasoning(current.encrypted));
      // Nothing was said and nothing must come back: there is no block.
      if (!current.opened && carried === undefined) return '';
      // Of encrypted reasoning without a summary the client gets a redacted block.
      const isRedacted = !current.opened && current.signature === undefined;
      if (isRedacted && carried !== undefined) current.start = { kind: 'redacted-thinking', data: carried };
      text += this.announce(current);
      // The whole signature at once: the clients' libraries replace, they do not join.
      if (!isRedacted && carried !== undefined) text += this.delta({ type: 'signature_delta', signature: carried });
    }
    if (!current.opened) return text;
    text += frame({ type: 'content_block_stop', index: this.index });
    this.index += 1;
    return text;
  }

  private delta(delta: JsonObject): string {
    return frame({ type: 'content_block_delta', index: this.index, delta });
  }

  private end(): string {
    let text = this.opening();
    while (this.current) text += this.blockStop(this.current) + this.next();
    this.over = true;
    const { reason = 'end', stopSequence = null, details } = this.stop ?? {};
    const delta: JsonObject = { stop_reason: writeStopReason(reason, this.refused), stop_sequence: stopSequence };
    if (details !== undefined) delta['stop_details'] = details;
    const usage = writeUsage(this.usage ?? { ...emptyUsage(), inputTokens: this.context.estimatedInputTokens });
    return text + frame({ type: 'message_delta', delta, usage }) + frame({ type: 'message_stop' });
  }
}

// An empty text would be refused when the client sends it back.
const waitingKinds: ReadonlySet<string> = new Set(['text', 'refusal', 'audio', 'thinking', 'tool-call']);

const openBlock = (event: Event<'block-start'>): Current =>
  ({ block: event.block, start: event.start, opened: false, signature: undefined, encrypted: undefined, freeform: '' });

// The block as it opens; undefined when the dialect has none for it.
function blockValue(current: Current): JsonObject | undefined {
  const { start } = current;
  switch (start.kind) {
    case 'text': case 'refusal': case 'audio': return { type: 'text', text: '' };
    case 'thinking': return { type: 'thinking', thinking: '', signature: '' };
    case 'redacted-thinking': return { type: 'redacted_thinking', data: start.data };
    case 'tool-call': return { type: 'tool_use', id: packSignature(start.id, current.signature), name: start.name, input: {} };
    case 'opaque': return start.dialect === 'anthropic-messages' ? start.value : undefined;
    case 'image': return { type: 'text', text: '[image]' };
  }
}
