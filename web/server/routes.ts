// The service's routes, as one table.
import { GatewayError } from '../../client/index.ts';
import { healthTimeoutMs } from './bounds.ts';
import { deletePreset, listPresets, savePreset } from './presets.ts';
import { readShared, shareConversation, unshareConversation } from './conversations/sharing.ts';
import { createAnswer, followAnswer, stopAnswer } from './conversations/answers.ts';
import {
  createConversation,
  deleteConversation,
  getAttachment,
  getConversation,
  listConversations,
  restoreConversation,
  updateConversation,
} from './conversations/handlers.ts';
import { ApiError, json } from './http.ts';
import type { Handler, Service } from './route.ts';

/** One row of the table. */
export interface Route {
  method: string;
  path: string;
  handler: Handler;
}

/** All routes under `/api`. */
export const routes: readonly Route[] = [
  { method: 'GET', path: '/api/health', handler: async ({ probe }) => json(await probe.check()) },
  { method: 'GET', path: '/api/models', handler: listModels },
  { method: 'GET', path: '/api/conversations', handler: listConversations },
  { method: 'POST', path: '/api/conversations', handler: createConversation },
  { method: 'GET', path: '/api/conversations/{id}', handler: getConversation },
  { method: 'PATCH', path: '/api/conversations/{id}', handler: updateConversation },
  { method: 'DELETE', path: '/api/conversations/{id}', handler: deleteConversation },
  { method: 'POST', path: '/api/conversations/{id}/restore', handler: restoreConversation },
  { method: 'POST', path: '/api/conversations/{id}/answers', handler: createAnswer },
  { method: 'GET', path: '/api/answers/{id}', handler: followAnswer },
  { method: 'POST', path: '/api/answers/{id}/stop', handler: stopAnswer },
  { method: 'GET', path: '/api/attachments/{id}', handler: getAttachment },
  { method: 'POST', path: '/api/conversations/{id}/share', handler: shareConversation },
  { method: 'DELETE', path: '/api/conversations/{id}/share', handler: unshareConversation },
  { method: 'GET', path: '/api/shared/{token}', handler: readShared },
  { method: 'GET', path: '/api/presets', handler: listPresets },
  { method: 'PUT', path: '/api/presets/{id}', handler: savePreset },
  { method: 'DELETE', path: '/api/presets/{id}', handler: deletePreset },
];

const compiled = routes.map(({ method, path, handler }) => ({
  method,
  handler,
  pattern: new RegExp(`^${path.replace('{id}', '([0-9a-f-]{36})').replace('{token}', String.raw`([\w-]{22,64})`)}$`),
}));

/** Finds and runs the handler. Throws `ApiError` when there is none. */
export function dispatch(service: Service, request: Request, url: URL): Response | Promise<Response> {
  for (const { method, pattern, handler } of compiled) {
    const match = method === request.method ? pattern.exec(url.pathname) : null;
    if (match) return handler(service, { request, url, id: match[1] ?? '' });
  }
  throw new ApiError('notFound', 'There is no such route');
}

async function listModels({ backend }: Service): Promise<Response> {
  try {
    return json({ models: await backend.models({ timeoutMs: healthTimeoutMs }) });
  } catch (error) {
    if (error instanceof GatewayError) throw new ApiError('gateway', error.message);
    throw error;
  }
}
