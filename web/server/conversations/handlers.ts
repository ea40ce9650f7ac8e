// The routes under /api/conversations.
import { attachmentKind } from '../../shared/attachment.ts';
import type { UpdateConversation } from '../../shared/api.ts';
import { maxListed, maxModelCharacters, maxTextCharacters, maxTitleCharacters } from '../bounds.ts';
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

/** `GET /api/attachments/{id}`: pictures are shown, everything else is only saved: what somebody attached must not run as a page. */
export function getAttachment({ store }: Service, { id }: RouteContext): Response {
  const attachment = store.attachment(id) ?? missing();
  const shown = attachmentKind({ mediaType: attachment.mediaType, name: '' }) === 'image';
  const headers = { 'content-type': shown ? attachment.mediaType : 'application/octet-stream', 'content-disposition': shown ? 'inline' : 'attachment', 'cache-control': 'private, max-age=31536000, immutable' };
  return new Response(new Uint8Array(attachment.content), { headers });
}

function readCursor(text: string | null): ListCursor | null {
  const match = /^(\d+):([0-9a-f-]{36})$/.exec(text ?? '');
  return match?.[1] && match[2] ? { updatedAtMs: Number(match[1]), id: match[2] } : null;
}

function missing(): never {
  throw new ApiError('notFound', 'There is no such conversation');
}
