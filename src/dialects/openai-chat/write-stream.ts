// Events become the chunks of a Chat Completions stream.
import type { StreamEvent } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { AnswerContext, StreamWriter } from '../dialect.ts';
import { packSignature } from '../thought-signature.ts';
import { chatAnnotations } from '../citations.ts';
import { finishDetails, passedExtra, writeId, writeImage, writeThinkingBlock } from './write-answer.ts';
import { renderStreamFault } from './fault.ts';
import { writeFinishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';

/** A comment that keeps the connection alive. */
export const keepAlive = ': keepalive\n\n';

type Event<T extends StreamEvent['type']> = Extract<StreamEvent, { type: T }>;

interface OpenBlock {
  start: Event<'block-start'>['start'];
  text: string;
  /** Where the block's text begins in the message. */
  from: number;
  citations: { dialect: Event<'block-citation'>['dialect']; value: JsonObject }[];
  signature?: string;
  encrypted?: string;
  /** The `index` of a tool call; its first fragment waits for a signature, which travels in the id. */
  call?: { index: number; announced: boolean };
}

interface OpenChoice {
  blocks: Map<number, OpenBlock>;
  calls: number;
  images: number;
  characters: number;
  stopped: boolean;
}

/** Writes the chunks of one answer. */
export class ChatStreamWriter implements StreamWriter {
  private readonly context: AnswerContext;
  private readonly choices = new Map<number, OpenChoice>();
  private head: JsonObject;
  private headText: string | null = null;
  private usage: Usage | null = null;
  private over = false;

  constructor(context: AnswerContext) {
    this.context = context;
    this.head = { id: writeId('', context.requestId), object: 'chat.completion.chunk', created: context.nowSeconds, model: context.model };
  }

  /** The chunks for one event. */
  write(event: StreamEvent): string {
    if (this.over) return '';
    switch (event.type) {
      case 'start': return this.start(event);
      case 'block-start': return this.blockStart(event);
      case 'block-delta': return this.blockDelta(event);
      case 'block-signature': return this.blockSignature(event);
      case 'block-citation': this.block(event)?.citations.push({ dialect: event.dialect, value: event.value }); return '';
      case 'block-opaque': return this.blockOpaque(event);
      case 'block-stop': return this.blockStop(event);
      case 'logprobs': return this.opening(event.choice) + this.chunk(event.choice, {}, { logprobs: event.value });
      case 'usage': this.count(event.usage); return '';
      case 'stop': return this.stop(event);
      case 'ping': return keepAlive;
      case 'error': this.over = true; return renderStreamFault(event.fault);
      case 'end': return this.end();
    }
  }

  private start(event: Event<'start'>): string {
    this.head = {
      ...this.head, id: writeId(event.id, this.context.requestId), created: event.createdSeconds || this.context.nowSeconds,
      ...passedExtra(event.extra ?? {}),
    };
    this.headText = null;
    if (event.usage) this.count(event.usage);
    return this.opening(0);
  }

  // The tier that served the answer is known with its usage; every chunk from then on names it.
  private count(usage: Usage): void {
    this.usage = usage;
    if (!usage.serviceTier || this.head['service_tier'] !== undefined) return;
    this.head['service_tier'] = usage.serviceTier;
    this.headText = null;
  }

  private blockStart(event: Event<'block-start'>): string {
    const { start } = event;
    const opening = this.opening(event.choice);
    const choice = this.choice(event.choice);
    const block: OpenBlock = { start, text: '', from: choice.characters, citations: [] };
    choice.blocks.set(event.block, block);
    switch (start.kind) {
      case 'tool-call': block.call = { index: choice.calls++, announced: false }; return opening;
      case 'redacted-thinking': return opening + this.chunk(event.choice, { thinking_blocks: [{ type: 'redacted_thinking', data: start.data }] });
      case 'image': return opening + this.chunk(event.choice, { images: [writeImage(start, choice.images++)] });
      case 'audio': return start.id === undefined ? opening : opening + this.chunk(event.choice, { audio: { id: start.id } });
      case 'opaque': return start.dialect === 'openai-chat' ? opening + this.chunk(event.choice, start.value) : opening;
      default: return opening;
    }
  }

  private blockDelta(event: Event<'block-delta'>): string {
    const block = this.block(event);
    if (!block || event.text === '') return '';
    const { text } = event;
    switch (block.start.kind) {
      case 'text':
        this.choice(event.choice).characters += text.length;
        return this.chunk(event.choice, { content: text });
      case 'thinking':
        block.text += text;
        return this.chunk(event.choice, { reasoning_content: text });
      case 'refusal': return this.chunk(event.choice, { refusal: text });
      case 'audio': return this.chunk(event.choice, { audio: { transcript: text } });
      case 'tool-call': {
        const announcement = this.announce(event.choice, block);
        block.text = text;
        const body = block.start.call === 'custom' ? { custom: { input: text } } : { function: { arguments: text } };
        return announcement + this.chunk(event.choice, { tool_calls: [{ index: block.call?.index ?? 0, ...body }] });
      }
      default: return '';
    }
  }

  private blockSignature(event: Event<'block-signature'>): string {
    const block = this.block(event);
    if (block && event.encrypted !== undefined) block.encrypted = event.encrypted;
    if (!block || event.signature === undefined) return '';
    block.signature = event.signature;
    if (!block.call?.announced) return '';
    const call = { index: block.call.index, provider_specific_fields: { thought_signature: event.signature } };
    return this.chunk(event.choice, { tool_calls: [call] });
  }

  private blockOpaque(event: Event<'block-opaque'>): string {
    const block = this.block(event);
    if (event.dialect !== 'openai-chat' || !block) return '';
    return this.chunk(event.choice, block.start.kind === 'audio' ? { audio: event.value } : event.value);
  }

  private blockStop(event: Event<'block-stop'>): string {
    const block = this.block(event);
    if (!block) return '';
    this.choice(event.choice).blocks.delete(event.block);
    if (block.call) {
      const announcement = this.announce(event.choice, block);
      if (block.text !== '' || block.start.kind !== 'tool-call' || block.start.call === 'custom') return announcement;
      return announcement + this.chunk(event.choice, { tool_calls: [{ index: block.call.index, function: { arguments: '{}' } }] });
    }
    // One whole signed block, so that a client that collects deltas can send it back.
    const thought = block.start.kind === 'thinking' ? writeThinkingBlock(block) : [];
    if (thought.length > 0) return this.chunk(event.choice, { thinking_blocks: thought });
    return this.citations(event.choice, block);
  }

  private citations(choice: number, block: OpenBlock): string {
    if (block.citations.length === 0) return '';
    const end = this.choice(choice).characters;
    const annotations: Json[] = block.citations.flatMap((citation) => chatAnnotations(citation, block.from, end));
    const own = block.citations.filter((citation) => citation.dialect === 'anthropic-messages').map((citation) => citation.value);
    const delta: JsonObject = {};
    if (annotations.length > 0) delta['annotations'] = annotations;
    if (own.length > 0) delta['provider_specific_fields'] = { citations: [own] };
    return Object.keys(delta).length > 0 ? this.chunk(choice, delta) : '';
  }

  // The first fragment of a call: the only one with id, type and name.
  private announce(choice: number, block: OpenBlock): string {
    const { start, call } = block;
    if (start.kind !== 'tool-call' || !call || call.announced) return '';
    call.announced = true;
    const value: JsonObject = { index: call.index, id: packSignature(start.id, block.signature), type: start.call };
    value[start.call] = start.call === 'custom' ? { name: start.name, input: '' } : { name: start.name, arguments: '' };
    if (block.signature !== undefined) value['provider_specific_fields'] = { thought_signature: block.signature };
    return this.chunk(choice, { tool_calls: [value] });
  }

  private stop(event: Event<'stop'>): string {
    const opening = this.opening(event.choice);
    this.choice(event.choice).stopped = true;
    const finish = writeFinishReason(event.reason);
    const details = finishDetails(event, finish);
    return opening + this.chunk(event.choice, {}, { finish_reason: finish, ...(details ? { provider_specific_fields: details } : {}) });
  }

  private end(): string {
    let text = this.opening(0);
    for (const [index, choice] of this.choices) if (!choice.stopped) text += this.chunk(index, {}, { finish_reason: 'stop' });
    this.over = true;
    if (this.context.request.includeUsage && this.usage) text += formatFrame(JSON.stringify({ ...this.head, choices: [], usage: writeUsage(this.usage) }));
    return text + formatFrame('[DONE]');
  }

  // The first chunk of a choice names the role; the official SDK throws without it.
  private opening(index: number): string {
    if (this.choices.has(index)) return '';
    this.choices.set(index, { blocks: new Map(), calls: 0, images: 0, characters: 0, stopped: false });
    return this.chunk(index, { role: 'assistant', content: '' });
  }

  private choice(index: number): OpenChoice {
    const choice = this.choices.get(index);
    if (choice) return choice;
    const made: OpenChoice = { blocks: new Map(), calls: 0, images: 0, characters: 0, stopped: false };
    this.choices.set(index, made);
    return made;
  }

  private block(event: { choice: number; block: number }): OpenBlock | undefined {
    return this.choices.get(event.choice)?.blocks.get(event.block);
  }

  private chunk(index: number, delta: JsonObject, beside: JsonObject = {}): string {
    const choice = JSON.stringify({ index, delta, finish_reason: null, ...beside });
    // The head is the same in every chunk: it is written once.
    this.headText ??= JSON.stringify(this.head).slice(0, -1);
    return `data: ${this.headText},"choices":[${choice}]}\n\n`;
  }
}
