// Reads the items of a Responses request's `input` into messages.
import type { CanonicalRequest, MediaSource, Message, Part, Role } from '../../canonical/request.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, objectAt, stringAt } from '../../lib/json.ts';
import { unpackCompaction } from './compaction.ts';
import { unpackSignature } from '../thought-signature.ts';
import { unpackEncryptedContent } from '../../canonical/reasoning-carrier.ts';
import { isOutputOfTool } from './wire.ts';
import { readTools } from './tools.ts';

const roles: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant']);

const isRole = (role: string): role is Role => roles.has(role);

/** Adds the items of `input` to the request: messages, and the tools that some clients put among them. */
export function readInput(input: Json[], request: CanonicalRequest): void {
  for (const item of input) {
    if (!isJsonObject(item)) continue;
    const type = stringAt(item, 'type') ?? 'message';
    if (type === 'additional_tools') {
      request.tools.push(...readTools(arrayAt(item, 'tools')));
      continue;
    }
    const { role, part, parts } = readItem(type, item);
    if (part) addToTurn(request.messages, role, part);
    else if (parts) addMessage(request.messages, { role, parts });
  }
}

interface ItemRead {
  role: Role;
  /** One part of a turn that may span several items. */
  part?: Part;
  /** A message of its own. */
  parts?: Part[];
}

function readItem(type: string, item: JsonObject): ItemRead {
  switch (type) {
    case 'message': {
      const role = stringAt(item, 'role') ?? 'user';
      return { role: isRole(role) ? role : 'user', parts: readContent(item['content']) };
    }
    case 'agent_message':
      return { role: 'user', parts: readContent(item['content']) };
    case 'function_call':
      return { role: 'assistant', part: readCall(item, 'function', stringAt(item, 'arguments') ?? '') };
    case 'custom_tool_call':
      return { role: 'assistant', part: readCall(item, 'custom', stringAt(item, 'input') ?? '') };
    case 'function_call_output':
      return { role: 'user', part: readResult(item, 'function') };
    case 'custom_tool_call_output':
      return { role: 'user', part: readResult(item, 'custom') };
    case 'reasoning':
      return { role: 'assistant', part: readReasoning(item) };
    case 'compaction': {
      const summary = unpackCompaction(stringAt(item, 'encrypted_content'));
      if (summary !== undefined) return { role: 'user', parts: [{ type: 'text', text: `Summary of the conversation so far:\n\n${summary}` }] };
      return { role: 'assistant', part: { type: 'opaque', dialect: 'openai-responses', value: item } };
    }
    default:
      return { role: isOutputOfTool(type) ? 'user' : 'assistant', part: { type: 'opaque', dialect: 'openai-responses', value: item } };
  }
}

const isResult = (part: Part | undefined): boolean => part?.type === 'tool-result' || part?.type === 'opaque';

// Reasoning, calls and text of one turn come as items of their own; so do the results of parallel calls.
function addToTurn(messages: Message[], role: Role, part: Part): void {
  const last = messages.at(-1);
  if (last?.role === role && (role === 'assistant' || isResult(last.parts.at(-1)))) last.parts.push(part);
  else messages.push({ role, parts: [part] });
}

function addMessage(messages: Message[], message: Message): void {
  const last = messages.at(-1);
  if (message.role === 'assistant' && last?.role === 'assistant') last.parts.push(...message.parts);
  else messages.push(message);
}

/** The parts of a message's or a tool result's content. */
function readContent(content: Json | undefined): Part[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) return [];
  const parts: Part[] = [];
  for (const value of content) {
    if (typeof value === 'string') parts.push({ type: 'text', text: value });
    else if (isJsonObject(value)) parts.push(readPart(value));
  }
  return parts;
}

function readPart(value: JsonObject): Part {
  const opaque: Part = { type: 'opaque', dialect: 'openai-responses', value };
  switch (stringAt(value, 'type')) {
    case 'input_text':
    case 'output_text':
    case 'text':
    case 'summary_text':
      return { type: 'text', text: stringAt(value, 'text') ?? '' };
    case 'refusal':
      return { type: 'refusal', text: stringAt(value, 'refusal') ?? '' };
    case 'input_image': {
      const source = readSource(stringAt(value, 'image_url'), stringAt(value, 'file_id'), 'image/png');
      return source ? defined<Part>({ type: 'image', source, detail: stringAt(value, 'detail') }) : opaque;
    }
    case 'input_file': {
      const source = readSource(stringAt(value, 'file_data') ?? stringAt(value, 'file_url'), stringAt(value, 'file_id'), 'application/pdf');
      return source ? defined<Part>({ type: 'document', source, filename: stringAt(value, 'filename') }) : opaque;
    }
    case 'input_audio': {
      const audio = objectAt(value, 'input_audio') ?? value;
      return { type: 'audio', data: stringAt(audio, 'data') ?? '', format: stringAt(audio, 'format') ?? 'wav' };
    }
    default:
      return opaque;
  }
}

function readSource(url: string | undefined, fileId: string | undefined, mediaType: string): MediaSource | undefined {
  if (url === undefined) return fileId === undefined ? undefined : { kind: 'file', fileId };
  if (/^https?:\/\//i.test(url)) return { kind: 'url', url };
  const data = /^data:([^;,]*)[^,]*;base64,/i.exec(url);
  if (data) return { kind: 'base64', mediaType: data[1] || mediaType, data: url.slice(data[0].length) };
  // `file_data` may also be bare base64.
  return url.includes(':') ? { kind: 'url', url } : { kind: 'base64', mediaType, data: url };
}

function readCall(item: JsonObject, kind: 'function' | 'custom', text: string): Part {
  const { id, signature } = unpackSignature(stringAt(item, 'call_id') ?? stringAt(item, 'id') ?? '');
  return defined<Part>({
    type: 'tool-call', id, name: stringAt(item, 'name') ?? '', arguments: text, kind, signature,
    namespace: stringAt(item, 'namespace'), itemId: stringAt(item, 'id'),
  });
}

function readResult(item: JsonObject, kind: 'function' | 'custom'): Part {
  const { id } = unpackSignature(stringAt(item, 'call_id') ?? '');
  return { type: 'tool-result', callId: id, content: readContent(item['output']), kind };
}

function readReasoning(item: JsonObject): Part {
  const pieces = arrayAt(item, 'summary').length > 0 ? arrayAt(item, 'summary') : arrayAt(item, 'content');
  const text = pieces.map((piece) => (isJsonObject(piece) ? stringAt(piece, 'text') ?? '' : '')).join('\n\n');
  const itemId = stringAt(item, 'id');
  const raw = stringAt(item, 'encrypted_content');
  const content = raw === undefined ? undefined : unpackEncryptedContent(raw);
  if (content?.kind === 'redacted') return defined<Part>({ type: 'redacted-thinking', data: content.value, itemId });
  return defined<Part>({
    type: 'thinking', text, itemId,
    signature: content?.kind === 'signature' ? content.value : undefined,
    encrypted: content?.kind === 'encrypted' ? content.value : undefined,
  });
}
