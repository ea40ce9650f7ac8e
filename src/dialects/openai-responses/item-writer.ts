// Turns the events of one answer into Responses items and the events that announce them.
// The events of a table entry come in the order that OpenAI's own streams have; its SDK throws on any other.
import type { BlockStart } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, objectAt, parseJsonObject, stringAt } from '../../lib/json.ts';
import { isSearch } from '../web-search.ts';
import { packEncryptedContent, unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { responsesAnnotations, type Citation } from '../citations.ts';
import { packSignature } from '../thought-signature.ts';
import type { OutputItem, OutputText, Refusal } from './wire.ts';

/** Sends one event; the caller numbers it. */
export type Emit = (type: string, fields: JsonObject) => void;

type Message = Extract<OutputItem, { type: 'message' }>;
type Reasoning = Extract<OutputItem, { type: 'reasoning' }>;
type Call = Extract<OutputItem, { type: 'function_call' | 'custom_tool_call' }>;

type OpenBlock =
  | { kind: 'text' | 'refusal'; slot: Slot<Message>; content: number; part: OutputText | Refusal; logprobs: Json[]; text: string; foreign: Citation[] }
  | { kind: 'thinking'; slot: Slot<Reasoning>; text: string; redacted?: string; signature?: string; encrypted?: string }
  | { kind: 'call'; slot: Slot<Call>; text: string }
  | { kind: 'hosted'; slot: Slot<OutputItem>; value: JsonObject }
  /** A search of the web that Anthropic made: `text` is its input as far as it came. */
  | { kind: 'search'; slot: Slot<OutputItem>; value: JsonObject; text: string };

interface Slot<T extends OutputItem> {
  index: number;
  id: string;
  item: T;
  /** Message items stay open for the next text; they close with their last part. */
  openParts: number;
  closing: boolean;
  done: boolean;
}

const itemPrefixes = {
  message: 'msg', reasoning: 'rs', function_call: 'fc', custom_tool_call: 'ctc', image_generation_call: 'ig', web_search_call: 'ws', hosted: 'item',
} as const;

/** Writes the blocks of one choice. */
export class ItemWriter {
  /** All items so far; those still open are there as they stand. */
  readonly output: JsonObject[] = [];
  sawRefusal = false;
  private readonly blocks = new Map<number, OpenBlock>();
  private message: Slot<Message> | null = null;
  private lastText: Extract<OpenBlock, { kind: 'text' | 'refusal' }> | null = null;

  constructor(private readonly requestId: string, private readonly emit: Emit) {}

  start(number: number, start: BlockStart): void {
    const open = this.open(start);
    if (open) this.blocks.set(number, open);
  }

  delta(number: number, text: string): void {
    const open = this.blocks.get(number);
    if (!open || open.kind === 'hosted' || open.kind === 'search' || text === '') return;
    open.text += text;
    const { slot } = open;
    const place: JsonObject = { item_id: slot.id, output_index: slot.index };
    if (open.kind === 'thinking') {
      if (open.text === text) this.emit('response.reasoning_summary_part.added', { ...place, summary_index: 0, part: { type: 'summary_text', text: '' } });
      this.emit('response.reasoning_summary_text.delta', { ...place, summary_index: 0, delta: text });
    } else if (open.kind === 'call') {
      this.emit(open.slot.item.type === 'custom_tool_call' ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta', { ...place, delta: text });
    } else if (open.kind === 'refusal') {
      this.emit('response.refusal.delta', { ...place, content_index: open.content, delta: text });
    } else {
      this.emit('response.output_text.delta', { ...place, content_index: open.content, delta: text, logprobs: [] });
    }
  }

  /** Citations of other dialects wait for the end of the text: only then is it known how far they reach. */
  cite(number: number, citation: Citation): void {
    const open = this.blocks.get(number);
    if (open?.kind !== 'text') return;
    if (citation.dialect === 'openai-responses') this.annotate(open, citation.value);
    else open.foreign.push(citation);
  }

  private annotate(open: Extract<OpenBlock, { kind: 'text' | 'refusal' }>, annotation: JsonObject): void {
    if (open.part.type !== 'output_text') return;
    open.part.annotations.push(annotation);
    this.emit('response.output_text.annotation.added', {
      item_id: open.slot.id, output_index: open.slot.index, content_index: open.content,
      annotation_index: open.part.annotations.length - 1, annotation,
    });
  }

  sign(number: number, signature: string | undefined, encrypted: string | undefined): void {
    const open = this.blocks.get(number);
    if (open?.kind !== 'thinking') return;
    if (signature !== undefined) open.signature = signature;
    if (encrypted !== undefined) open.encrypted = encrypted;
  }

  opaque(number: number, value: JsonObject): void {
    const open = this.blocks.get(number);
    if (open?.kind === 'search') open.text += stringAt(value, 'partial_json') ?? '';
    if (open?.kind !== 'hosted') return;
    const type = stringAt(value, 'type') ?? '';
    if (type.startsWith('response.')) this.emit(type, { ...value, item_id: open.slot.id, output_index: open.slot.index });
    else open.value = value;
  }

  /** Logprobs of the text just sent; they stand in the finished part. */
  logprobs(value: Json): void {
    const content = isJsonObject(value) ? arrayAt(value, 'content') : [];
    this.lastText?.logprobs.push(...content);
  }

  stop(number: number): void {
    const open = this.blocks.get(number);
    if (!open) return;
    this.blocks.delete(number);
    switch (open.kind) {
      case 'text':
      case 'refusal': return this.stopText(open);
      case 'thinking': return this.stopThinking(open);
      case 'call': return this.stopCall(open);
      case 'search': return this.stopSearch(open);
      case 'hosted': {
        const id = stringAt(open.value, 'id');
        this.close(open.slot, id === open.slot.id ? open.value : { ...open.value, id: open.slot.id });
      }
    }
  }

  /** Closes everything: the answer is whole. */
  finish(): void {
    for (const number of this.blocks.keys()) this.stop(number);
    this.endMessage();
  }

  /** The items as they stand when the answer breaks off. */
  broken(): JsonObject[] {
    for (const open of this.blocks.values()) {
      if (open.kind === 'text' && open.part.type === 'output_text') open.part.text = open.text;
      if (open.kind === 'refusal' && open.part.type === 'refusal') open.part.refusal = open.text;
      if (open.kind === 'call') setInput(open.slot.item, open.text);
    }
    return this.output.map((item) => (item['status'] === 'in_progress' ? { ...item, status: 'incomplete' } : item));
  }

  private open(start: BlockStart): OpenBlock | null {
    switch (start.kind) {
      case 'text':
      case 'refusal':
        return this.openText(start.kind);
      // Of a sound the words stay.
      case 'audio':
        return this.openText('text');
      case 'thinking':
      case 'redacted-thinking': {
        const slot = this.add<Reasoning>({ type: 'reasoning', id: start.itemId ?? '', summary: [] });
        return defined<Extract<OpenBlock, { kind: 'thinking' }>>({
          kind: 'thinking', slot, text: '', redacted: start.kind === 'redacted-thinking' ? start.data : undefined, signature: undefined, encrypted: undefined,
        });
      }
      case 'tool-call':
        return { kind: 'call', slot: this.add<Call>(callItem(start)), text: '' };
      case 'image': {
        const item: OutputItem = { type: 'image_generation_call', id: '', status: 'completed', result: start.data, output_format: start.mediaType.replace('image/', '') };
        const slot = this.add(item);
        this.close(slot, slot.item);
        return null;
      }
      case 'opaque':
        if (isSearch(start)) return { kind: 'search', slot: this.add<OutputItem>({ type: 'web_search_call', id: '', status: 'in_progress', action: { type: 'search', query: '' } }), value: start.value, text: '' };
        if (start.dialect !== 'openai-responses') return null;
        return { kind: 'hosted', slot: this.add<OutputItem>({ type: 'hosted', value: start.value }), value: start.value };
    }
  }

  private openText(kind: 'text' | 'refusal'): OpenBlock {
    const slot = this.message ?? this.add<Message>({ type: 'message', id: '', status: 'in_progress', role: 'assistant', content: [], phase: null });
    this.message = slot;
    const part: OutputText | Refusal = kind === 'text' ? { type: 'output_text', text: '', annotations: [], logprobs: [] } : { type: 'refusal', refusal: '' };
    if (kind === 'refusal') this.sawRefusal = true;
    const content = slot.item.content.push(part) - 1;
    slot.openParts += 1;
    this.emit('response.content_part.added', { item_id: slot.id, output_index: slot.index, content_index: content, part });
    const open: OpenBlock = { kind, slot, content, part, logprobs: [], text: '', foreign: [] };
    this.lastText = open;
    return open;
  }

  private add<T extends OutputItem>(item: T): Slot<T> {
    if (item.type !== 'message') this.endMessage();
    const index = this.output.length;
    const made = `${itemPrefixes[item.type]}_${this.requestId}_${index}`;
    const id = item.type === 'hosted' ? stringAt(item.value, 'id') || made : item.id || made;
    const slot: Slot<T> = { index, id, item: item.type === 'hosted' ? item : { ...item, id }, openParts: 0, closing: false, done: false };
    const wire = item.type === 'hosted' ? { ...item.value, id } : (slot.item);
    this.output.push(wire);
    this.emit('response.output_item.added', { output_index: index, item: wire });
    return slot;
  }

  private close(slot: Slot<OutputItem>, item: JsonObject): void {
    slot.done = true;
    this.output[slot.index] = item;
    this.emit('response.output_item.done', { output_index: slot.index, item });
  }

  private stopText(open: Extract<OpenBlock, { kind: 'text' | 'refusal' }>): void {
    const { slot, part, content, text, logprobs } = open;
    const place: JsonObject = { item_id: slot.id, output_index: slot.index, content_index: content };
    for (const citation of open.foreign) for (const annotation of responsesAnnotations(citation, text.length)) this.annotate(open, annotation);
    if (part.type === 'output_text') {
      part.text = text;
      part.logprobs = logprobs;
      this.emit('response.output_text.done', { ...place, text, logprobs });
    } else {
      part.refusal = text;
      this.emit('response.refusal.done', { ...place, refusal: text });
    }
    this.emit('response.content_part.done', { ...place, part });
    slot.openParts -= 1;
    if (slot.closing && slot.openParts === 0) this.closeMessage(slot);
  }

  // The message takes no more text; it closes as soon as its parts have.
  private endMessage(): void {
    const { message } = this;
    if (!message) return;
    this.message = null;
    message.closing = true;
    if (message.openParts === 0) this.closeMessage(message);
  }

  private closeMessage(slot: Slot<Message>): void {
    slot.item.status = 'completed';
    this.close(slot, slot.item);
  }

  private stopThinking(open: Extract<OpenBlock, { kind: 'thinking' }>): void {
    const { slot, text } = open;
    if (text !== '') {
      const part = { type: 'summary_text' as const, text };
      const place: JsonObject = { item_id: slot.id, output_index: slot.index, summary_index: 0 };
      this.emit('response.reasoning_summary_text.done', { ...place, text });
      this.emit('response.reasoning_summary_part.done', { ...place, part });
      slot.item.summary.push(part);
    }
    const encrypted = encryptedContent(open);
    if (encrypted !== undefined) slot.item.encrypted_content = encrypted;
    this.close(slot, slot.item);
  }

  private stopSearch({ slot, value, text }: Extract<OpenBlock, { kind: 'search' }>): void {
    const query = stringAt(text === '' ? objectAt(value, 'input') : parseJsonObject(text), 'query') ?? '';
    const place: JsonObject = { item_id: slot.id, output_index: slot.index };
    for (const step of ['in_progress', 'searching', 'completed']) this.emit(`response.web_search_call.${step}`, place);
    this.close(slot, { type: 'web_search_call', id: slot.id, status: 'completed', action: { type: 'search', query } });
  }

  private stopCall(open: Extract<OpenBlock, { kind: 'call' }>): void {
    const { slot, text } = open;
    const place: JsonObject = { item_id: slot.id, output_index: slot.index };
    slot.item.status = 'completed';
    if (slot.item.type === 'custom_tool_call') {
      slot.item.input = text;
      this.emit('response.custom_tool_call_input.done', { ...place, input: text });
    } else {
      // A call without arguments; clients parse this text.
      slot.item.arguments = text === '' ? '{}' : text;
      this.emit('response.function_call_arguments.done', { ...place, name: slot.item.name, arguments: slot.item.arguments });
    }
    this.close(slot, slot.item);
  }
}

function setInput(item: Call, text: string): void {
  if (item.type === 'custom_tool_call') item.input = text;
  else item.arguments = text;
}

function callItem(start: Extract<BlockStart, { kind: 'tool-call' }>): Call {
  const { name, namespace = null, itemId } = start;
  // LiteLLM's clients know the item of a call by the call's own id.
  const id = itemId ?? (start.call === 'custom' || start.id === '' ? '' : `${itemPrefixes.function_call}_${start.id}`);
  const call = { id, status: 'in_progress', call_id: packSignature(start.id, start.signature), name, namespace, caller: null };
  return start.call === 'custom' ? { type: 'custom_tool_call', ...call, input: '' } : { type: 'function_call', ...call, arguments: '' };
}

// What the client must bring back: the provider's own encrypted content, or another vendor's signature under a name of ours.
function encryptedContent(open: Extract<OpenBlock, { kind: 'thinking' }>): string | undefined {
  const { redacted, signature, encrypted } = open;
  const own = encrypted ?? unpackEncryptedReasoning(redacted) ?? unpackEncryptedReasoning(signature);
  if (own !== undefined) return own;
  if (redacted !== undefined) return packEncryptedContent({ kind: 'redacted', value: redacted });
  return signature ? packEncryptedContent({ kind: 'signature', value: signature }) : undefined;
}
