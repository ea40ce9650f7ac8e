// The contract between the page and its service: bodies and events, under `/api`.
import type { Delta } from '../../client/index.ts';
import type { NewAttachment } from './attachment.ts';
import type { AssistantMessage, Conversation } from './conversation.ts';

/** How the gateway is. `keyRefused`: it answers, but not with the service's key; `failing`: it answers with errors. */
export type GatewayState = 'up' | 'down' | 'keyRefused' | 'failing';

/** `GET /api/health`. */
export interface HealthAnswer {
  gateway: GatewayState;
  checkedAtMs: number;
}

/** `POST /api/conversations`. The page makes the ids (UUIDs), so that nothing has to be waited for. */
export interface CreateConversation {
  id: string;
  model: string;
  systemPrompt: string;
}

/** `PATCH /api/conversations/{id}`: what is given is changed. */
export interface UpdateConversation {
  title?: string;
  model?: string;
  systemPrompt?: string;
  leafId?: string;
}

/** `POST /api/conversations/{id}/answers`: asks a new question (or an edited one: a sibling), or an existing one again. */
export interface AnswerRequest {
  answerId: string;
  model: string;
  /** An answer to the same question that broke off: the new one begins with its text and goes on from there. */
  continues?: string;
  question: { kind: 'new'; id: string; parentId: string | null; text: string; attachments?: NewAttachment[] } | { kind: 'existing'; id: string };
}

/**
 * One server-sent event of an answer. Who comes back to one that is being written gets what is there in `snapshot` first.
 * The last one is `done`; without it, the service broke off.
 */
export type AnswerEvent = { type: 'snapshot'; answer: AssistantMessage } | { type: 'delta'; delta: Delta } | { type: 'done'; answer: AssistantMessage };

/** A system prompt that is kept under a name. */
export interface Preset {
  id: string;
  name: string;
  text: string;
}

/** `GET /api/shared/{token}`: what somebody let others read: one branch, without its system prompt. */
export type SharedConversation = Pick<Conversation, 'title' | 'createdAtMs' | 'messages' | 'leafId'>;

/** Why the service refused. */
export interface ApiFailure {
  error: { kind: ApiFailureKind; message: string };
}

/** The kinds of refusal that the page tells apart. */
export type ApiFailureKind = 'invalidRequest' | 'notFound' | 'conflict' | 'forbidden' | 'gateway' | 'internal';
