// Reasoning as text between tags, for clients that know no other place for it (`merge_reasoning_content_in_choices`).
import type { StreamEvent } from '../canonical/event.ts';
import type { StreamReader } from './dialect.ts';

type BlockEvent = Extract<StreamEvent, { choice: number; block: number }>;

const keyOf = ({ choice, block }: BlockEvent): string => `${choice}:${block}`;

/** Makes text of the thinking blocks of one answer. Signatures and what is redacted have no place there. */
class Merger {
  private readonly thinking = new Set<string>();
  private readonly hidden = new Set<string>();

  merge(event: StreamEvent): StreamEvent[] {
    switch (event.type) {
      case 'block-start':
        if (event.start.kind === 'redacted-thinking') {
          this.hidden.add(keyOf(event));
          return [];
        }
        if (event.start.kind !== 'thinking') return [event];
        this.thinking.add(keyOf(event));
        return [{ ...event, start: { kind: 'text' } }, { type: 'block-delta', choice: event.choice, block: event.block, text: '<think>' }];
      case 'block-stop':
        if (this.thinking.has(keyOf(event))) return [{ type: 'block-delta', choice: event.choice, block: event.block, text: '</think>' }, event];
        return this.hidden.has(keyOf(event)) ? [] : [event];
      case 'block-signature':
        return this.thinking.has(keyOf(event)) || this.hidden.has(keyOf(event)) ? [] : [event];
      default:
        return [event];
    }
  }
}

/** The events of a whole answer, with reasoning as text. */
export function mergeReasoning(events: readonly StreamEvent[]): StreamEvent[] {
  const merger = new Merger();
  return events.flatMap((event) => merger.merge(event));
}

/** A reader whose events are so already. */
export function mergingReader(reader: StreamReader): StreamReader {
  const merger = new Merger();
  const all = (events: readonly StreamEvent[]): StreamEvent[] => events.flatMap((event) => merger.merge(event));
  return { read: (frame) => all(reader.read(frame)), finish: () => all(reader.finish()) };
}
