// The events of a whole answer: the opposite of fold. Lets a dialect write plain answers with its stream writer.
import type { Block, CanonicalAnswer } from './answer.ts';
import type { StreamEvent } from './event.ts';
import { defined } from '../lib/json.ts';

/** All events of an answer, from `start` to `end`. */
export function unfold(answer: CanonicalAnswer): StreamEvent[] {
  const events: StreamEvent[] = [
    { type: 'start', id: answer.id, model: answer.model, createdSeconds: answer.createdSeconds, extra: answer.extra },
  ];
  for (const [choice, { blocks, reason, stopSequence, native, details, logprobs }] of answer.choices.entries()) {
    for (const [number, block] of blocks.entries()) pushBlock(events, choice, number, block);
    for (const value of logprobs ?? []) events.push({ type: 'logprobs', choice, value });
    events.push(defined<Extract<StreamEvent, { type: 'stop' }>>({ type: 'stop', choice, reason, stopSequence, native, details }));
  }
  if (answer.usage) events.push({ type: 'usage', usage: answer.usage });
  events.push({ type: 'end' });
  return events;
}

function pushBlock(events: StreamEvent[], choice: number, number: number, block: Block): void {
  const place = { choice, block: number };
  events.push({ type: 'block-start', ...place, start: block.start });
  if (block.text !== '') events.push({ type: 'block-delta', ...place, text: block.text });
  for (const citation of block.citations) events.push({ type: 'block-citation', ...place, ...citation });
  if (block.start.kind === 'opaque') {
    for (const value of block.opaque) events.push({ type: 'block-opaque', ...place, dialect: block.start.dialect, value });
  }
  if (block.signature !== undefined || block.encrypted !== undefined) {
    events.push(defined<Extract<StreamEvent, { type: 'block-signature' }>>({
      type: 'block-signature', ...place, signature: block.signature, encrypted: block.encrypted,
    }));
  }
  events.push({ type: 'block-stop', ...place });
}
