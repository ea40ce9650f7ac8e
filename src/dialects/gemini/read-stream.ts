// Reads generateContent answers: chunks of a stream, or one whole body, which has the same form.
import type { StreamEvent } from '../../canonical/event.ts';
import { fault } from '../../canonical/fault.ts';
import type { StreamReader } from '../dialect.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt } from '../../lib/json.ts';
import type { SseFrame } from '../../lib/sse.ts';
import { CandidateReader } from './candidate-reader.ts';
import { readFault } from './fault.ts';
import { mergeUsage, readUsage } from './usage.ts';
import { camelCased } from './wire.ts';

/** One answer as it is read. */
export class AnswerReader implements StreamReader {
  private readonly candidates = new Map<number, CandidateReader>();
  private started = false;
  private usage: Usage | null = null;
  private done = false;
  private blocked: string | undefined;
  private callBase = '';

  read(frame: SseFrame): StreamEvent[] {
    if (this.done || frame.data === '[DONE]') return [];
    const body = parseJsonObject(frame.data);
    if (!body) return this.fail('upstream_invalid_answer', 'The provider sent an event that is not JSON.');
    return this.readBody(body);
  }

  /** The events of one chunk or of the whole body. */
  readBody(raw: JsonObject): StreamEvent[] {
    const error = objectAt(raw, 'error');
    if (error) {
      this.done = true;
      return [{ type: 'error', fault: readFault(error) }];
    }
    const body = camelCased(raw);
    const events: StreamEvent[] = [];
    if (!this.started) events.push(this.start(body));
    for (const [index, candidate] of arrayAt(body, 'candidates').entries()) {
      if (!isJsonObject(candidate)) continue;
      const known = camelCased(candidate);
      events.push(...this.candidate(numberAt(known, 'index') ?? index).read(known));
    }
    this.blocked ??= blockReason(body);
    const usage = readUsage(body);
    if (usage) {
      this.usage = mergeUsage(this.usage, usage);
      events.push({ type: 'usage', usage: this.usage });
    }
    return events;
  }

  finish(): StreamEvent[] {
    if (this.done) return [];
    this.done = true;
    const all = [...this.candidates.values()];
    if (this.blocked !== undefined && all.every((candidate) => candidate.end === null)) return [...this.closeAll(all), ...this.block(this.blocked)];
    if (all.length === 0 || all.some((candidate) => candidate.end === null)) {
      return [{ type: 'error', fault: fault('upstream_stream_broken', 'The provider ended the stream before a finish reason; the answer is not whole.') }];
    }
    const broken = all.find((candidate) => candidate.end?.reason === 'broken')?.end;
    if (broken) {
      const message = `The provider could not finish its answer (${broken.native})${broken.message ? `: ${broken.message}` : '.'}`;
      return [{ type: 'error', fault: fault('upstream_invalid_answer', message) }];
    }
    return [...this.closeAll(all), { type: 'end' }];
  }

  private closeAll(all: CandidateReader[]): StreamEvent[] {
    return all.flatMap((candidate) => candidate.close());
  }

  // The prompt itself was refused: an answer without content, as LiteLLM has it.
  private block(native: string): StreamEvent[] {
    return [{ type: 'stop', choice: 0, reason: 'filter', native }, { type: 'end' }];
  }

  private start(body: JsonObject): StreamEvent {
    this.started = true;
    const id = stringAt(body, 'responseId') ?? '';
    this.callBase = id.replaceAll(/[^a-zA-Z0-9_-]/g, '').slice(0, 40) || crypto.randomUUID().slice(0, 13);
    const created = Date.parse(stringAt(body, 'createTime') ?? '');
    return {
      type: 'start', id, model: stringAt(body, 'modelVersion') ?? '', createdSeconds: Number.isNaN(created) ? 0 : Math.floor(created / 1000),
    };
  }

  private candidate(index: number): CandidateReader {
    let candidate = this.candidates.get(index);
    if (!candidate) {
      candidate = new CandidateReader(index, index === 0 ? this.callBase : `${this.callBase}_${index}`);
      this.candidates.set(index, candidate);
    }
    return candidate;
  }

  private fail(code: 'upstream_invalid_answer', message: string): StreamEvent[] {
    this.done = true;
    return [{ type: 'error', fault: fault(code, message) }];
  }
}

/** Why the prompt was refused, if it was. */
export function blockReason(body: JsonObject): string | undefined {
  const feedback = objectAt(camelCased(body), 'promptFeedback');
  const reason = stringAt(feedback && camelCased(feedback), 'blockReason');
  return reason === undefined || reason === 'BLOCK_REASON_UNSPECIFIED' ? undefined : reason;
}

/** A reader for one stream. */
export const createReader = (): StreamReader => new AnswerReader();

/** The events of a provider's whole answer. */
export function readAnswer(body: JsonObject): StreamEvent[] {
  const reader = new AnswerReader();
  const events = reader.readBody(body);
  const rest = reader.finish();
  return [...events, ...rest];
}
