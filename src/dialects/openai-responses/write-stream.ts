// Writes the events of an answer as a Responses stream, and whole answers as what such a stream ends with.
import type { CanonicalAnswer } from '../../canonical/answer.ts';
import type { StopReason, StreamEvent } from '../../canonical/event.ts';
import { unfold } from '../../canonical/unfold.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { AnswerContext, StreamWriter } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import { failedError } from './fault.ts';
import { ItemWriter } from './item-writer.ts';
import { responseSettings } from './response-object.ts';
import { dialectTraits } from '../traits.ts';
import { writeUsage } from './usage.ts';
import type { ResponseStatus } from './wire.ts';

const incompleteReasons: Partial<Record<StopReason, string>> = {
  length: 'max_output_tokens', 'context-full': 'max_output_tokens', filter: 'content_filter', refusal: 'content_filter',
};

const { closing } = dialectTraits['openai-responses'];

class ResponseWriter implements StreamWriter {
  /** The last response object that was sent. */
  response: JsonObject = {};
  private readonly items: ItemWriter;
  private readonly settings: JsonObject;
  // The settings hold all tools and instructions and stand in three events, so their text is made once.
  private settingsText: string | null = null;
  private text = '';
  private sequence = 0;
  private started = false;
  private ended = false;
  private reason: StopReason = 'end';
  private usage: Usage | null = null;

  /** `silent` makes no frames: only the response object is wanted. */
  constructor(private readonly context: AnswerContext, private readonly silent: boolean) {
    this.settings = responseSettings(context);
    this.items = new ItemWriter(context.requestId, (type, fields) => this.emit(type, fields));
  }

  write(event: StreamEvent): string {
    if (this.ended) return '';
    this.begin(event);
    this.handle(event);
    const { text } = this;
    this.text = '';
    return text;
  }

  private handle(event: StreamEvent): void {
    const { items } = this;
    // The dialect has one choice.
    if ('choice' in event && event.choice !== 0) return;
    switch (event.type) {
      case 'block-start': return items.start(event.block, event.start);
      case 'block-delta': return items.delta(event.block, event.text);
      case 'block-signature': return items.sign(event.block, event.signature, event.encrypted);
      case 'block-citation': return items.cite(event.block, event);
      case 'block-opaque': return items.opaque(event.block, event.value);
      case 'block-stop': return items.stop(event.block);
      case 'logprobs': return items.logprobs(event.value);
      case 'usage':
        this.usage = event.usage;
        return;
      case 'stop':
        this.reason = event.reason;
        return;
      case 'end': return this.end();
      case 'error':
        this.ended = true;
        return this.emitResponse('response.failed', 'failed', items.broken(), { error: failedError(event.fault) });
      case 'start':
      case 'ping':
    }
  }

  private begin(event: StreamEvent): void {
    if (this.started || event.type === 'ping') return;
    this.started = true;
    if (event.type === 'start' && event.usage) this.usage = event.usage;
    if (this.silent) return;
    this.emitResponse('response.created', 'in_progress', [], {});
    this.emitResponse('response.in_progress', 'in_progress', [], {});
  }

  private end(): void {
    this.ended = true;
    this.items.finish();
    const told = this.reason === 'refusal' && this.items.sawRefusal;
    const reason = told ? undefined : incompleteReasons[this.reason];
    if (reason === undefined) this.emitResponse('response.completed', 'completed', this.items.output, {});
    else this.emitResponse('response.incomplete', 'incomplete', this.items.output, { incomplete_details: { reason } });
    if (!this.silent && closing) this.text += closing.toString();
  }

  private emitResponse(type: string, status: ResponseStatus, output: JsonObject[], details: JsonObject): void {
    const finished = status !== 'in_progress';
    const head: JsonObject = {
      id: `resp_${this.context.requestId}`, object: 'response', created_at: this.context.nowSeconds, status, background: false,
      completed_at: status === 'completed' ? this.context.nowSeconds : null,
      error: null, incomplete_details: null, ...details, model: this.context.model, output,
      usage: finished ? writeUsage(this.usage) : null,
    };
    // What the answer was served at, not what was asked for.
    const tier = finished ? this.usage?.serviceTier ?? null : null;
    if (this.silent) {
      this.response = { ...head, ...this.settings, service_tier: tier ?? this.settings['service_tier'] ?? null };
      return;
    }
    this.settingsText ??= JSON.stringify(this.settings).slice(1);
    const response = tier === null || tier === this.settings['service_tier']
      ? `${JSON.stringify(head).slice(0, -1)},${this.settingsText}` : JSON.stringify({ ...head, ...this.settings, service_tier: tier });
    this.text += formatFrame(`{"type":"${type}","sequence_number":${this.sequence++},"response":${response}}`, type);
  }

  private emit(type: string, fields: JsonObject): void {
    if (this.silent) return;
    this.text += formatFrame(JSON.stringify({ ...fields, type, sequence_number: this.sequence++ }), type);
  }
}

/** A writer for one stream. */
export const createWriter = (context: AnswerContext): StreamWriter => new ResponseWriter(context, false);

/** The whole answer for the client. */
export function writeAnswer(answer: CanonicalAnswer, context: AnswerContext): JsonObject {
  const writer = new ResponseWriter(context, true);
  for (const event of unfold(answer)) writer.write(event);
  return writer.response;
}
