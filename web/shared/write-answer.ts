// Writes one answer: calls the gateway, passes each delta on, and keeps what came, however it ends. The service does it, and the page where there is no service.
import { type ChatMessage, type Delta, GatewayError, type LLMBackend } from '../../client/index.ts';
import type { AnswerEvent } from './api.ts';
import { applyToAnswer } from './apply-to-answer.ts';
import type { AnswerFailure, AssistantMessage } from './conversation.ts';

// How much of an answer may be lost when the machine fails.
const checkpointMs = 1000;

/** What an answer is written from and to. */
export interface AnswerTask {
  backend: LLMBackend;
  answer: AssistantMessage;
  messages: ChatMessage[];
  /** Keeps what there is of the answer: now and then, and at its end. */
  keep: (answer: AssistantMessage) => void;
  /** Aborted when it is to stop. */
  signal: AbortSignal;
  onFailure: () => void;
}

/** Yields each delta, then `done`, also when it was stopped. */
export async function* writeAnswer({ backend, keep, answer, messages, signal, onFailure }: AnswerTask): AsyncGenerator<AnswerEvent, void, undefined> {
  const startedAtMs = performance.now();
  let savedAtMs = startedAtMs;
  try {
    for await (const delta of backend.stream({ model: answer.model, messages }, { signal })) {
      const nowMs = performance.now();
      if (isContent(delta)) answer.firstTokenMs ??= Math.round(nowMs - startedAtMs);
      applyToAnswer(answer, delta);
      if (nowMs - savedAtMs > checkpointMs) {
        savedAtMs = nowMs;
        keep(answer);
      }
      yield { type: 'delta', delta };
    }
    answer.status = 'done';
  } catch (error) {
    if (!signal.aborted) {
      answer.status = 'failed';
      answer.failure = failureOf(error);
      onFailure();
    }
  } finally {
    if (answer.status === 'streaming') answer.status = 'stopped';
    answer.totalMs = Math.round(performance.now() - startedAtMs);
    keep(answer);
  }
  yield { type: 'done', answer };
}

function isContent(delta: Delta): boolean {
  return delta.type === 'text' || delta.type === 'reasoning' || delta.type === 'toolCall';
}

function failureOf(error: unknown): AnswerFailure {
  if (error instanceof GatewayError) return { kind: error.kind, message: error.message, retryAfterMs: error.retryAfterMs };
  console.error('An answer failed for a reason of its own:', error);
  return { kind: 'service', message: 'The web service failed', retryAfterMs: null };
}
