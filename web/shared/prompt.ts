// What a model is given to read: the system prompt and one branch of the conversation, with the files of its questions.
import type { ChatMessage, ContentPart } from '../../client/index.ts';
import { type Attachment, attachmentKind, dataUrl } from './attachment.ts';
import { type Message, pathTo, type UserMessage } from './conversation.ts';

/** The content of a file in base64; null when it is not there any more. */
export type ContentOf = (attachment: Attachment) => Promise<string | null>;

/** The messages from the system prompt down to `leafId`. */
export async function promptOf(systemPrompt: string, messages: Message[], leafId: string, contentOf: ContentOf): Promise<ChatMessage[]> {
  const prompt: ChatMessage[] = systemPrompt.trim() === '' ? [] : [{ role: 'system', content: systemPrompt }];
  for (const message of pathTo(messages, leafId)) {
    if (message.role === 'user') prompt.push({ role: 'user', content: await contentOfQuestion(message, contentOf) });
    else if (message.text !== '') prompt.push({ role: 'assistant', content: message.text });
  }
  return prompt;
}

// Models that take the beginning of their own answer are few: the others have to be told.
const goOn = 'Your answer broke off. Continue it exactly where it ends, without repeating anything and without any remark about the break.';

/** The messages that have a model go on with an answer that begins so. */
export function withBeginning(messages: readonly ChatMessage[], beginning: string): ChatMessage[] {
  return [...messages, { role: 'assistant', content: beginning }, { role: 'user', content: goOn }];
}

async function contentOfQuestion({ text, attachments }: UserMessage, contentOf: ContentOf): Promise<string | ContentPart[]> {
  if (attachments.length === 0) return text;
  const parts: ContentPart[] = [];
  for (const attachment of attachments) {
    const data = await contentOf(attachment);
    if (data !== null) parts.push(partOf(attachment, data));
  }
  return text === '' ? parts : [...parts, { type: 'text', text }];
}

function partOf(attachment: Attachment, data: string): ContentPart {
  switch (attachmentKind(attachment)) {
    case 'image':
      return { type: 'image_url', image_url: { url: dataUrl(attachment.mediaType, data) } };
    case 'document':
      return { type: 'file', file: { filename: attachment.name, file_data: dataUrl(attachment.mediaType, data) } };
    default:
      return { type: 'text', text: `File ${attachment.name}:\n\n${fenced(decoded(data))}` };
  }
}

/** A fence that is longer than any inside. */
function fenced(text: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

function decoded(data: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(data), (character) => character.codePointAt(0) ?? 0));
}
