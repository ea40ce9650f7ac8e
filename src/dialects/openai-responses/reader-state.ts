// What a reader of Responses events remembers: which blocks are open for which output item.
import type { BlockStart, StreamEvent } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, stringAt } from '../../lib/json.ts';
import { unpackSignature } from '../thought-signature.ts';

interface OpenBlock {
  block: number;
  kind: BlockStart['kind'];
  /** Text was seen. */
  filled: boolean;
  /** Its log probabilities were seen. */
  scored: boolean;
  citations: number;
  stopped: boolean;
}

/** One output item as far as it was seen. */
export interface ItemState {
  type: string;
  id: string | undefined;
  /** Blocks by content index; items that are one block use 0. */
  blocks: Map<number, OpenBlock>;
  /** Which of its two texts this reasoning item tells: the summary or the full text. The first one wins. */
  voice?: 'summary' | 'text';
  /** The part of the voice that was last heard. */
  part: number;
  done: boolean;
}

/** Blocks, items and what the answer's end needs to know. Methods return nothing and push their events. */
export class ReaderState {
  readonly items = new Map<number, ItemState>();
  started = false;
  ended = false;
  sawCall = false;
  sawRefusal = false;
  private events: StreamEvent[] = [];
  private blockCount = 0;

  /** The events since the last call. */
  take(): StreamEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  push(event: StreamEvent): void {
    this.events.push(event);
  }

  /** The item at an output index; one that was never announced is made up. */
  item(index: number, type: string, id?: string): ItemState {
    let item = this.items.get(index);
    if (!item) {
      item = { type, id, blocks: new Map(), part: 0, done: false };
      this.items.set(index, item);
    }
    return item;
  }

  /** Opens a block of an item unless it is open. */
  open(item: ItemState, content: number, start: BlockStart): OpenBlock {
    const known = item.blocks.get(content);
    if (known) return known;
    const open: OpenBlock = { block: this.blockCount++, kind: start.kind, filled: false, scored: false, citations: 0, stopped: false };
    item.blocks.set(content, open);
    if (start.kind === 'tool-call') this.sawCall = true;
    if (start.kind === 'refusal') this.sawRefusal = true;
    this.push({ type: 'block-start', choice: 0, block: open.block, start });
    if (start.kind === 'tool-call' && start.signature !== undefined) {
      this.push({ type: 'block-signature', choice: 0, block: open.block, signature: start.signature });
    }
    return open;
  }

  delta(open: OpenBlock, text: string): void {
    if (text === '' || open.stopped) return;
    open.filled = true;
    this.push({ type: 'block-delta', choice: 0, block: open.block, text });
  }

  /** The whole text of a block; said only when no deltas said it. */
  whole(open: OpenBlock, text: string | undefined): void {
    if (text !== undefined && !open.filled) this.delta(open, text);
  }

  cite(open: OpenBlock, value: JsonObject): void {
    open.citations += 1;
    this.push({ type: 'block-citation', choice: 0, block: open.block, dialect: 'openai-responses', value });
  }

  /** The annotations of a finished part that were not announced one by one. */
  citeRest(open: OpenBlock, annotations: Json[]): void {
    for (const value of annotations.slice(open.citations)) if (isJsonObject(value)) this.cite(open, value);
  }

  opaque(open: OpenBlock, value: JsonObject): void {
    if (!open.stopped) this.push({ type: 'block-opaque', choice: 0, block: open.block, dialect: 'openai-responses', value });
  }

  logprobs(open: OpenBlock, value: JsonObject): void {
    const content = arrayAt(value, 'logprobs');
    if (content.length === 0) return;
    open.scored = true;
    this.push({ type: 'logprobs', choice: 0, value: { content, refusal: null } });
  }

  stop(open: OpenBlock): void {
    if (open.stopped) return;
    open.stopped = true;
    this.push({ type: 'block-stop', choice: 0, block: open.block });
  }

  stopItem(item: ItemState): void {
    item.done = true;
    for (const open of item.blocks.values()) this.stop(open);
  }
}

/** The start of a call's block; undefined while the item does not tell the call's name. */
export function callStart(item: JsonObject, index: number): Extract<BlockStart, { kind: 'tool-call' }> | undefined {
  const name = stringAt(item, 'name');
  if (!name) return undefined;
  const itemId = stringAt(item, 'id');
  const namespace = stringAt(item, 'namespace');
  // The provider may be a gateway like this one.
  const { id, signature } = unpackSignature(stringAt(item, 'call_id') || itemId || `call_${index}`);
  const start: Extract<BlockStart, { kind: 'tool-call' }> = {
    kind: 'tool-call', id, name, call: item['type'] === 'custom_tool_call' ? 'custom' : 'function',
  };
  if (signature !== undefined) start.signature = signature;
  if (itemId) start.itemId = itemId;
  if (namespace) start.namespace = namespace;
  return start;
}
