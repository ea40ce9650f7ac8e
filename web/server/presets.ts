// System prompts that are kept under a name.
import { maxNameCharacters, maxPresets, maxTextCharacters } from './bounds.ts';
import { ApiError, json, readBody, stringMember } from './http.ts';
import type { RouteContext, Service } from './route.ts';

/** `GET /api/presets`. */
export function listPresets({ store }: Service): Response {
  return json({ presets: store.presets() });
}

/** `PUT /api/presets/{id}`. */
export async function savePreset({ store }: Service, { request, id }: RouteContext): Promise<Response> {
  const body = await readBody(request);
  const name = stringMember(body, 'name', maxNameCharacters).trim();
  const text = stringMember(body, 'text', maxTextCharacters);
  if (name === '' || text.trim() === '') throw new ApiError('invalidRequest', 'A preset needs a name and a text');
  const present = store.presets();
  if (present.length >= maxPresets && !present.some((preset) => preset.id === id)) throw new ApiError('invalidRequest', `There are ${maxPresets} presets already`);
  store.savePreset({ id, name, text });
  return json({});
}

/** `DELETE /api/presets/{id}`. */
export function deletePreset({ store }: Service, { id }: RouteContext): Response {
  store.deletePreset(id);
  return json({});
}
