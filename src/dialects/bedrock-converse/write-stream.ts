// Events become the events of a ConverseStream answer, as frames whose name is the event's type.
import type { StreamEvent } from '../../canonical/event.ts';
import { emptyUsage, type Usage } from '../../canonical/usage.ts';
import { defined, type JsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import type { StreamWriter } from '../dialect.ts';
import { freeformMember } from '../restore.ts';
import { packSignature } from '../thought-signature.ts';
import { writeCitation } from './citations.ts';
import { renderStreamFault } from './fault.ts';
import { writeStopReason } from './stop-reason.ts';
import { writeUsage } from './usage.ts';

type Event<T extends StreamEvent['type']> = Extract<StreamEvent, { type: T }>;
type Start = Event<'block-start'>['start'];

const frame = (name: string, value: JsonObject): string => formatFrame(JSON.stringify(value), name);

interface Current {
  start: Start;
  index: number;
  signature: string | undefined;
  freeform: string;
}

/** Writes the events of one answer. */
export class ConverseStreamWriter implements StreamWriter {
  private started = false;
  private over = false;
  private nextIndex = 0;
  private readonly open = new Map<number, Current>();
  private usage: Usage = emptyUsage();
  private stop: Event<'stop'> | null = null;

  /** The frames for one event. */
  write(event: StreamEvent): string {
    if (this.over) return '';
    switch (event.type) {
      case 'start':
        if (event.usage) this.usage = event.usage;
        return this.opening();
      case 'block-start': return event.choice === 0 ? this.opening() + this.blockStart(event) : '';
      case 'block-delta': case 'block-signature': case 'block-citation': case 'block-opaque': case 'block-stop': {
        const current = event.choice === 0 ? this.open.get(event.block) : undefined;
        return current ? this.blockEvent(current, event) : '';
      }
      case 'usage': this.usage = event.usage; return '';
      case 'stop':
        if (event.choice === 0) this.stop = event;
        return '';
      case 'ping': case 'logprobs': return '';
      case 'error': this.over = true; return renderStreamFault(event.fault);
      case 'end': return this.end();
    }
  }

  private opening(): string {
    if (this.started) return '';
    this.started = true;
    return frame('messageStart', { role: 'assistant' });
  }

  private blockStart({ block, start }: Event<'block-start'>): string {
    const current: Current = { start, index: this.nextIndex++, signature: undefined, freeform: '' };
    this.open.set(block, current);
    switch (start.kind) {
      case 'tool-call': {
        const toolUseId = packSignature(start.id, start.signature);
        return frame('contentBlockStart', { start: { toolUse: { toolUseId, name: start.name } }, contentBlockIndex: current.index });
      }
      case 'redacted-thinking': return this.delta(current, { reasoningContent: { redactedContent: start.data } });
      case 'opaque': return start.dialect === 'bedrock-converse' ? frame('contentBlockStart', { start: start.value, contentBlockIndex: current.index }) : '';
      default: return '';
    }
  }

  private blockEvent(current: Current, event: Event<'block-delta' | 'block-signature' | 'block-citation' | 'block-opaque' | 'block-stop'>): string {
    switch (event.type) {
      case 'block-delta': return this.blockDelta(current, event.text);
      case 'block-signature': current.signature = event.signature; return '';
      case 'block-citation': return event.dialect === 'anthropic-messages' ? this.delta(current, { citation: writeCitation(event.value) }) : '';
      case 'block-opaque': return event.dialect === 'bedrock-converse' ? this.delta(current, event.value) : '';
      case 'block-stop': return this.blockStop(current, event.block);
    }
  }

  private blockDelta(current: Current, text: string): string {
    const { start } = current;
    switch (start.kind) {
      case 'text': case 'refusal': case 'audio': return this.delta(current, { text });
      case 'thinking': return this.delta(current, { reasoningContent: { text } });
      case 'tool-call':
        if (start.call === 'function') return this.delta(current, { toolUse: { input: text } });
        current.freeform += text;
        return '';
      default: return '';
    }
  }

  private blockStop(current: Current, block: number): string {
    const { start, signature } = current;
    this.open.delete(block);
    let text = '';
    if (start.kind === 'tool-call' && start.call === 'custom') text += this.delta(current, { toolUse: { input: JSON.stringify({ [freeformMember]: current.freeform }) } });
    if (start.kind === 'thinking' && signature !== undefined) text += this.delta(current, { reasoningContent: { signature } });
    return text + frame('contentBlockStop', { contentBlockIndex: current.index });
  }

  private delta(current: Current, delta: JsonObject): string {
    return frame('contentBlockDelta', { delta, contentBlockIndex: current.index });
  }

  private end(): string {
    let text = this.opening();
    for (const [block, current] of this.open) text += this.blockStop(current, block);
    this.over = true;
    const { reason = 'end', stopSequence } = this.stop ?? {};
    const fields = stopSequence === undefined ? undefined : { stop_sequence: stopSequence };
    return text + frame('messageStop', defined<JsonObject>({ stopReason: writeStopReason(reason), additionalModelResponseFields: fields }))
      + frame('metadata', { ...writeUsage(this.usage), metrics: { latencyMs: 0 } });
  }
}
