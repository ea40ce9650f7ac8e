// The chat on a page that the gateway serves: the page calls the models itself, and a keeper has the conversations.
import { GatewayBackend } from '../../../client/index.ts';
import { answerToContinue, continuedAnswer, emptyAnswer, isEmptyFailure, type AnswerFailure, type AssistantMessage, type Conversation, titleOf } from '../../shared/conversation.ts';
import { promptOf, withBeginning, type ContentOf } from '../../shared/prompt.ts';
import { writeAnswer } from '../../shared/write-answer.ts';
import type { AnswerEvent, AnswerRequest } from '../../shared/api.ts';
import { base64Of } from '../lib/base64.ts';
import { type ChatApi, ChatApiError } from './chat-contract.ts';
import type { ConversationKeeper } from './conversation-keeper.ts';

const interrupted: AnswerFailure = { kind: 'interrupted', message: '', retryAfterMs: null };

/** The chat over the conversations of one person. */
export function pageChat(store: ConversationKeeper): ChatApi {
  const backend = sessionBackend();
  const live = new Map<string, AbortController>();
  // A page that goes away has its calls broken off: nothing is wrong with the gateway.
  let leaving = false;
  addEventListener('pagehide', () => (leaving = true));
  addEventListener('pageshow', () => (leaving = false));
  const load = async (id: string): Promise<Conversation> => {
    const conversation = await store.conversation(id);
    if (!conversation) throw new ChatApiError('notFound', 'There is no such conversation');
    // Whoever wrote it was a page that is gone.
    const messages = conversation.messages.map((message) => (message.role === 'assistant' && message.status === 'streaming' && !live.has(message.id) ? { ...message, status: 'failed' as const, failure: interrupted } : message));
    return { ...conversation, messages };
  };
  return {
    canShare: store.links !== null,
    async health() {
      const gateway = await fetch('/health/liveliness').then(({ ok }) => (ok ? 'up' as const : 'failing' as const), () => 'down' as const);
      return { gateway, checkedAtMs: Date.now() };
    },
    models: () => backend.models(),
    conversations: (search, after) => store.list(search, after),
    conversation: load,
    async create(conversation) {
      const nowMs = Date.now();
      await store.save({ ...conversation, title: '', leafId: null, createdAtMs: nowMs, updatedAtMs: nowMs, messages: [] });
    },
    async update(id, changes) {
      await store.save({ ...await load(id), ...changes });
    },
    delete: (id) => store.setDeleted(id, true),
    restore: (id) => store.setDeleted(id, false),
    async answer(id, request) {
      const conversation = await load(id);
      const { answer, leafId } = await addQuestion(store, conversation, request);
      const beginning = answer.text;
      const controller = new AbortController();
      live.set(answer.id, controller);
      const asked = await promptOf(conversation.systemPrompt, conversation.messages, leafId, contentOf(store));
      const messages = beginning === '' ? asked : withBeginning(asked, beginning);
      const task = { backend, keep: (kept: AssistantMessage) => void store.saveMessage(id, leaving && kept.status === 'failed' ? { ...structuredClone(kept), failure: interrupted } : structuredClone(kept)), answer, messages, signal: controller.signal, onFailure: () => undefined };
      return released(writeAnswer(task), () => live.delete(answer.id));
    },
    follow: () => Promise.reject(new ChatApiError('notFound', 'The answer is not being written')),
    stop: (answerId) => Promise.resolve(live.get(answerId)?.abort()),
    async attachment({ id }) {
      return (await store.file(id)) ?? new Blob();
    },
    presets: () => store.presets(),
    savePreset: (preset) => store.savePreset(preset),
    deletePreset: (id) => store.deletePreset(id),
    share: (id) => store.links?.share(id) ?? Promise.reject(new ChatApiError('invalidRequest', 'Conversations in this browser cannot be shared')),
    unshare: (id) => store.links?.unshare(id) ?? Promise.resolve(),
    shared: (token) => store.links?.shared(token) ?? Promise.reject(new ChatApiError('notFound', 'There is nothing to read here')),
  };
}

/** Calls the gateway that served this page. The browser adds the session's cookie; the header says that the call is the page's own. */
function sessionBackend(): GatewayBackend {
  return new GatewayBackend({ baseUrl: '', fetch: (url, init) => fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), 'x-weir-session': '1' } }) });
}

/** Keeps the question, unless it is there, and an answer of which nothing has come yet. */
async function addQuestion(store: ConversationKeeper, conversation: Conversation, { answerId, model, question, continues }: AnswerRequest): Promise<{ answer: AssistantMessage; leafId: string }> {
  const nowMs = Date.now();
  if (question.kind === 'new') {
    const contents = question.attachments ?? [];
    await store.addFiles(conversation.id, contents);
    const attachments = contents.map(({ data: _data, ...attachment }) => attachment);
    conversation.messages.push({ role: 'user', id: question.id, parentId: question.parentId, text: question.text, attachments, createdAtMs: nowMs });
    conversation.title ||= titleOf(question.text) || titleOf(attachments[0]?.name ?? '');
  }
  conversation.messages = conversation.messages.filter((message) => !(message.parentId === question.id && isEmptyFailure(message)));
  const before = answerToContinue(conversation.messages, question.id, continues);
  const empty = emptyAnswer(answerId, question.id, model, nowMs);
  const answer = before === null ? empty : continuedAnswer(empty, before);
  await store.save({ ...conversation, model, leafId: answer.id, updatedAtMs: nowMs, messages: [...conversation.messages, structuredClone(answer)] });
  return { answer, leafId: question.id };
}

async function* released(events: AsyncGenerator<AnswerEvent, void, undefined>, release: () => void): AsyncGenerator<AnswerEvent, void, undefined> {
  try {
    yield* events;
  } finally {
    release();
  }
}

const contentOf = (store: ConversationKeeper): ContentOf => async ({ id }) => {
  const file = await store.file(id);
  return file && base64Of(file);
};
