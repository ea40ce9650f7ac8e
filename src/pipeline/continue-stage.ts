// Goes on with an answer whose stream broke off in its middle (`continue_streams`): asks again with the text so far as the beginning of the
// assistant's message, which some models take. Anything else of the request stays.
import { isJsonObject, type Json } from '../lib/json.ts';
import { JsonBody } from '../lib/json-body.ts';
import { spliceMembers } from '../lib/splice.ts';
import type { DialectName } from '../canonical/dialect-name.ts';

/** How a dialect writes the beginning of an answer. */
const beginnings: Readonly<Partial<Record<DialectName, { member: string; message: (text: string) => Json }>>> = {
  'openai-chat': { member: 'messages', message: (content) => ({ role: 'assistant', content }) },
  'anthropic-messages': { member: 'messages', message: (content) => ({ role: 'assistant', content }) },
  'gemini': { member: 'contents', message: (text) => ({ role: 'model', parts: [{ text }] }) },
  'openai-responses': { member: 'input', message: (text) => ({ type: 'message', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] }) },
};

/** The body that asks for the rest of an answer; null where the dialect has no way to say so. */
export function bodyForRest(body: JsonBody, dialect: DialectName, text: string): JsonBody | null {
  const beginning = beginnings[dialect];
  // Providers refuse a beginning that ends in a blank.
  const kept = text.trimEnd();
  if (!beginning || kept === '') return null;
  const { member, message } = beginning;
  const given = body.get(member);
  const list: Json[] = Array.isArray(given) ? given as Json[] : typeof given === 'string' ? [{ role: 'user', content: given }] : isJsonObject(given) ? [given] : [];
  const edits = new Map([[member, JSON.stringify([...list, message(kept)])]]);
  // What the rest used must be known, whether the client wants to be told or not.
  if (dialect === 'openai-chat') edits.set('stream_options', '{"include_usage":true}');
  return JsonBody.read(spliceMembers(body.bytes, body.outline, edits));
}
