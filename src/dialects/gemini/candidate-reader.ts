// Reads the parts of one candidate, from a whole answer or chunk by chunk, into blocks.
// Google has no block frames: a block lasts until a part of another kind comes.
import type { BlockStart, StopReason, StreamEvent } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, objectAt, stringAt } from '../../lib/json.ts';
import { unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { readLogprobs } from './logprobs.ts';
import { PartialArguments } from './partial-arguments.ts';
import { realSignature, uncarried } from './signature.ts';
import { camelCased, finishReasons } from './wire.ts';

interface OpenCall {
  block: number;
  partial: PartialArguments;
  whole: Json | undefined;
}

/** How a candidate ended. */
export interface CandidateEnd {
  reason: StopReason | 'broken';
  native: string;
  message: string | undefined;
}

/** One candidate of one answer. */
export class CandidateReader {
  /** Set once the candidate has a finish reason. */
  end: CandidateEnd | null = null;
  private events: StreamEvent[] = [];
  private blockCount = 0;
  private current: { block: number; kind: 'text' | 'thinking' } | null = null;
  private call: OpenCall | null = null;
  private callCount = 0;
  private text: number | null = null;

  /** `callBase` makes the ids of calls that come without; it differs between answers. */
  constructor(private readonly choice: number, private readonly callBase: string) {}

  /** The events of one appearance of the candidate. */
  read(candidate: JsonObject): StreamEvent[] {
    const content = objectAt(candidate, 'content');
    for (const part of arrayAt(content, 'parts')) if (isJsonObject(part)) this.readPart(camelCased(part));
    const grounding = objectAt(candidate, 'groundingMetadata');
    if (grounding && Object.keys(grounding).length > 0) this.cite({ groundingMetadata: grounding });
    const citations = objectAt(candidate, 'citationMetadata');
    if (citations) this.cite({ citationMetadata: citations });
    const logprobs = readLogprobs(objectAt(candidate, 'logprobsResult'));
    if (logprobs) this.events.push({ type: 'logprobs', choice: this.choice, value: logprobs });
    const native = stringAt(candidate, 'finishReason');
    if (native !== undefined && native !== '' && native !== 'FINISH_REASON_UNSPECIFIED') {
      this.end = { reason: finishReasons.get(native) ?? 'end', native, message: stringAt(candidate, 'finishMessage') };
    }
    return this.take();
  }

  /** The events that close the candidate. */
  close(): StreamEvent[] {
    this.closeBlock();
    this.closeCall();
    const { end } = this;
    const reason = end?.reason === 'broken' || !end ? 'end' : end.reason;
    this.events.push(defined<Extract<StreamEvent, { type: 'stop' }>>({
      type: 'stop', choice: this.choice, reason: reason === 'end' && this.callCount > 0 ? 'tool' : reason, native: end?.native,
    }));
    return this.take();
  }

  private take(): StreamEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }

  private readPart(part: JsonObject): void {
    const text = stringAt(part, 'text');
    const call = objectAt(part, 'functionCall');
    const signature = realSignature(stringAt(part, 'thoughtSignature'));
    if (call) return this.readCall(camelCased(call), signature);
    if (text !== undefined) return this.readText(part['thought'] === true ? 'thinking' : 'text', text, signature);
    const image = readImage(part);
    if (!image && Object.keys(part).length === 0) return;
    this.closeBlock();
    this.closeCall();
    const block = this.open(image ?? { kind: 'opaque', dialect: 'gemini', value: part });
    this.events.push({ type: 'block-stop', choice: this.choice, block });
  }

  private readText(kind: 'text' | 'thinking', text: string, signature: string | undefined): void {
    if (text === '' && signature === undefined) return;
    // A signature of its own belongs to whatever was said last.
    const wanted = text === '' && this.current ? this.current.kind : kind;
    if (this.current?.kind !== wanted) {
      this.closeBlock();
      this.closeCall();
      this.current = { block: this.open({ kind: wanted }), kind: wanted };
      if (wanted === 'text') this.text = this.current.block;
    }
    const { block } = this.current;
    if (text !== '') this.events.push({ type: 'block-delta', choice: this.choice, block, text });
    if (signature !== undefined) this.sign(block, signature);
  }

  private readCall(call: JsonObject, signature: string | undefined): void {
    const name = stringAt(call, 'name');
    if (name) {
      this.closeBlock();
      this.closeCall();
      const id = stringAt(call, 'id') || `call_${this.callBase}_${this.callCount}`;
      this.callCount += 1;
      const block = this.open(defined<BlockStart>({ kind: 'tool-call', id, name, call: 'function', signature }));
      if (signature !== undefined) this.sign(block, signature);
      this.call = { block, partial: new PartialArguments(), whole: undefined };
    }
    if (!this.call) return;
    if (call['args'] !== undefined) this.call.whole = call['args'];
    for (const partial of arrayAt(call, 'partialArgs')) if (isJsonObject(partial)) this.call.partial.add(camelCased(partial));
    if (call['willContinue'] !== true) this.closeCall();
  }

  private sign(block: number, signature: string): void {
    const encrypted = unpackEncryptedReasoning(uncarried(signature));
    this.events.push(encrypted === undefined
      ? { type: 'block-signature', choice: this.choice, block, signature }
      : { type: 'block-signature', choice: this.choice, block, encrypted });
  }

  // Sources are told for the answer as a whole; they go with its last text.
  private cite(value: JsonObject): void {
    if (this.text !== null) this.events.push({ type: 'block-citation', choice: this.choice, block: this.text, dialect: 'gemini', value });
  }

  private open(start: BlockStart): number {
    const block = this.blockCount++;
    this.events.push({ type: 'block-start', choice: this.choice, block, start });
    return block;
  }

  private closeBlock(): void {
    if (!this.current) return;
    this.events.push({ type: 'block-stop', choice: this.choice, block: this.current.block });
    this.current = null;
  }

  private closeCall(): void {
    if (!this.call) return;
    const { block, partial, whole } = this.call;
    this.call = null;
    this.events.push(
      { type: 'block-delta', choice: this.choice, block, text: partial.text(whole) },
      { type: 'block-stop', choice: this.choice, block },
    );
  }
}

function readImage(part: JsonObject): BlockStart | undefined {
  const inline = objectAt(part, 'inlineData');
  if (!inline) return undefined;
  const blob = camelCased(inline);
  const mediaType = stringAt(blob, 'mimeType') ?? '';
  return mediaType.startsWith('image/') ? { kind: 'image', mediaType, data: stringAt(blob, 'data') ?? '' } : undefined;
}
