// Asks the service for an answer, also when an earlier attempt got there and only its reply was lost.
import { chatApi, ChatApiError } from '../../api/chat-api.ts';
import type { AnswerEvent, AnswerRequest } from '../../../shared/api.ts';

/** What is asked. */
export interface AskedAnswer {
  conversationId: string;
  request: AnswerRequest;
  /** Runs before the question is sent, for a conversation that does not exist yet. */
  prepare: (() => Promise<unknown>) | undefined;
  /** The service has the question. */
  onAccepted: () => void;
}

/** The events of the answer. Throws `ChatApiError`. */
export async function openAnswer({ conversationId, request, prepare, onAccepted }: AskedAnswer, signal: AbortSignal): Promise<AsyncGenerator<AnswerEvent, void, undefined>> {
  await prepare?.().catch(ignoreConflict);
  const events = await chatApi.answer(conversationId, request, signal).catch((error: unknown) => {
    if (!isConflict(error) || request.question.kind === 'existing') throw error;
    return chatApi.answer(conversationId, { ...request, question: { kind: 'existing', id: request.question.id } }, signal);
  });
  onAccepted();
  return events;
}

// Creating it was carried out the first time, although its answer was lost.
function ignoreConflict(error: unknown): void {
  if (!isConflict(error)) throw error;
}

function isConflict(error: unknown): boolean {
  return error instanceof ChatApiError && error.kind === 'conflict';
}
