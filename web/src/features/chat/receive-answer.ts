// Receives one answer from the service and shows it at a pace that screens can follow.
import { chatApi, ChatApiError } from '../../api/chat-api.ts';
import { announce } from '../../app/announce.ts';
import { currentStrings } from '../../app/preferences.ts';
import type { AnswerRequest } from '../../../shared/api.ts';
import { applyToAnswer } from '../../../shared/apply-to-answer.ts';
import type { AssistantMessage } from '../../../shared/conversation.ts';
import { checkHealth } from '../health/health.ts';

/** What is asked, and who wants to know. */
export interface ReceiveAnswer {
  conversationId: string;
  empty: AssistantMessage;
  request: AnswerRequest;
  /** Runs before the question is sent, for a conversation that does not exist yet. */
  prepare: (() => Promise<unknown>) | undefined;
  signal: AbortSignal;
  /** The service has the question. */
  onAccepted: () => void;
  onChange: (answer: AssistantMessage) => void;
}

// Thirty times a second looks like a flow; more only heats the machine.
const paintEveryMs = 33;
const spokenCharacters = 400;

/** Resolves when the answer has ended, however it did: the last `onChange` tells. Never rejects. */
export async function receiveAnswer({ conversationId, empty, request, prepare, signal, onAccepted, onChange }: ReceiveAnswer): Promise<void> {
  let answer: AssistantMessage = { ...empty };
  const startedAtMs = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const paint = (): void => {
    clearTimeout(timer);
    timer = undefined;
    onChange({ ...answer, toolCalls: answer.toolCalls.map((call) => Object.assign({}, call)) });
  };
  try {
    await prepare?.().catch(ignoreConflict);
    const events = await chatApi.answer(conversationId, request, signal).catch((error: unknown) => {
      // The service has the question from an attempt whose answer was lost on the way.
      if (!isConflict(error) || request.question.kind === 'existing') throw error;
      return chatApi.answer(conversationId, { ...request, question: { kind: 'existing', id: request.question.id } }, signal);
    });
    onAccepted();
    for await (const event of events) {
      if (event.type === 'done') answer = event.answer;
      else {
        applyToAnswer(answer, event.delta);
        if (answer.text || answer.reasoning) answer.firstTokenMs ??= Math.round(performance.now() - startedAtMs);
        timer ??= setTimeout(paint, paintEveryMs);
      }
    }
    if (answer.status === 'streaming') throw new ChatApiError('offline', '');
  } catch (error) {
    if (signal.aborted) answer.status = 'stopped';
    else {
      answer.status = 'failed';
      answer.failure = failureOf(error);
    }
  }
  answer.totalMs ??= Math.round(performance.now() - startedAtMs);
  paint();
  report(answer);
}

// Creating it was carried out the first time, although its answer was lost.
function ignoreConflict(error: unknown): void {
  if (!isConflict(error)) throw error;
}

function isConflict(error: unknown): boolean {
  return error instanceof ChatApiError && error.kind === 'conflict';
}

function failureOf(error: unknown): AssistantMessage['failure'] {
  const refused = error instanceof ChatApiError && error.kind !== 'offline';
  return { kind: refused ? 'service' : 'connection', message: refused ? error.message : '', retryAfterMs: null };
}

function report(answer: AssistantMessage): void {
  const { chat, failure } = currentStrings();
  if (answer.status === 'done') announce(chat.answered(answer.text.slice(0, spokenCharacters)));
  else if (answer.status === 'stopped') announce(chat.stopped);
  else if (answer.failure) {
    announce(failure[answer.failure.kind]);
    void checkHealth();
  }
}
