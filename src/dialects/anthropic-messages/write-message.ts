// Canonical messages become the alternating turns of a Messages request.
import type { MediaSource, Message, Part } from '../../canonical/request.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Target } from '../dialect.ts';
import type { Dropped } from '../dropped.ts';
import { parseJsonObject } from '../../lib/json.ts';
import { packEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import type { ToolIds } from '../tool-ids.ts';

/** LiteLLM's words for a message of which nothing is left: Anthropic refuses empty ones. */
export const emptyText = '[System: Empty message content sanitised to satisfy protocol]';

/** What writing a message needs to know about its request. */
export interface MessageSetting {
  target: Target;
  ids: ToolIds;
  dropped: Dropped;
  sameDialect: boolean;
}

/** A turn as it is written. */
export interface Turn {
  role: 'user' | 'assistant' | 'system';
  content: JsonObject[];
}

/** Adds a message to the turns: to the last one when it has the same role. Results of tools stand first in a turn. */
export function addTurn(turns: Turn[], message: Message, path: string, setting: MessageSetting): void {
  const role = message.role === 'developer' ? 'system' : message.role;
  const content = writeParts(message.parts, path, setting);
  const last = turns.at(-1);
  const turn: Turn = last?.role === role ? last : { role, content: [] };
  if (turn !== last) turns.push(turn);
  turn.content.push(...content);
  if (role === 'user') turn.content = [...turn.content.filter(isResult), ...turn.content.filter((block) => !isResult(block))];
}

const isResult = (block: JsonObject): boolean => block['type'] === 'tool_result';

/** Writes parts as blocks; empty texts are left out. */
export function writeParts(parts: Part[], path: string, setting: MessageSetting): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const [index, part] of parts.entries()) {
    const block = writePart(part, `${path}.content[${index}]`, setting);
    if (!block) continue;
    if ('cacheControl' in part && part.cacheControl && setting.target.capabilities.cacheControl) block['cache_control'] = part.cacheControl;
    blocks.push(block);
  }
  return blocks;
}

// Undefined: there is nothing to send.
function writePart(part: Part, path: string, setting: MessageSetting): JsonObject | undefined {
  switch (part.type) {
    case 'text': return writeText(part.text, part.citations, setting);
    case 'refusal': return writeText(part.text, undefined, setting);
    case 'image': {
      const source = writeSource(part.source);
      return { type: 'image', source };
    }
    case 'document': return writeDocument(part);
    case 'audio': setting.dropped.add(path); return undefined;
    case 'thinking': return writeThinking(part, setting);
    case 'redacted-thinking': return { type: 'redacted_thinking', data: part.data };
    case 'tool-call': return { type: 'tool_use', id: setting.ids.toTarget(part.id), name: part.name, input: parseJsonObject(part.arguments) ?? {} };
    case 'tool-result': return writeResult(part, path, setting);
    case 'opaque':
      if (part.dialect === 'anthropic-messages') return { ...part.value };
      setting.dropped.add(path);
      return undefined;
  }
}

// Texts of white space alone are refused; Anthropic's own clients know.
function writeText(text: string, citations: Json[] | undefined, { sameDialect }: MessageSetting): JsonObject | undefined {
  if (text === '' || (!sameDialect && text.trim() === '')) return undefined;
  return citations ? { type: 'text', text, citations } : { type: 'text', text };
}

// Only what the provider signed may go back to one that verifies; another provider's reasoning never does.
function writeThinking(part: Extract<Part, { type: 'thinking' }>, setting: MessageSetting): JsonObject | undefined {
  if (part.signature) return { type: 'thinking', thinking: part.text, signature: part.signature };
  if (setting.target.capabilities.thinkingSignatures) {
    if (part.text !== '') setting.dropped.add('messages[].thinking');
    return undefined;
  }
  if (part.text === '' && part.encrypted === undefined) return undefined;
  return { type: 'thinking', thinking: part.text, signature: part.encrypted === undefined ? '' : packEncryptedReasoning(part.encrypted) };
}

function writeResult(part: Extract<Part, { type: 'tool-result' }>, path: string, setting: MessageSetting): JsonObject {
  const content = writeParts(part.content, path, setting);
  const [only] = content;
  const block: JsonObject = { type: 'tool_result', tool_use_id: setting.ids.toTarget(part.callId) };
  const isPlain = content.length === 1 && only?.['type'] === 'text' && Object.keys(only).length === 2;
  if (isPlain) block['content'] = only['text'] ?? '';
  else if (content.length > 0) block['content'] = content;
  if (part.isError) block['is_error'] = true;
  return block;
}

function writeSource(source: MediaSource): JsonObject {
  switch (source.kind) {
    case 'url': return { type: 'url', url: source.url };
    case 'base64': return { type: 'base64', media_type: source.mediaType, data: source.data };
    case 'file': return { type: 'file', file_id: source.fileId };
  }
}

function writeDocument(part: Extract<Part, { type: 'document' }>): JsonObject {
  const { source } = part;
  const isText = source.kind === 'base64' && source.mediaType.startsWith('text/');
  const block: JsonObject = {
    // The dialect takes text documents only as plain text.
    type: 'document', source: isText ? { type: 'text', media_type: 'text/plain', data: Buffer.from(source.data, 'base64').toString('utf8') } : writeSource(source),
  };
  const title = part.title ?? part.filename;
  if (source.kind === 'base64' && source.mediaType.startsWith('image/')) return { type: 'image', source: writeSource(source) };
  if (title !== undefined) block['title'] = title;
  if (part.context !== undefined) block['context'] = part.context;
  if (part.citations !== undefined) block['citations'] = part.citations;
  return block;
}
