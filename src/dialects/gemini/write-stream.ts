// Writes the events of an answer as generateContent chunks, and whole answers as one such body.
import type { CanonicalAnswer } from '../../canonical/answer.ts';
import type { BlockStart, StopReason, StreamEvent } from '../../canonical/event.ts';
import { unfold } from '../../canonical/unfold.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { AnswerContext, StreamWriter } from '../dialect.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { defined, isJsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import { geminiMetadata, type Citation } from '../citations.ts';
import { renderStreamFault } from './fault.ts';
import { writeLogprobs } from './logprobs.ts';
import { writeThoughtSignature } from './signature.ts';
import { writeUsage } from './usage.ts';
import { argumentsObject, finishReasonOf } from './wire.ts';

interface OpenBlock {
  start: BlockStart;
  text: string;
  signature?: string;
  encrypted?: string;
}

/** Turns events into parts; what is done with a part is the caller's. */
class PartWriter {
  readonly reasons = new Map<number, StopReason>();
  private readonly citations = new Map<number, Citation[]>();
  private readonly logprobs = new Map<number, Json[]>();
  usage: Usage | null = null;
  private readonly open = new Map<string, OpenBlock>();

  /** `whole` holds text back until its block is whole. */
  constructor(private readonly whole: boolean, private readonly emit: (choice: number, part: JsonObject) => void) {}

  add(event: StreamEvent): void {
    switch (event.type) {
      case 'start':
        if (event.usage) this.usage = event.usage;
        return;
      case 'block-start':
        this.open.set(`${event.choice}:${event.block}`, { start: event.start, text: '' });
        if (!this.reasons.has(event.choice)) this.reasons.set(event.choice, 'end');
        return;
      case 'block-delta': return this.delta(event);
      case 'block-signature': {
        const block = this.open.get(`${event.choice}:${event.block}`);
        if (block && event.signature !== undefined) block.signature = event.signature;
        if (block && event.encrypted !== undefined) block.encrypted = event.encrypted;
        return;
      }
      case 'block-citation':
        append(this.citations, event.choice, event);
        return;
      case 'logprobs':
        append(this.logprobs, event.choice, event.value);
        return;
      case 'block-stop': return this.stop(event.choice, `${event.choice}:${event.block}`);
      case 'stop':
        this.reasons.set(event.choice, event.reason);
        return;
      case 'usage':
        this.usage = event.usage;
        return;
      case 'block-opaque':
      case 'ping':
      case 'error':
      case 'end':
    }
  }

  /** Members of a candidate beside its content: its sources, and how sure the model was. */
  metadata(choice: number): JsonObject {
    return { ...geminiMetadata(this.citations.get(choice) ?? []), ...writeLogprobs(this.logprobs.get(choice) ?? []) };
  }

  private delta(event: Extract<StreamEvent, { type: 'block-delta' }>): void {
    const block = this.open.get(`${event.choice}:${event.block}`);
    if (!block || event.text === '') return;
    const { kind } = block.start;
    if (this.whole || kind === 'tool-call') block.text += event.text;
    else if (kind === 'thinking') this.emit(event.choice, { text: event.text, thought: true });
    else if (kind === 'text' || kind === 'refusal' || kind === 'audio') this.emit(event.choice, { text: event.text });
  }

  private stop(choice: number, key: string): void {
    const block = this.open.get(key);
    if (!block) return;
    this.open.delete(key);
    const part = lastPart(block);
    if (part) this.emit(choice, part);
  }
}

function append<T>(lists: Map<number, T[]>, choice: number, value: T): void {
  const known = lists.get(choice);
  if (known) known.push(value);
  else lists.set(choice, [value]);
}

// What is left to say when a block closes.
function lastPart({ start, text, signature, encrypted }: OpenBlock): JsonObject | undefined {
  switch (start.kind) {
    case 'text':
    case 'refusal':
    // Of a sound the words stay.
    case 'audio':
      return text === '' && !signature ? undefined : defined<JsonObject>({ text, thoughtSignature: signature });
    case 'thinking': {
      const thoughtSignature = writeThoughtSignature(signature, encrypted, undefined);
      return text === '' && !thoughtSignature ? undefined : defined<JsonObject>({ text, thought: true, thoughtSignature });
    }
    case 'redacted-thinking':
      return defined<JsonObject>({ text: '', thought: true, thoughtSignature: writeThoughtSignature(undefined, encrypted, start.data) });
    case 'tool-call':
      return defined<JsonObject>({
        functionCall: { id: start.id, name: start.name, args: argumentsObject(text) }, thoughtSignature: signature ?? start.signature,
      });
    case 'image':
      return { inlineData: { mimeType: start.mediaType, data: start.data } };
    case 'opaque':
      return start.dialect === 'gemini' ? start.value : undefined;
  }
}

function candidate(index: number, parts: Json[], finishReason: string | null, metadata: JsonObject = {}): JsonObject {
  return { content: { parts, role: 'model' }, finishReason, index, safetyRatings: [], ...metadata };
}

const envelope = (context: AnswerContext): JsonObject => ({ modelVersion: context.model, responseId: context.requestId });

class ChunkWriter implements StreamWriter {
  private text = '';
  private ended = false;
  private readonly parts: PartWriter;

  constructor(private readonly context: AnswerContext) {
    this.parts = new PartWriter(false, (choice, part) => this.chunk({ candidates: [candidate(choice, [part], null)] }));
  }

  write(event: StreamEvent): string {
    if (this.ended) return '';
    if (event.type === 'error') {
      this.ended = true;
      return renderStreamFault(event.fault);
    }
    this.parts.add(event);
    if (event.type === 'end') this.end();
    const { text } = this;
    this.text = '';
    return text;
  }

  private end(): void {
    this.ended = true;
    const { parts } = this;
    const { reasons, usage } = parts;
    const candidates = [...reasons].map(([choice, reason]) => candidate(choice, [], finishReasonOf[reason], parts.metadata(choice)));
    this.chunk({ candidates: candidates.length > 0 ? candidates : [candidate(0, [], 'STOP')], ...writeUsage(usage) });
  }

  private chunk(body: JsonObject): void {
    this.text += formatFrame(JSON.stringify({ ...body, ...envelope(this.context) }));
  }
}

/** A writer for one stream. */
export const createWriter = (context: AnswerContext): StreamWriter => new ChunkWriter(context);

/** The whole answer for the client. */
export function writeAnswer(answer: CanonicalAnswer, context: AnswerContext): JsonObject {
  const parts = new Map<number, Json[]>();
  const writer = new PartWriter(true, (choice, part) => {
    const known = parts.get(choice);
    if (known) known.push(part);
    else parts.set(choice, [part]);
  });
  for (const event of unfold(answer)) writer.add(event);
  const candidates = [...writer.reasons].map(([choice, reason]) =>
    candidate(choice, parts.get(choice) ?? [], finishReasonOf[reason], writer.metadata(choice)));
  return { candidates, ...writeUsage(writer.usage), ...envelope(context) };
}

/** True for a part that a client sees as content. */
export const isContentPart = (part: Json): boolean => isJsonObject(part) && part['text'] !== '';
