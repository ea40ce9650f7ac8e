// Folds the events of an answer into the whole answer. Plain answers and collected streams go through here,
// so both say the same.
import type { Block, CanonicalAnswer, Choice } from './answer.ts';
import type { StreamEvent } from './event.ts';
import type { Fault } from './fault.ts';

/** What came out of a stream: the whole answer, or the fault that ended it. */
export type FoldResult = { kind: 'answer'; answer: CanonicalAnswer } | { kind: 'fault'; fault: Fault };

interface OpenChoice extends Choice {
  byNumber: Map<number, Block>;
}

/** Collects events; `result` is known once `end` or `error` came. */
export class Fold {
  private readonly answer: CanonicalAnswer = { id: '', model: '', createdSeconds: 0, choices: [], usage: null, extra: {} };
  private readonly open = new Map<number, OpenChoice>();
  private fault: Fault | null = null;
  private ended = false;

  /** Takes one event. */
  add(event: StreamEvent): void {
    switch (event.type) {
      case 'start':
        this.answer.id = event.id;
        this.answer.model = event.model;
        this.answer.createdSeconds = event.createdSeconds;
        if (event.usage) this.answer.usage = event.usage;
        if (event.extra) this.answer.extra = event.extra;
        return;
      case 'block-start': {
        const block: Block = { start: event.start, text: '', citations: [], opaque: [] };
        const choice = this.choice(event.choice);
        choice.blocks.push(block);
        choice.byNumber.set(event.block, block);
        return;
      }
      case 'block-delta': {
        const block = this.block(event.choice, event.block);
        if (block) block.text += event.text;
        return;
      }
      case 'block-signature': {
        const block = this.block(event.choice, event.block);
        if (block && event.signature !== undefined) block.signature = event.signature;
        if (block && event.encrypted !== undefined) block.encrypted = event.encrypted;
        return;
      }
      case 'block-citation':
        this.block(event.choice, event.block)?.citations.push({ dialect: event.dialect, value: event.value });
        return;
      case 'block-opaque':
        this.block(event.choice, event.block)?.opaque.push(event.value);
        return;
      case 'logprobs':
        (this.choice(event.choice).logprobs ??= []).push(event.value);
        return;
      case 'usage':
        this.answer.usage = event.usage;
        return;
      case 'stop': {
        const { type: _type, choice: number, ...stop } = event;
        Object.assign(this.choice(number), stop);
        return;
      }
      case 'error':
        this.fault = event.fault;
        return;
      case 'end':
        this.ended = true;
        return;
      case 'block-stop':
      case 'ping':
    }
  }

  /** The outcome; null while neither `end` nor `error` came. */
  result(): FoldResult | null {
    if (this.fault) return { kind: 'fault', fault: this.fault };
    if (!this.ended) return null;
    const numbers = [...this.open.keys()].toSorted((a, b) => a - b);
    for (const number of numbers) {
      const choice = this.open.get(number);
      if (!choice) continue;
      const { byNumber: _byNumber, ...rest } = choice;
      this.answer.choices.push(rest);
    }
    this.open.clear();
    return { kind: 'answer', answer: this.answer };
  }

  private choice(number: number): OpenChoice {
    let choice = this.open.get(number);
    if (!choice) {
      choice = { blocks: [], reason: 'end', byNumber: new Map() };
      this.open.set(number, choice);
    }
    return choice;
  }

  private block(choice: number, number: number): Block | undefined {
    return this.open.get(choice)?.byNumber.get(number);
  }
}

/** Folds a finished list of events. */
export function fold(events: Iterable<StreamEvent>): FoldResult | null {
  const state = new Fold();
  for (const event of events) state.add(event);
  return state.result();
}
