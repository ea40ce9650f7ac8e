// Canonical messages become messages of a Chat Completions request.
import type { MediaSource, Message, Part } from '../../canonical/request.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Target } from '../dialect.ts';
import type { Dropped } from '../dropped.ts';
import { packSignature } from '../thought-signature.ts';

type ToolResult = Extract<Part, { type: 'tool-result' }>;
type Content = Extract<Part, { type: 'text' | 'image' | 'document' | 'audio' | 'refusal' }>;

/** What writing a message needs to know about its request. */
export interface MessageSetting {
  target: Target;
  dropped: Dropped;
  /** Signatures of tool calls travel in their ids (a gateway behind this one will understand them). */
  sameDialect: boolean;
}

/** The messages for one canonical message: results become messages of their own, before the user's text. */
export function writeMessage(message: Message, path: string, setting: MessageSetting): JsonObject[] {
  switch (message.role) {
    case 'system': case 'developer': {
      const role = message.role === 'developer' && setting.target.capabilities.developerRole ? 'developer' : 'system';
      const content = writeContent(message.parts, path, setting);
      return content === undefined ? [] : [named({ role, content }, message)];
    }
    case 'user': return writeUser(message, path, setting);
    case 'assistant': return writeAssistant(message, path, setting);
  }
}

const named = (value: JsonObject, message: Message): JsonObject => (message.name === undefined ? value : { ...value, name: message.name });

function writeUser(message: Message, path: string, setting: MessageSetting): JsonObject[] {
  const results = message.parts.filter((part) => part.type === 'tool-result');
  const rest = message.parts.filter((part) => part.type !== 'tool-result');
  const written: JsonObject[] = [];
  const media: Part[] = [];
  for (const result of results) written.push(writeResult(result, path, setting, media));
  const content = writeContent([...media, ...rest], path, setting);
  if (content !== undefined) written.push(named({ role: 'user', content }, message));
  else if (results.length === 0) written.push(named({ role: 'user', content: '' }, message));
  return written;
}

// Messages of role `tool` hold only text: pictures and documents of a result follow as the user's, after all results.
function writeResult(result: ToolResult, path: string, setting: MessageSetting, media: Part[]): JsonObject {
  const texts = result.content.filter((part) => part.type === 'text');
  const others = result.content.filter((part) => part.type !== 'text' && part.type !== 'opaque');
  if (result.content.some((part) => part.type === 'opaque')) setting.dropped.add(`${path}.tool_result.content`);
  if (others.length > 0) media.push({ type: 'text', text: `Attachments of the result of tool call ${result.callId}:` }, ...others);
  const keepsMarks = setting.target.capabilities.cacheControl;
  const mark = keepsMarks ? result.cacheControl ?? texts.at(-1)?.cacheControl : undefined;
  const prefix = result.isError ? 'Error: ' : '';
  const [only] = texts;
  const value: JsonObject = { role: 'tool', tool_call_id: result.callId };
  if (texts.length === 0 && others.length > 0) value['content'] = `${prefix}(The result is attached to the next message.)`;
  else if (texts.length <= 1 && !mark) value['content'] = prefix + (only?.text ?? '');
  else {
    const parts: JsonObject[] = texts.map((part, index) => ({ type: 'text', text: index === 0 ? prefix + part.text : part.text }));
    if (parts.length === 0) parts.push({ type: 'text', text: prefix });
    const last = parts.at(-1);
    if (mark && last) last['cache_control'] = mark;
    value['content'] = parts;
  }
  return value;
}

function writeAssistant(message: Message, path: string, setting: MessageSetting): JsonObject[] {
  const value: JsonObject = { role: 'assistant' };
  const texts = message.parts.filter((part) => part.type === 'text');
  const marked = setting.target.capabilities.cacheControl && texts.some((part) => part.cacheControl);
  // Most compatible servers take only a string here.
  if (marked) value['content'] = texts.filter((part) => part.text !== '').map((part) => writeText(part, true));
  else if (texts.length > 0) value['content'] = texts.map((part) => part.text).join('');
  const refusal = message.parts.filter((part) => part.type === 'refusal').map((part) => part.text).join('');
  if (refusal !== '') value['refusal'] = refusal;
  const calls = message.parts.filter((part) => part.type === 'tool-call').map((part) => writeCall(part, setting));
  if (calls.length > 0) value['tool_calls'] = calls;
  writeThinking(message.parts, value, setting);
  for (const [index, part] of message.parts.entries()) {
    if (part.type === 'opaque') mergeOpaque(part, value, `${path}.content[${index}]`, setting);
    else if (part.type === 'image' || part.type === 'document' || part.type === 'audio') setting.dropped.add(`${path}.content[${index}]`);
  }
  // Only thinking was said, and the target does not take it back.
  if (Object.keys(value).length === 1) value['content'] = '';
  return [named(value, message)];
}

function mergeOpaque(part: Extract<Part, { type: 'opaque' }>, value: JsonObject, path: string, setting: MessageSetting): void {
  const members = part.dialect === 'openai-chat' ? part.value['message'] : undefined;
  if (typeof members === 'object' && members !== null && !Array.isArray(members)) Object.assign(value, members);
  else if (part.dialect === 'openai-chat') {
    const { content } = value;
    const before: Json[] = Array.isArray(content) ? content : typeof content === 'string' ? [{ type: 'text', text: content }] : [];
    value['content'] = [...before, part.value];
  } else setting.dropped.add(path);
}

function writeThinking(parts: Part[], value: JsonObject, setting: MessageSetting): void {
  const { reasoningField, thinkingSignatures } = setting.target.capabilities;
  const thinking = parts.filter((part) => part.type === 'thinking' || part.type === 'redacted-thinking');
  if (thinking.length === 0) return;
  const text = thinking.map((part) => (part.type === 'thinking' ? part.text : '')).join('');
  if (reasoningField && text !== '') value[reasoningField] = text;
  else if (text !== '') setting.dropped.add('messages[].thinking');
  if (!thinkingSignatures) return;
  if (reasoningField === 'reasoning') value['reasoning_details'] = thinking.flatMap(writeReasoningDetail);
  else {
    const blocks = thinking.filter((part) => part.type === 'redacted-thinking' || part.signature);
    const written: JsonObject[] = blocks.map((part) => (part.type === 'thinking'
      ? { type: 'thinking', thinking: part.text, signature: part.signature ?? '' } : { type: 'redacted_thinking', data: part.data }));
    if (written.length > 0) value['thinking_blocks'] = written;
  }
}

// OpenRouter's form of what a provider wants back.
function writeReasoningDetail(part: Extract<Part, { type: 'thinking' | 'redacted-thinking' }>, index: number): JsonObject[] {
  if (part.type === 'redacted-thinking') return [{ type: 'reasoning.encrypted', data: part.data, format: 'anthropic-claude-v1', index }];
  const details: JsonObject[] = [];
  if (part.signature) details.push({ type: 'reasoning.text', text: part.text, signature: part.signature, format: 'anthropic-claude-v1', index });
  if (part.encrypted) {
    details.push({ type: 'reasoning.encrypted', data: part.encrypted, format: 'openai-responses-v1', index, ...(part.itemId ? { id: part.itemId } : {}) });
  }
  return details;
}

function writeCall(part: Extract<Part, { type: 'tool-call' }>, setting: MessageSetting): JsonObject {
  const id = setting.sameDialect ? packSignature(part.id, part.signature) : part.id;
  const { name } = part;
  if (part.kind === 'custom') return { id, type: 'custom', custom: { name, input: part.arguments } };
  return { id, type: 'function', function: { name, arguments: part.arguments === '' ? '{}' : part.arguments } };
}

/** Content as text when it is one unmarked text, else as parts; undefined when nothing is left of it. */
function writeContent(parts: Part[], path: string, setting: MessageSetting): string | JsonObject[] | undefined {
  const [first] = parts;
  if (parts.length === 1 && first?.type === 'text' && !first.cacheControl) return first.text;
  const written: JsonObject[] = [];
  for (const [index, part] of parts.entries()) {
    const value = writePart(part, setting);
    if (value === undefined) setting.dropped.add(`${path}.content[${index}]`);
    else if (value) written.push(value);
  }
  return written.length > 0 ? written : undefined;
}

// Undefined: this dialect cannot say it. Null: nothing to say.
function writePart(part: Part, setting: MessageSetting): JsonObject | null | undefined {
  const marks = setting.target.capabilities.cacheControl;
  switch (part.type) {
    case 'text': case 'refusal': return part.text === '' ? null : writeText(part, marks);
    case 'image': return marked(writeImage(part.source, part.detail), part, marks);
    case 'document': return marked(writeDocument(part, setting), part, marks);
    case 'audio': return { type: 'input_audio', input_audio: { data: part.data, format: part.format } };
    case 'opaque': return part.dialect === 'openai-chat' && !('message' in part.value) ? part.value : undefined;
    case 'thinking': case 'redacted-thinking': case 'tool-call': case 'tool-result': return undefined;
  }
}

function writeText(part: Extract<Content, { type: 'text' | 'refusal' }>, marks: boolean): JsonObject {
  const value: JsonObject = { type: 'text', text: part.text };
  if (marks && part.type === 'text' && part.cacheControl) value['cache_control'] = part.cacheControl;
  return value;
}

function marked(value: JsonObject | undefined, part: { cacheControl?: JsonObject }, marks: boolean): JsonObject | undefined {
  return value && marks && part.cacheControl ? { ...value, cache_control: part.cacheControl } : value;
}

const urlOf = (source: MediaSource): string | undefined =>
  (source.kind === 'url' ? source.url : source.kind === 'base64' ? `data:${source.mediaType};base64,${source.data}` : undefined);

function writeImage(source: MediaSource, detail: string | undefined): JsonObject | undefined {
  const url = urlOf(source);
  return url === undefined ? undefined : { type: 'image_url', image_url: detail === undefined ? { url } : { url, detail } };
}

function writeDocument(part: Extract<Part, { type: 'document' }>, setting: MessageSetting): JsonObject | undefined {
  const { source } = part;
  if (source.kind === 'base64' && source.mediaType.startsWith('text/')) {
    const title = part.title ?? part.filename;
    const text = Buffer.from(source.data, 'base64').toString('utf8');
    return { type: 'text', text: title === undefined ? text : `${title}\n\n${text}` };
  }
  // LiteLLM sends documents as pictures where there are no file parts.
  if (!setting.target.capabilities.fileParts) return writeImage(source, undefined);
  if (source.kind === 'file') return { type: 'file', file: { file_id: source.fileId } };
  return { type: 'file', file: { filename: part.filename ?? part.title ?? 'document.pdf', file_data: urlOf(source) ?? '' } };
}
