// The conversations that are open in this page, and everything that can be done in them. Answers go on being
// received when the reader looks at another conversation.
import { chatApi, ChatApiError } from '../../api/chat-api.ts';
import { announce, notify } from '../../app/announce.ts';
import { currentStrings, preferences, setPreferences } from '../../app/preferences.ts';
import { navigate } from '../../app/route.ts';
import { newId } from '../../lib/new-id.ts';
import { Observable } from '../../lib/observable.ts';
import type { AnswerEvent, AnswerRequest } from '../../../shared/api.ts';
import { type AssistantMessage, continuedAnswer, type Conversation, emptyAnswer, isEmptyFailure, titleOf, type UserMessage } from '../../../shared/conversation.ts';
import type { NewAttachment } from '../../../shared/attachment.ts';
import { renameConversation, touchConversation } from '../conversations/conversation-list.ts';
import { openAnswer } from './open-answer.ts';
import { receiveAnswer, type ReceiveAnswer } from './receive-answer.ts';
import { rememberFiles } from './files.ts';
import { newestLeaf } from './versions.ts';

/** What is known in this page. */
export interface ChatState {
  byId: Readonly<Record<string, Conversation>>;
  loading: Readonly<Record<string, 'loading' | 'missing' | 'failed'>>;
  /** The conversations that are being answered in this page, with what stops the answer. */
  running: Readonly<Record<string, AbortController>>;
  /** What a new conversation will start with. An empty model means the default one. */
  draft: { model: string; systemPrompt: string };
}

/** The one chat of the page. */
export const chat = new Observable<ChatState>({ byId: {}, loading: {}, running: {}, draft: { model: '', systemPrompt: '' } });

/** Loads a conversation unless it is there. */
export async function openConversation(id: string): Promise<void> {
  if (chat.get().byId[id] || chat.get().loading[id] === 'loading') return;
  setLoading(id, 'loading');
  try {
    const conversation = await chatApi.conversation(id);
    chat.update((state) => ({ ...state, byId: { ...state.byId, [id]: conversation } }));
    setLoading(id, null);
    resume(conversation);
  } catch (error) {
    setLoading(id, error instanceof ChatApiError && error.kind === 'notFound' ? 'missing' : 'failed');
  }
}

/** Changes a conversation in this page. */
export function changeConversation(id: string, change: (conversation: Conversation) => Conversation): void {
  chat.update((state) => {
    const present = state.byId[id];
    return present ? { ...state, byId: { ...state.byId, [id]: change(present) } } : state;
  });
}

/** Asks the first question of a new conversation, and goes there. */
export function startConversation(text: string, files: readonly NewAttachment[], model: string): void {
  const { systemPrompt } = chat.get().draft;
  const id = newId();
  const nowMs = Date.now();
  const conversation: Conversation = { id, title: titleOf(text) || titleOf(files[0]?.name ?? ''), model, systemPrompt, leafId: null, createdAtMs: nowMs, updatedAtMs: nowMs, messages: [] };
  chat.update((state) => ({ ...state, byId: { ...state.byId, [id]: conversation }, draft: { model: '', systemPrompt: '' } }));
  navigate(id);
  ask(id, null, text, files, () => chatApi.create({ id, model, systemPrompt }));
}

/** Asks a question below a message; below the parent of an older question it is that question, edited. */
export function ask(id: string, parentId: string | null, text: string, files: readonly NewAttachment[], prepare?: () => Promise<unknown>): void {
  rememberFiles(files);
  const attachments = files.map(({ data: _data, ...attachment }) => attachment);
  const question: UserMessage = { role: 'user', id: newId(), parentId, text, attachments, createdAtMs: Date.now() };
  changeConversation(id, (conversation) => ({ ...conversation, messages: [...conversation.messages, question], leafId: question.id }));
  answer(id, question, { kind: 'new', id: question.id, parentId, text, ...(files.length > 0 && { attachments: [...files] }) }, prepare);
}

/** Has a question answered again. */
export function askAgain(id: string, question: UserMessage): void {
  // A question that never reached the service is not known there: it is asked like a new one.
  const unsent = unsentQuestions.get(question.id);
  if (unsent) answer(id, question, unsent.question, unsent.prepare);
  else answer(id, question, { kind: 'existing', id: question.id });
}

/** Has an answer that broke off gone on with, as another version of it. */
export function continueAnswer(id: string, question: UserMessage, broken: AssistantMessage): void {
  answer(id, question, { kind: 'existing', id: question.id }, undefined, broken);
}

/** Stops the answer of a conversation; the gateway stops, too. */
export function stopAnswer(id: string): void {
  chat.get().running[id]?.abort();
}

/** Shows the branch that a message belongs to. */
export function showVersion(id: string, messageId: string): void {
  const conversation = chat.get().byId[id];
  if (!conversation) return;
  const leafId = newestLeaf(conversation.messages, messageId);
  changeConversation(id, (present) => ({ ...present, leafId }));
  void chatApi.update(id, { leafId }).catch(() => undefined);
}

/** Chooses the model for the next question, of a conversation or (null) of the new one. */
export function chooseModel(id: string | null, model: string): void {
  setPreferences({ model });
  if (id === null) chat.update((state) => ({ ...state, draft: { ...state.draft, model } }));
  else {
    changeConversation(id, (conversation) => ({ ...conversation, model }));
    void chatApi.update(id, { model }).catch(() => undefined);
  }
}

/** Sets the system prompt of a conversation or (null) of the new one. */
export function setSystemPrompt(id: string | null, systemPrompt: string): void {
  if (id === null) {
    chat.update((state) => ({ ...state, draft: { ...state.draft, systemPrompt } }));
    return;
  }
  const before = chat.get().byId[id]?.systemPrompt ?? '';
  changeConversation(id, (conversation) => ({ ...conversation, systemPrompt }));
  chatApi.update(id, { systemPrompt }).catch(() => {
    changeConversation(id, (conversation) => ({ ...conversation, systemPrompt: before }));
    notify(currentStrings().conversations.changeFailed);
  });
}

/** Renames a conversation here and in the list. */
export function rename(conversation: Pick<Conversation, 'id' | 'title' | 'createdAtMs' | 'updatedAtMs'>, title: string): void {
  changeConversation(conversation.id, (present) => ({ ...present, title }));
  void renameConversation(conversation, title);
}

const unsentQuestions = new Map<string, { question: AnswerRequest['question']; prepare: (() => Promise<unknown>) | undefined }>();

function answer(id: string, question: UserMessage, asked: AnswerRequest['question'], prepare?: () => Promise<unknown>, broken?: AssistantMessage): void {
  const conversation = chat.get().byId[id];
  if (!conversation || chat.get().running[id]) return;
  const nowMs = Date.now();
  const model = conversation.model || preferences.get().model;
  const fresh = emptyAnswer(newId(), question.id, model, nowMs);
  const begun = broken ? continuedAnswer(fresh, broken) : fresh;
  changeConversation(id, (present) => ({
    ...present,
    updatedAtMs: nowMs,
    leafId: begun.id,
    messages: [...present.messages.filter((message) => !(message.parentId === question.id && isEmptyFailure(message))), begun],
  }));
  const { title, createdAtMs } = conversation;
  touchConversation({ id, title, createdAtMs, updatedAtMs: nowMs });
  announce(currentStrings().chat.answering);
  unsentQuestions.set(question.id, { question: asked, prepare });
  const request = { answerId: begun.id, model, question: asked, ...(broken && { continues: broken.id }) };
  receive(id, begun, (signal) => openAnswer({ conversationId: id, request, prepare, onAccepted: () => unsentQuestions.delete(question.id) }, signal));
}

/** Goes on receiving an answer that was being written when this page was opened. */
function resume({ id, messages }: Conversation): void {
  const begun = messages.findLast((message) => message.role === 'assistant' && message.status === 'streaming');
  if (begun?.role !== 'assistant' || chat.get().running[id]) return;
  receive(id, begun, async (signal) => {
    try {
      return await chatApi.follow(begun.id, signal);
    } catch (error) {
      if (!(error instanceof ChatApiError) || error.kind !== 'notFound') throw error;
      // It ended between the two calls.
      return ended(id, begun.id);
    }
  });
}

async function* ended(id: string, answerId: string): AsyncGenerator<AnswerEvent, void, undefined> {
  const answer = (await chatApi.conversation(id)).messages.find((message) => message.id === answerId);
  if (answer?.role === 'assistant') yield { type: 'done', answer };
}

function receive(id: string, begun: AssistantMessage, open: ReceiveAnswer['open']): void {
  const controller = new AbortController();
  // Only stopping aborts; a page that goes away lets the service write on for a while.
  controller.signal.addEventListener('abort', () => void chatApi.stop(begun.id).catch(() => undefined), { once: true });
  chat.update((state) => ({ ...state, running: { ...state.running, [id]: controller } }));
  void receiveAnswer({
    begun,
    open,
    signal: controller.signal,
    onChange: (changed) =>
      changeConversation(id, (present) => ({
        ...present,
        messages: present.messages.map((message) => (message.id === changed.id ? changed : message)),
      })),
  }).finally(() => {
    chat.update((state) => {
      const { [id]: _ended, ...running } = state.running;
      return { ...state, running };
    });
  });
}

function setLoading(id: string, value: 'loading' | 'missing' | 'failed' | null): void {
  chat.update((state) => {
    const { [id]: _before, ...loading } = state.loading;
    return { ...state, loading: value === null ? loading : { ...loading, [id]: value } };
  });
}
