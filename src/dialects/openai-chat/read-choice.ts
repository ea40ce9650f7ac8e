// One choice of an answer becomes events. A whole message is read as one large delta, so plain and streamed answers say the same.
import type { BlockStart, StreamEvent } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, objectAt, stringAt } from '../../lib/json.ts';
import { readFinishReason } from './finish-reason.ts';
import { unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { ToolCallReader } from './read-tool-calls.ts';

type Flowing = 'text' | 'thinking' | 'refusal' | 'audio';

/** Reads the deltas of one choice. Blocks are numbered in the order in which they open. */
export class ChoiceReader {
  private readonly choice: number;
  private events: StreamEvent[] = [];
  private nextBlock = 0;
  // The open block that is no tool call: they never overlap in this dialect.
  private flowing: { kind: Flowing; block: number; text: string } | null = null;
  private readonly tools: ToolCallReader;
  private word: string | undefined;
  private native: string | undefined;
  private stopSequence: string | undefined;

  constructor(choice: number) {
    this.choice = choice;
    this.tools = new ToolCallReader({ choice, open: (start) => this.openTool(start), emit: (event) => this.events.push(event) });
  }

  /** Reads `delta` or `message`; `whole` tells that it is the message. */
  read(delta: JsonObject, whole: boolean): void {
    this.reasoning(delta, whole);
    const { content } = delta;
    if (typeof content === 'string') this.flow('text', content);
    else if (Array.isArray(content)) for (const part of content) this.contentPart(part);
    this.flow('refusal', stringAt(delta, 'refusal') ?? '');
    for (const annotation of arrayAt(delta, 'annotations')) {
      if (isJsonObject(annotation)) this.events.push({ type: 'block-citation', ...this.at('text'), dialect: 'openai-chat', value: annotation });
    }
    for (const image of arrayAt(delta, 'images')) this.image(image);
    const audio = objectAt(delta, 'audio');
    if (audio) this.audio(audio);
    for (const call of arrayAt(delta, 'tool_calls')) this.tools.read(call);
    const legacy = objectAt(delta, 'function_call');
    if (legacy) this.tools.readLegacy(legacy);
  }

  /** Reads what stands beside the delta. */
  readChoice(choice: JsonObject): void {
    if (choice['logprobs'] !== undefined && choice['logprobs'] !== null) {
      this.events.push({ type: 'logprobs', choice: this.choice, value: choice['logprobs'] });
    }
    const word = stringAt(choice, 'finish_reason');
    if (word === undefined) return;
    this.word = word;
    this.native = stringAt(choice, 'native_finish_reason') ?? stringAt(objectAt(choice, 'provider_specific_fields'), 'native_finish_reason') ?? word;
    this.stopSequence = stringAt(choice, 'stop_reason');
  }

  /** The events since the last call. */
  take(): StreamEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  /** Closes what is open and tells why the choice ended. */
  close(): StreamEvent[] {
    this.closeFlowing();
    this.tools.close();
    const reason = readFinishReason(this.word ?? 'stop', this.tools.any);
    const stop: StreamEvent = { type: 'stop', choice: this.choice, reason };
    // vLLM names the matched stop text beside the reason.
    if (reason === 'end' && this.stopSequence !== undefined) {
      stop.reason = 'stop-sequence';
      stop.stopSequence = this.stopSequence;
    }
    if (this.native !== undefined) stop.native = this.native;
    this.events.push(stop);
    return this.take();
  }

  private reasoning(delta: JsonObject, whole: boolean): void {
    const text = stringAt(delta, 'reasoning_content') || stringAt(delta, 'reasoning') || '';
    const blocks = arrayAt(delta, 'thinking_blocks').filter(isJsonObject);
    const details = arrayAt(delta, 'reasoning_details').filter(isJsonObject);
    if (!(whole && blocks.length > 0)) this.flow('thinking', text);
    for (const block of blocks) this.thinkingBlock(block, text !== '', whole);
    for (const detail of details) this.reasoningDetail(detail, text !== '');
  }

  // LiteLLM's form. A gateway's stream repeats the text in the block that carries the signature; of a whole message the blocks are the text.
  private thinkingBlock(block: JsonObject, textIsKnown: boolean, whole: boolean): void {
    if (block['type'] === 'redacted_thinking') {
      this.single({ kind: 'redacted-thinking', data: stringAt(block, 'data') ?? '' });
      return;
    }
    const text = stringAt(block, 'thinking') ?? '';
    const repeated = !whole && (textIsKnown || (this.flowing?.kind === 'thinking' && this.flowing.text.endsWith(text)));
    if (!repeated) this.flow('thinking', text);
    const signature = stringAt(block, 'signature');
    if (!signature) return;
    const encrypted = unpackEncryptedReasoning(signature);
    this.events.push({ type: 'block-signature', ...this.at('thinking'), ...(encrypted === undefined ? { signature } : { encrypted }) });
    this.closeFlowing();
  }

  // OpenRouter's form: text once more, and what the provider wants back.
  private reasoningDetail(detail: JsonObject, textIsKnown: boolean): void {
    if (!textIsKnown) this.flow('thinking', stringAt(detail, 'text') ?? stringAt(detail, 'summary') ?? '');
    const signature = stringAt(detail, 'signature');
    if (signature) {
      this.events.push({ type: 'block-signature', ...this.at('thinking'), signature });
      this.closeFlowing();
    }
    const data = stringAt(detail, 'data');
    if (detail['type'] !== 'reasoning.encrypted' || !data) return;
    if (stringAt(detail, 'format')?.startsWith('anthropic')) this.single({ kind: 'redacted-thinking', data });
    else this.events.push({ type: 'block-signature', ...this.at('thinking'), encrypted: data });
  }

  // Mistral sends parts where others send text.
  private contentPart(part: Json): void {
    if (!isJsonObject(part)) return;
    const { thinking } = part;
    if (typeof thinking === 'string') this.flow('thinking', thinking);
    else if (Array.isArray(thinking)) for (const piece of thinking) this.flow('thinking', isJsonObject(piece) ? stringAt(piece, 'text') ?? '' : '');
    else if (part['type'] === 'image_url') this.image(part);
    else this.flow('text', stringAt(part, 'text') ?? '');
  }

  private image(value: Json): void {
    if (!isJsonObject(value)) return;
    const url = stringAt(objectAt(value, 'image_url'), 'url') ?? '';
    const [, mediaType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? [];
    if (mediaType !== undefined && data !== undefined) this.single({ kind: 'image', mediaType, data });
    else this.single({ kind: 'opaque', dialect: 'openai-chat', value: { images: [value] } });
  }

  private audio(audio: JsonObject): void {
    const { id, transcript, ...rest } = audio;
    if (this.flowing?.kind !== 'audio') this.openFlowing('audio', typeof id === 'string' ? { kind: 'audio', id } : { kind: 'audio' });
    if (typeof transcript === 'string' && transcript !== '') this.events.push({ type: 'block-delta', ...this.at('audio'), text: transcript });
    if (Object.keys(rest).length > 0) this.events.push({ type: 'block-opaque', ...this.at('audio'), dialect: 'openai-chat', value: rest });
  }

  private flow(kind: Exclude<Flowing, 'audio'>, text: string): void {
    if (text === '') return;
    this.events.push({ type: 'block-delta', ...this.at(kind), text });
    if (kind === 'thinking' && this.flowing) this.flowing.text += text;
  }

  // Where the open block of this kind is; opens one when there is none.
  private at(kind: Flowing): { choice: number; block: number } {
    if (this.flowing?.kind !== kind) this.openFlowing(kind, { kind });
    return { choice: this.choice, block: this.flowing?.block ?? 0 };
  }

  private openFlowing(kind: Flowing, start: BlockStart): void {
    this.closeFlowing();
    this.flowing = { kind, block: this.open(start), text: '' };
  }

  private closeFlowing(): void {
    if (this.flowing) this.events.push({ type: 'block-stop', choice: this.choice, block: this.flowing.block });
    this.flowing = null;
  }

  private single(start: BlockStart): void {
    this.closeFlowing();
    this.events.push({ type: 'block-stop', choice: this.choice, block: this.open(start) });
  }

  private openTool(start: BlockStart): number {
    this.closeFlowing();
    return this.open(start);
  }

  private open(start: BlockStart): number {
    const block = this.nextBlock++;
    this.events.push({ type: 'block-start', choice: this.choice, block, start });
    return block;
  }
}
