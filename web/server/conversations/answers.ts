// The routes of answers: asking, coming back to an answer that is being written, and stopping it.
import { answerToContinue, continuedAnswer, emptyAnswer, isEmptyFailure, type Message, type UserMessage } from '../../shared/conversation.ts';
import { promptOf, withBeginning, type ContentOf } from '../../shared/prompt.ts';
import { writeAnswer } from '../../shared/write-answer.ts';
import { maxModelCharacters, maxTextCharacters } from '../bounds.ts';
import { eventStreamBytes } from '../event-stream.ts';
import { ApiError, idMember, json, readBody, stringMember } from '../http.ts';
import { readAttachments } from './read-attachments.ts';
import type { NewAttachment } from '../../shared/attachment.ts';
import type { ConversationStore } from './store.ts';
import type { RouteContext, Service } from '../route.ts';

/** `POST /api/conversations/{id}/answers`: keeps the question, and streams the answer as it is written. */
export async function createAnswer(service: Service, { request, id }: RouteContext): Promise<Response> {
  const { store, backend } = service;
  const body = await readBody(request);
  const conversation = store.get(id) ?? missing();
  const answerId = idMember(body, 'answerId');
  const model = stringMember(body, 'model', maxModelCharacters);
  const nowMs = Date.now();
  const question = readQuestion(body, conversation.messages, nowMs);
  if (question.isNew) {
    store.addMessage(id, question.message, question.contents);
    conversation.messages.push(question.message);
  }
  for (const sibling of conversation.messages) {
    if (isEmptyFailure(sibling) && sibling.parentId === question.message.id) store.deleteMessage(sibling.id);
  }
  const before = body.continues === undefined ? null : answerToContinue(conversation.messages, question.message.id, idMember(body, 'continues'));
  if (body.continues !== undefined && before === null) throw new ApiError('notFound', 'There is no such answer to go on with');
  const empty = emptyAnswer(answerId, question.message.id, model, nowMs);
  const answer = before === null ? empty : continuedAnswer(empty, before);
  store.addMessage(id, answer);
  store.update(id, { model });

  const asked = await promptOf(conversation.systemPrompt, conversation.messages, question.message.id, contentOf(store));
  const messages = before === null ? asked : withBeginning(asked, before.text);
  // The gateway may have gone: whoever asks for its health next shall learn it.
  const onFailure = (): void => service.probe.forget();
  service.answers.start(answer, (signal) => writeAnswer({ backend, keep: (kept) => store.saveAnswer(kept), answer, messages, signal, onFailure }));
  return stream(service, answerId, false, request) ?? missing();
}

/** `GET /api/answers/{id}`: comes back to an answer that is being written. */
export function followAnswer(service: Service, { request, id }: RouteContext): Response {
  return stream(service, id, true, request) ?? missing();
}

/** `POST /api/answers/{id}/stop`: stops it at once, at the provider too. */
export function stopAnswer({ answers }: Service, { id }: RouteContext): Response {
  return answers.stop(id) ? json({}) : missing();
}

function stream({ answers }: Service, id: string, snapshot: boolean, request: Request): Response | null {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  request.signal.addEventListener('abort', leave, { once: true });
  const events = answers.read(id, snapshot, leaving.signal);
  return events && new Response(eventStreamBytes(events, leave) as unknown as ReadableStream, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

const contentOf = (store: ConversationStore): ContentOf => ({ id }) => {
  const attachment = store.attachment(id);
  return Promise.resolve(attachment && Buffer.from(attachment.content).toString('base64'));
};

function readQuestion(body: Record<string, unknown>, messages: Message[], nowMs: number): { isNew: boolean; message: UserMessage; contents: NewAttachment[] } {
  const question = body.question;
  if (typeof question !== 'object' || question === null) throw new ApiError('invalidRequest', '"question" must be an object');
  const members = question as Record<string, unknown>;
  const id = idMember(members, 'id');
  if (members.kind === 'existing') {
    const message = messages.find((candidate) => candidate.id === id);
    if (message?.role !== 'user') throw new ApiError('notFound', 'There is no such question');
    return { isNew: false, message, contents: [] };
  }
  if (members.kind !== 'new') throw new ApiError('invalidRequest', '"question.kind" must be "new" or "existing"');
  const parentId = members.parentId === null ? null : idMember(members, 'parentId');
  if (parentId !== null && !messages.some((message) => message.id === parentId)) {
    throw new ApiError('notFound', 'There is no such message to answer to');
  }
  const text = stringMember(members, 'text', maxTextCharacters);
  const contents = readAttachments(members.attachments);
  if (text.trim() === '' && contents.length === 0) throw new ApiError('invalidRequest', 'The question is empty');
  const attachments = contents.map(({ data: _data, ...attachment }) => attachment);
  return { isNew: true, message: { role: 'user', id, parentId, text, attachments, createdAtMs: nowMs }, contents };
}

function missing(): never {
  throw new ApiError('notFound', 'There is no such conversation or answer');
}
