// Receives one answer from the service and shows it at a pace that screens can follow.
import { ChatApiError } from '../../api/chat-api.ts';
import { announce } from '../../app/announce.ts';
import { currentStrings } from '../../app/preferences.ts';
import type { AnswerEvent } from '../../../shared/api.ts';
import { applyToAnswer } from '../../../shared/apply-to-answer.ts';
import type { AssistantMessage } from '../../../shared/conversation.ts';
import { checkHealth } from '../health/health.ts';

/** Where an answer comes from, and who wants to know. */
export interface ReceiveAnswer {
  /** What there is of it. */
  begun: AssistantMessage;
  /** Asks, or comes back to an answer that is being written. */
  open: (signal: AbortSignal) => Promise<AsyncGenerator<AnswerEvent, void, undefined>>;
  signal: AbortSignal;
  onChange: (answer: AssistantMessage) => void;
}

// Thirty times a second looks like a flow; more only heats the machine.
const paintEveryMs = 33;
const spokenCharacters = 400;

/** Resolves when the answer has ended, however it did: the last `onChange` tells. Never rejects. */
export async function receiveAnswer({ begun, open, signal, onChange }: ReceiveAnswer): Promise<void> {
  let answer: AssistantMessage = { ...begun };
  const startedAtMs = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const paint = (): void => {
    clearTimeout(timer);
    timer = undefined;
    onChange({ ...answer, toolCalls: answer.toolCalls.map((call) => Object.assign({}, call)) });
  };
  try {
    for await (const event of await open(signal)) {
      if (event.type === 'done') answer = event.answer;
      else if (event.type === 'snapshot') {
        answer = event.answer;
        paint();
      } else {
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
