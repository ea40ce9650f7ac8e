// What the chat page writes: members of its bodies, and messages, of which only id, time and text are looked at.
import { integer, list, required, text, texts } from '../body/field.ts';
import { isJsonObject, numberAt, stringAt, type Json } from '../../lib/json.ts';
import { maxChatMessageCharacters } from '../../lib/bounds.ts';
import { refuse, type AdminAnswer } from '../endpoint.ts';

/** Members of a conversation. */
export const chatFields = { title: text, model: text, systemPrompt: text, leafId: text, createdAtMs: integer, updatedAtMs: integer, messages: list, removed: texts } as const;
/** Members of a file; `data` is base64. */
export const fileFields = { conversationId: required(text), mediaType: required(text), data: required(text) } as const;
/** Members of a preset. */
export const presetFields = { name: required(text), text: required(text) } as const;

/** A message; `content` is all of it as JSON. */
export interface ChatMessage {
  id: string;
  createdAtMs: number;
  text: string;
  content: string;
}

/** Reads messages, or says what is wrong. */
export function readMessages(values: readonly Json[]): { messages: ChatMessage[] } | { refused: AdminAnswer } {
  const messages: ChatMessage[] = [];
  for (const value of values) {
    const [id, createdAtMs, said] = isJsonObject(value) ? [stringAt(value, 'id'), numberAt(value, 'createdAtMs'), stringAt(value, 'text')] : [];
    if (id === undefined || id.length > 64 || createdAtMs === undefined || said === undefined) return { refused: refuse('managed_invalid', 'messages: each has an id, createdAtMs and text.') };
    const content = JSON.stringify(value);
    if (content.length > maxChatMessageCharacters) return { refused: refuse('managed_invalid', `messages: one is longer than ${maxChatMessageCharacters} characters.`) };
    messages.push({ id, createdAtMs: Math.trunc(createdAtMs), text: said, content });
  }
  return { messages };
}
