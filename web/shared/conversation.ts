// What a conversation is, for the page and for the service alike. Messages form a tree: editing a question or asking
// again adds a sibling, and `leafId` says which branch is being read.
import type { Attachment } from './attachment.ts';
import type { FinishReason, GatewayErrorKind, ToolCall, Usage } from '../../client/index.ts';

/** A conversation as lists show it. Times are milliseconds since 1970. */
export interface ConversationSummary {
  id: string;
  /** Empty until the first question gives it one. */
  title: string;
  createdAtMs: number;
  updatedAtMs: number;
}

/** A conversation with everything said in it, in the order of creation. */
export interface Conversation extends ConversationSummary {
  systemPrompt: string;
  /** The model that the next question goes to. */
  model: string;
  leafId: string | null;
  messages: Message[];
}

/** What a person said. */
export interface UserMessage {
  role: 'user';
  id: string;
  parentId: string | null;
  text: string;
  attachments: Attachment[];
  createdAtMs: number;
}

/** `streaming` while it is being written; `stopped` by the reader, or by the end of the service. */
export type AnswerStatus = 'streaming' | 'done' | 'stopped' | 'failed';

/** Why an answer failed. `message` is the gateway's own sentence. */
export interface AnswerFailure {
  /** `interrupted`: the page that wrote it was closed. */
  kind: GatewayErrorKind | 'service' | 'interrupted';
  message: string;
  retryAfterMs: number | null;
}

/** What a model said. */
export interface AssistantMessage {
  role: 'assistant';
  id: string;
  parentId: string | null;
  text: string;
  createdAtMs: number;
  model: string;
  status: AnswerStatus;
  failure: AnswerFailure | null;
  reasoning: string;
  toolCalls: ToolCall[];
  finishReason: FinishReason | null;
  usage: Usage | null;
  costUsd: number | null;
  /** From the call to the first token, and to the end. Null when it did not come that far. */
  firstTokenMs: number | null;
  totalMs: number | null;
  requestId: string | null;
}

/** One message of a conversation. */
export type Message = UserMessage | AssistantMessage;

/** An answer of which nothing has come yet. */
export function emptyAnswer(id: string, parentId: string | null, model: string, nowMs: number): AssistantMessage {
  return {
    role: 'assistant',
    id,
    parentId,
    text: '',
    createdAtMs: nowMs,
    model,
    status: 'streaming',
    failure: null,
    reasoning: '',
    toolCalls: [],
    finishReason: null,
    usage: null,
    costUsd: null,
    firstTokenMs: null,
    totalMs: null,
    requestId: null,
  };
}

/** An answer that goes on where another one of the same question broke off. */
export function continuedAnswer(answer: AssistantMessage, { text, reasoning }: Pick<AssistantMessage, 'text' | 'reasoning'>): AssistantMessage {
  return { ...answer, text, reasoning };
}

/** True for an answer with a text that ended before its end. */
export function isUnfinished({ status, text, toolCalls, finishReason }: AssistantMessage): boolean {
  return text !== '' && toolCalls.length === 0 && (status === 'stopped' || status === 'failed' || (status === 'done' && finishReason === 'length'));
}

/** The answer that `continues` names, when it is one of this question with something to go on from. */
export function answerToContinue(messages: readonly Message[], questionId: string, continues: string | undefined): AssistantMessage | null {
  const found = messages.find(({ id }) => id === continues);
  return found?.role === 'assistant' && found.parentId === questionId && found.text !== '' ? found : null;
}

/** True for an answer that never was: asking again replaces it. */
export function isEmptyFailure(message: Message): boolean {
  return message.role === 'assistant' && message.status === 'failed' && message.text === '' && message.reasoning === '';
}

/** The messages from the first one down to `leafId`, in order. */
export function pathTo<Node extends { id: string; parentId: string | null }>(nodes: Node[], leafId: string | null): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const path: Node[] = [];
  let node = leafId === null ? undefined : byId.get(leafId);
  while (node && path.length <= nodes.length) {
    path.push(node);
    node = node.parentId === null ? undefined : byId.get(node.parentId);
  }
  return path.toReversed();
}

/** A title made of the first line of a question: at most 60 characters, cut between words where there are any. */
export function titleOf(question: string): string {
  const line = question.trim().split('\n', 1)[0]?.replace(/\s+/g, ' ') ?? '';
  const characters = Array.from(line);
  if (characters.length <= 60) return line;
  const cut = characters.slice(0, 59).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > 30 ? cut.slice(0, space) : cut}…`;
}
