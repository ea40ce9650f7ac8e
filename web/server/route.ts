// What the handlers of routes work with.
import type { ConversationStore } from './conversations/store.ts';
import type { GatewayProbe } from './gateway-probe.ts';
import type { LLMBackend } from '../../client/index.ts';
import type { LiveAnswers } from './live-answers.ts';

/** What handlers work with. */
export interface Service {
  backend: LLMBackend;
  store: ConversationStore;
  probe: GatewayProbe;
  answers: LiveAnswers;
}

/** The request that a handler answers; `id` is what `{id}` or `{token}` stands for in the path, else empty. */
export interface RouteContext {
  request: Request;
  url: URL;
  id: string;
}

/** Answers one request; throws `ApiError` for what cannot be done. */
export type Handler = (service: Service, context: RouteContext) => Response | Promise<Response>;
