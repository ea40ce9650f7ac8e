// Reads output items of a response, announced, finished or whole, into blocks.
import type { BlockStart } from '../../canonical/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, stringAt } from '../../lib/json.ts';
import { packEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import type { ItemState, ReaderState } from './reader-state.ts';
import { callStart } from './reader-state.ts';

type ItemReader = (state: ReaderState, item: JsonObject, index: number, open: ItemState) => void;

// Items that are read into blocks of the common form; all others are opaque.
const finished: Record<string, ItemReader> = {
  message(state, item, _index, open) {
    for (const [content, part] of arrayAt(item, 'content').entries()) if (isJsonObject(part)) finishPart(state, open, content, part);
  },
  reasoning(state, item, _index, open) {
    finishReasoning(state, item, open);
  },
  function_call(state, item, index, open) {
    const start = callStart(item, index);
    if (start) state.whole(state.open(open, 0, start), stringAt(item, 'arguments'));
  },
  custom_tool_call(state, item, index, open) {
    const start = callStart(item, index);
    if (start) state.whole(state.open(open, 0, start), stringAt(item, 'input'));
  },
};

const isCall = (type: string): boolean => type === 'function_call' || type === 'custom_tool_call';

/** An item was announced. Texts and reasoning open their blocks with their first part. */
export function addItem(state: ReaderState, item: JsonObject, index: number): void {
  const type = stringAt(item, 'type') ?? '';
  const open = state.item(index, type, stringAt(item, 'id'));
  if (isCall(type)) {
    const start = callStart(item, index);
    if (start) state.open(open, 0, start);
  } else if (!Object.hasOwn(finished, type)) {
    state.open(open, 0, { kind: 'opaque', dialect: 'openai-responses', value: item });
  }
}

/** An item is whole: what was not said piece by piece is said now. */
export function finishItem(state: ReaderState, item: JsonObject, index: number): void {
  const type = stringAt(item, 'type') ?? '';
  const open = state.item(index, type, stringAt(item, 'id'));
  if (open.done) return;
  const reader = Object.hasOwn(finished, type) ? finished[type] : undefined;
  if (reader) {
    reader(state, item, index, open);
  } else {
    const known = open.blocks.get(0);
    const block = known ?? state.open(open, 0, { kind: 'opaque', dialect: 'openai-responses', value: item });
    if (known) state.opaque(block, item);
  }
  state.stopItem(open);
}

/** A part of a message is whole. */
export function finishPart(state: ReaderState, item: ItemState, content: number, part: JsonObject): void {
  const refusal = part['type'] === 'refusal';
  const block = state.open(item, content, { kind: refusal ? 'refusal' : 'text' });
  state.whole(block, stringAt(part, refusal ? 'refusal' : 'text'));
  if (!block.scored) state.logprobs(block, part);
  state.citeRest(block, arrayAt(part, 'annotations'));
  state.stop(block);
}

// An item without any text or encrypted content says nothing that anybody could use.
function finishReasoning(state: ReaderState, item: JsonObject, open: ItemState): void {
  const encrypted = stringAt(item, 'encrypted_content');
  const pieces = arrayAt(item, 'summary').length > 0 ? arrayAt(item, 'summary') : arrayAt(item, 'content');
  const text = pieces.map((piece) => (isJsonObject(piece) ? stringAt(piece, 'text') ?? '' : '')).join('\n\n');
  const known = open.blocks.get(0);
  const itemId = open.id ?? stringAt(item, 'id');
  if (!known && text === '') {
    if (encrypted) state.open(open, 0, defined<BlockStart>({ kind: 'redacted-thinking', data: packEncryptedReasoning(encrypted), itemId }));
    return;
  }
  const block = known ?? state.open(open, 0, defined<BlockStart>({ kind: 'thinking', itemId }));
  state.whole(block, text);
  if (encrypted) state.push({ type: 'block-signature', choice: 0, block: block.block, encrypted });
}
