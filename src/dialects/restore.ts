// Undoes in an answer what the writer of its request had to disguise: shortened names, flattened namespaces, freeform tools that
// were sent as functions, and the tool that stands for a JSON answer.
import type { StreamEvent } from '../canonical/event.ts';
import type { SseFrame } from '../lib/sse.ts';
import type { Disguises, StreamReader } from './dialect.ts';
import { parseJsonObject } from '../lib/json.ts';

type BlockEvent = Extract<StreamEvent, { choice: number; block: number }>;

/** The member that holds a freeform tool's text when the tool is sent as a function. */
export const freeformMember = 'content';

/** Puts the events of one answer back into the client's terms. */
export class Restorer {
  private readonly disguises: Disguises;
  // By `choice:block`: freeform calls collect their arguments until they are whole.
  private readonly freeform = new Map<string, string>();
  private readonly realCalls = new Set<number>();
  private readonly jsonChoices = new Set<number>();

  constructor(disguises: Disguises) {
    this.disguises = disguises;
  }

  /** The events to use instead of this one. */
  restore(event: StreamEvent): StreamEvent[] {
    switch (event.type) {
      case 'block-start': return [this.start(event)];
      case 'block-delta': return this.delta(event);
      case 'block-stop': return this.stop(event);
      case 'stop':
        if (event.reason !== 'tool' || !this.jsonChoices.has(event.choice) || this.realCalls.has(event.choice)) return [event];
        return [{ ...event, reason: 'end' }];
      default: return [event];
    }
  }

  private start(event: Extract<StreamEvent, { type: 'block-start' }>): StreamEvent {
    const { start } = event;
    if (start.kind !== 'tool-call') return event;
    if (start.name === this.disguises.jsonTool) {
      this.jsonChoices.add(event.choice);
      return { ...event, start: { kind: 'text' } };
    }
    this.realCalls.add(event.choice);
    const origin = this.disguises.tools.get(start.name);
    if (!origin) return event;
    if (origin.call === 'custom' && start.call === 'function') this.freeform.set(keyOf(event), '');
    return { ...event, start: { ...start, ...origin } };
  }

  private delta(event: Extract<StreamEvent, { type: 'block-delta' }>): StreamEvent[] {
    const key = keyOf(event);
    const collected = this.freeform.get(key);
    if (collected === undefined) return [event];
    this.freeform.set(key, collected + event.text);
    return [];
  }

  private stop(event: Extract<StreamEvent, { type: 'block-stop' }>): StreamEvent[] {
    const key = keyOf(event);
    const collected = this.freeform.get(key);
    this.freeform.delete(key);
    if (collected === undefined) return [event];
    const value = parseJsonObject(collected)?.[freeformMember];
    const text = typeof value === 'string' ? value : collected;
    return [{ type: 'block-delta', choice: event.choice, block: event.block, text }, event];
  }
}

const keyOf = (event: BlockEvent): string => `${event.choice}:${event.block}`;

/** Restores all events of a whole answer. */
export function restoreEvents(events: StreamEvent[], disguises: Disguises | undefined): StreamEvent[] {
  if (!disguises) return events;
  const restorer = new Restorer(disguises);
  return events.flatMap((event) => restorer.restore(event));
}

/** A reader whose events are already restored. */
export function restore(reader: StreamReader, disguises: Disguises | undefined): StreamReader {
  if (!disguises) return reader;
  const restorer = new Restorer(disguises);
  const all = (events: StreamEvent[]) => events.flatMap((event) => restorer.restore(event));
  return {
    read: (frame: SseFrame) => all(reader.read(frame)),
    finish: () => all(reader.finish()),
  };
}
