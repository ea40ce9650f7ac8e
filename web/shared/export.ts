// A conversation as a file: Markdown to read, JSON to work with.
import { pathTo, type Message } from './conversation.ts';
import type { SharedConversation } from './api.ts';

/** The branch that ends with the leaf, as Markdown. */
export function markdownOf({ title, createdAtMs, messages, leafId }: SharedConversation, words: { you: string; files: string }): string {
  const parts = pathTo(messages, leafId).map((message) => `## ${message.role === 'user' ? words.you : message.model}\n\n${markdownOfMessage(message, words.files)}`);
  return `# ${title}\n\n${new Date(createdAtMs).toISOString()}\n\n${parts.join('\n\n')}\n`;
}

function markdownOfMessage(message: Message, files: string): string {
  if (message.role === 'user') {
    const names = message.attachments.map(({ name }) => name).join(', ');
    return names === '' ? message.text : `${files}: ${names}\n\n${message.text}`;
  }
  const calls = message.toolCalls.map(({ name, argumentsText }) => `\`\`\`json\n${JSON.stringify({ tool: name, arguments: argumentsText })}\n\`\`\``);
  return [message.text, ...calls].filter((part) => part !== '').join('\n\n');
}

/** A file's name made of a title: what no file system minds. */
export function fileNameOf(title: string, ending: string): string {
  const name = title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 60);
  return `${name === '' ? 'conversation' : name}.${ending}`;
}
