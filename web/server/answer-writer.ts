// Writes one answer: calls the gateway, passes each delta on, and keeps what came, however it ends.
import { type ChatMessage, type Delta, GatewayError, type LLMBackend } from '../../client/index.ts';
import type { AnswerEvent } from '../shared/api.ts';
import { applyToAnswer } from '../shared/apply-to-answer.ts';
import { type AnswerFailure, type AssistantMessage, type Message, pathTo } from '../shared/conversation.ts';
import { checkpointMs } from './bounds.ts';
import type { ConversationStore } from './conversations/store.ts';

/** What an answer is written from and to. */
export interface AnswerTask {
  backend: LLMBackend;
  store: ConversationStore;
  answer: AssistantMessage;
  messages: ChatMessage[];
  /** Aborted when the reader leaves or stops. */
  signal: AbortSignal;
  onFailure: () => void;
}

/** Yields each delta, then `done`. When the reader left, what came until then is kept and nothing more is yielded. */
export async function* writeAnswer({ backend, store, answer, messages, signal, onFailure }: AnswerTask): AsyncGenerator<AnswerEvent, void, undefined> {
  const startedAtMs = performance.now();
  let savedAtMs = startedAtMs;
  try {
    for await (const delta of backend.stream({ model: answer.model, messages }, { signal })) {
      const nowMs = performance.now();
      if (isContent(delta)) answer.firstTokenMs ??= Math.round(nowMs - startedAtMs);
      applyToAnswer(answer, delta);
      if (nowMs - savedAtMs > checkpointMs) {
        savedAtMs = nowMs;
        store.saveAnswer(answer);
      }
      yield { type: 'delta', delta };
    }
    answer.status = 'done';
  } catch (error) {
    if (signal.aborted) return;
    answer.status = 'failed';
    answer.failure = failureOf(error);
    onFailure();
  } finally {
    if (answer.status === 'streaming') answer.status = 'stopped';
    answer.totalMs = Math.round(performance.now() - startedAtMs);
    store.saveAnswer(answer);
  }
  yield { type: 'done', answer };
}

/** What the model is given to read: the system prompt and the branch down to `leafId`. */
export function promptOf(systemPrompt: string, messages: Message[], leafId: string): ChatMessage[] {
  const prompt: ChatMessage[] = systemPrompt.trim() === '' ? [] : [{ role: 'system', content: systemPrompt }];
  for (const message of pathTo(messages, leafId)) {
    if (message.text !== '') prompt.push({ role: message.role, content: message.text });
  }
  return prompt;
}

function isContent(delta: Delta): boolean {
  return delta.type === 'text' || delta.type === 'reasoning' || delta.type === 'toolCall';
}

function failureOf(error: unknown): AnswerFailure {
  if (error instanceof GatewayError) return { kind: error.kind, message: error.message, retryAfterMs: error.retryAfterMs };
  console.error('An answer failed for a reason of the service itself:', error);
  return { kind: 'service', message: 'The web service failed', retryAfterMs: null };
}
