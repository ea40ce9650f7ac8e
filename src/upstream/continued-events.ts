// Joins the events of an answer that broke off with those of a second one that goes on from its text: the client sees one answer.
import type { BlockStart, StreamEvent } from '../canonical/event.ts';
import type { Usage } from '../canonical/usage.ts';

// As everywhere where nobody has counted.
const charactersPerToken = 4;

/** What was told to the client of an answer, as far as it can be gone on from. */
export class ToldText {
  private text = '';
  private openBlock: number | null = null;
  private lastBlock = -1;
  private onlyText = true;

  /** Notes an event that goes to the client. */
  note(event: StreamEvent): void {
    if (event.type === 'block-start') this.begin(event.choice, event.block, event.start);
    if (event.type === 'block-delta') this.text += event.text;
    if (event.type === 'block-stop' && event.block === this.openBlock) this.openBlock = null;
  }

  /** The text so far; null when there is none, or more than one text. */
  whole(): string | null {
    return this.onlyText && this.text !== '' ? this.text : null;
  }

  /** Puts the events of the second answer behind this text. `usage` is what the first one had told. */
  continuation(usage: Usage | null): (events: readonly StreamEvent[]) => StreamEvent[] {
    const told = { text: this.text, block: this.openBlock ?? this.lastBlock + 1, isOpen: this.openBlock !== null, next: this.lastBlock + 1, usage };
    return continuationOf(told);
  }

  private begin(choice: number, block: number, { kind }: BlockStart): void {
    this.lastBlock = Math.max(this.lastBlock, block);
    // A tool call, an image or reasoning is no text to go on from, and two choices are two texts.
    if (kind !== 'text' || choice > 0) this.onlyText = false;
    else this.openBlock = block;
  }
}

interface Told {
  text: string;
  block: number;
  isOpen: boolean;
  next: number;
  usage: Usage | null;
}

function continuationOf(told: Told): (events: readonly StreamEvent[]) => StreamEvent[] {
  const blocks = new Map<number, number>();
  // Providers refuse a text that ends in a blank, so that it was cut there; the model may write it again.
  let blank = told.text.slice(told.text.trimEnd().length);
  const moved = (event: StreamEvent): StreamEvent | null => {
    switch (event.type) {
      case 'start':
        return null;
      case 'block-start': {
        const joins = event.start.kind === 'text' && told.isOpen && blocks.size === 0;
        blocks.set(event.block, joins ? told.block : told.next++);
        return joins ? null : { ...event, block: blocks.get(event.block) ?? event.block };
      }
      case 'block-delta': {
        const text = blank !== '' && event.text.startsWith(blank) ? event.text.slice(blank.length) : event.text;
        blank = '';
        return { ...event, text, block: blocks.get(event.block) ?? event.block };
      }
      case 'block-signature': case 'block-citation': case 'block-opaque': case 'block-stop':
        return { ...event, block: blocks.get(event.block) ?? event.block };
      case 'usage':
        return { ...event, usage: sumOf(told, event.usage) };
      default:
        return event;
    }
  };
  return (events) => events.map(moved).filter((event) => event !== null);
}

/** What both calls used; where the first one broke off before it told, its part is estimated. */
function sumOf({ usage, text }: Told, second: Usage): Usage {
  return {
    ...second, inputTokens: second.inputTokens + (usage?.inputTokens || second.inputTokens),
    outputTokens: second.outputTokens + (usage?.outputTokens || Math.ceil(text.length / charactersPerToken)),
  };
}
