// Lets others read a branch of a conversation: whoever has the link. Only the hash of its token is kept.
import { createHash, randomBytes } from 'node:crypto';
import { ApiError, json } from '../http.ts';
import type { RouteContext, Service } from '../route.ts';

const tokenBytes = 24;
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** `POST /api/conversations/{id}/share`: a new link to the branch as it is now. */
export function shareConversation({ store }: Service, { id }: RouteContext): Response {
  const token = randomBytes(tokenBytes).toString('base64url');
  return store.share(id, hashOf(token)) ? json({ token }, 201) : missing();
}

/** `DELETE /api/conversations/{id}/share`: no link works any more. */
export function unshareConversation({ store }: Service, { id }: RouteContext): Response {
  store.unshare(id);
  return json({});
}

/** `GET /api/shared/{token}`. */
export function readShared({ store }: Service, { id }: RouteContext): Response {
  return json(store.shared(hashOf(id)) ?? missing());
}

function missing(): never {
  throw new ApiError('notFound', 'There is nothing to read here, or no longer');
}
