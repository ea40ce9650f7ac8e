// The routes under /api/conversations.
import { emptyAnswer, type Message, type UserMessage } from '../../shared/conversation.ts';
import type { UpdateConversation } from '../../shared/api.ts';
import { promptOf, writeAnswer } from '../answer-writer.ts';
import { maxListed, maxModelCharacters, maxTextCharacters, maxTitleCharacters } from '../bounds.ts';
import { eventStreamBytes } from '../event-stream.ts';
import { ApiError, idMember, json, readBody, stringMember } from '../http.ts';
import type { RouteContext, Service } from '../route.ts';
import type { ListCursor } from './store.ts';

/** `GET /api/conversations?search=&after=`: newest first, a page at a time. */
export function listConversations({ store }: Service, { url }: RouteContext): Response {
  const search = (url.searchParams.get('search') ?? '').trim().slice(0, maxTitleCharacters);
  return json({ conversations: store.list({ search, limit: maxListed, after: readCursor(url.searchParams.get('after')) }) });
}

/** `POST /api/conversations`. */
export async function createConversation({ store }: Service, { request }: RouteContext): Promise<Response> {
  const body = await readBody(request);
  const conversation = store.create({
    id: idMember(body, 'id'),
    model: stringMember(body, 'model', maxModelCharacters),
    systemPrompt: stringMember(body, 'systemPrompt', maxTextCharacters),
  });
  return json(conversation, 201);
}

/** `GET /api/conversations/{id}`. */
export function getConversation({ store }: Service, { id }: RouteContext): Response {
  return json(store.get(id) ?? missing());
}

/** `PATCH /api/conversations/{id}`. */
export async function updateConversation({ store }: Service, { request, id }: RouteContext): Promise<Response> {
  const body = await readBody(request);
  const changes: UpdateConversation = {};
  if (body.title !== undefined) changes.title = stringMember(body, 'title', maxTitleCharacters).trim();
  if (body.model !== undefined) changes.model = stringMember(body, 'model', maxModelCharacters);
  if (body.systemPrompt !== undefined) changes.systemPrompt = stringMember(body, 'systemPrompt', maxTextCharacters);
  if (body.leafId !== undefined) changes.leafId = idMember(body, 'leafId');
  return store.update(id, changes) ? json({}) : missing();
}

/** `DELETE /api/conversations/{id}`. */
export function deleteConversation({ store }: Service, { id }: RouteContext): Response {
  return store.delete(id) ? json({}) : missing();
}

/** `POST /api/conversations/{id}/restore`: takes a deletion back. */
export function restoreConversation({ store }: Service, { id }: RouteContext): Response {
  return store.restore(id) ? json({}) : missing();
}

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
    store.addMessage(id, question.message);
    conversation.messages.push(question.message);
  }
  for (const sibling of conversation.messages) {
    if (isEmptyFailure(sibling) && sibling.parentId === question.message.id) store.deleteMessage(sibling.id);
  }
  const answer = emptyAnswer(answerId, question.message.id, model, nowMs);
  store.addMessage(id, answer);
  store.update(id, { model });

  const messages = promptOf(conversation.systemPrompt, conversation.messages, question.message.id);
  const controller = new AbortController();
  const leave = (): void => controller.abort();
  request.signal.addEventListener('abort', leave, { once: true });
  // The gateway may have gone: whoever asks for its health next shall learn it.
  const onFailure = (): void => service.probe.forget();
  const task = { backend, store, answer, messages, signal: controller.signal, onFailure };
  const events = service.answers.follow(writeAnswer(task), leave);
  return new Response(eventStreamBytes(events, leave) as unknown as ReadableStream, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

function readQuestion(body: Record<string, unknown>, messages: Message[], nowMs: number): { isNew: boolean; message: UserMessage } {
  const question = body.question;
  if (typeof question !== 'object' || question === null) throw new ApiError('invalidRequest', '"question" must be an object');
  const members = question as Record<string, unknown>;
  const id = idMember(members, 'id');
  if (members.kind === 'existing') {
    const message = messages.find((candidate) => candidate.id === id);
    if (message?.role !== 'user') throw new ApiError('notFound', 'There is no such question');
    return { isNew: false, message };
  }
  if (members.kind !== 'new') throw new ApiError('invalidRequest', '"question.kind" must be "new" or "existing"');
  const parentId = members.parentId === null ? null : idMember(members, 'parentId');
  if (parentId !== null && !messages.some((message) => message.id === parentId)) {
    throw new ApiError('notFound', 'There is no such message to answer to');
  }
  const text = stringMember(members, 'text', maxTextCharacters);
  if (text.trim() === '') throw new ApiError('invalidRequest', 'The question is empty');
  return { isNew: true, message: { role: 'user', id, parentId, text, createdAtMs: nowMs } };
}

// Asking again replaces an answer that never was.
function isEmptyFailure(message: Message): boolean {
  return message.role === 'assistant' && message.status === 'failed' && message.text === '' && message.reasoning === '';
}

function readCursor(text: string | null): ListCursor | null {
  const match = /^(\d+):([0-9a-f-]{36})$/.exec(text ?? '');
  return match?.[1] && match[2] ? { updatedAtMs: Number(match[1]), id: match[2] } : null;
}

function missing(): never {
  throw new ApiError('notFound', 'There is no such conversation');
}
