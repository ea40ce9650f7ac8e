// Messages of a Chat Completions request become canonical messages.
import type { MediaSource, Message, Part } from '../../canonical/request.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { isJsonObject, objectAt, stringAt } from '../../lib/json.ts';
import type { BodyCheck } from '../body-check.ts';
import { unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { unpackSignature } from '../thought-signature.ts';

type ToolCall = Extract<Part, { type: 'tool-call' }>;

/** Reads the messages of one request, in order. It remembers the calls, to know what results belong to. */
export class MessageReader {
  private readonly check: BodyCheck;
  private readonly calls = new Map<string, ToolCall>();
  private lastLegacyCall = '';
  readonly messages: Message[] = [];

  constructor(check: BodyCheck) {
    this.check = check;
  }

  /** Reads one message and adds it. */
  read(value: Json, path: string): void {
    if (!isJsonObject(value)) {
      this.check.invalid(path, 'an object');
      return;
    }
    const role = this.check.string(value, 'role', `${path}.role`);
    switch (role) {
      case 'system': case 'developer': case 'user': {
        const message: Message = { role, parts: withMark(this.content(value, path), value) };
        const name = stringAt(value, 'name');
        if (name !== undefined) message.name = name;
        this.messages.push(message);
        return;
      }
      case 'assistant': this.messages.push(this.assistant(value, path)); return;
      case 'tool': case 'function': this.result(value, role, path); return;
      default: this.check.invalid(`${path}.role`, 'one of system, developer, user, assistant, tool');
    }
  }

  // Results of one batch become one message, as in Anthropic's dialect.
  private result(value: JsonObject, role: 'tool' | 'function', path: string): void {
    const id = role === 'function' ? this.lastLegacyCall : unpackSignature(this.check.string(value, 'tool_call_id', `${path}.tool_call_id`) ?? '').id;
    const part: Part = { type: 'tool-result', callId: id, content: this.content(value, path), kind: this.calls.get(id)?.kind ?? 'function' };
    const name = stringAt(value, 'name') ?? this.calls.get(id)?.name;
    if (name !== undefined) part.name = name;
    const mark = objectAt(value, 'cache_control');
    if (mark) part.cacheControl = mark;
    const last = this.messages.at(-1);
    if (last?.role === 'user' && last.parts.length > 0 && last.parts.every((known) => known.type === 'tool-result')) last.parts.push(part);
    else this.messages.push({ role: 'user', parts: [part] });
  }

  private assistant(value: JsonObject, path: string): Message {
    const parts: Part[] = [...readThinking(value), ...this.content(value, path)];
    const refusal = this.check.string(value, 'refusal', `${path}.refusal`);
    if (refusal) parts.push({ type: 'refusal', text: refusal });
    for (const [index, call] of (this.check.array(value, 'tool_calls', `${path}.tool_calls`) ?? []).entries()) {
      const part = this.call(call, `${path}.tool_calls[${index}]`);
      if (part) parts.push(part);
    }
    const legacy = this.check.object(value, 'function_call', `${path}.function_call`);
    if (legacy) {
      const name = stringAt(legacy, 'name') ?? '';
      this.lastLegacyCall = `call_${name}_${this.messages.length}`;
      parts.push(this.remember({ type: 'tool-call', id: this.lastLegacyCall, name, arguments: stringAt(legacy, 'arguments') ?? '', kind: 'function' }));
    }
    const rest = restOf(value, assistantMembers);
    if (rest) parts.push({ type: 'opaque', dialect: 'openai-chat', value: { message: rest } });
    const message: Message = { role: 'assistant', parts: withMark(parts, value) };
    const name = stringAt(value, 'name');
    if (name !== undefined) message.name = name;
    return message;
  }

  private call(value: Json, path: string): ToolCall | undefined {
    if (!isJsonObject(value)) return this.check.invalid(path, 'an object');
    const custom = objectAt(value, 'custom');
    const body = custom ?? objectAt(value, 'function');
    if (!body) return this.check.invalid(`${path}.function`, 'an object');
    const unpacked = unpackSignature(this.check.string(value, 'id', `${path}.id`) ?? '');
    const given = body[custom ? 'input' : 'arguments'];
    const part: ToolCall = {
      type: 'tool-call', id: unpacked.id, name: this.check.string(body, 'name', `${path}.function.name`) ?? '',
      arguments: typeof given === 'string' ? given : isJsonObject(given) ? JSON.stringify(given) : '', kind: custom ? 'custom' : 'function',
    };
    const signature = stringAt(objectAt(value, 'provider_specific_fields'), 'thought_signature')
      ?? stringAt(objectAt(objectAt(value, 'extra_content'), 'google'), 'thought_signature') ?? unpacked.signature;
    if (signature !== undefined) part.signature = signature;
    const mark = objectAt(value, 'cache_control');
    if (mark) part.cacheControl = mark;
    return this.remember(part);
  }

  private remember(part: ToolCall): ToolCall {
    this.calls.set(part.id, part);
    return part;
  }

  private content(value: JsonObject, path: string): Part[] {
    const { content } = value;
    if (content === undefined || content === null) return [];
    if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
    if (!Array.isArray(content)) {
      this.check.invalid(`${path}.content`, 'a string or an array of parts');
      return [];
    }
    const parts: Part[] = [];
    for (const [index, item] of content.entries()) {
      const itemPath = `${path}.content[${index}]`;
      if (typeof item === 'string') parts.push({ type: 'text', text: item });
      else if (isJsonObject(item)) parts.push(readPart(item));
      else this.check.invalid(itemPath, 'an object');
    }
    return parts;
  }
}

const assistantMembers = new Set([
  'role', 'content', 'name', 'refusal', 'tool_calls', 'function_call', 'reasoning_content', 'reasoning', 'thinking_blocks', 'cache_control',
  'provider_specific_fields',
]);

function restOf(value: JsonObject, known: Set<string>): JsonObject | undefined {
  const rest: JsonObject = {};
  for (const key in value) {
    const member = value[key];
    if (!known.has(key) && member !== undefined && member !== null) rest[key] = member;
  }
  return Object.keys(rest).length > 0 ? rest : undefined;
}

// LiteLLM's clients may mark a whole message: the mark belongs to its last part.
function withMark(parts: Part[], message: JsonObject): Part[] {
  const mark = objectAt(message, 'cache_control');
  const last = parts.at(-1);
  if (mark && last && 'text' in last && last.type === 'text') last.cacheControl = mark;
  return parts;
}

// Blocks hold the same text as `reasoning_content`, with what the provider wants back; so they go first.
function readThinking(value: JsonObject): Part[] {
  const blocks = value['thinking_blocks'];
  const parts: Part[] = [];
  if (Array.isArray(blocks)) {
    for (const block of blocks) {
      if (!isJsonObject(block)) continue;
      if (block['type'] === 'redacted_thinking') parts.push({ type: 'redacted-thinking', data: stringAt(block, 'data') ?? '' });
      else parts.push(thinkingPart(stringAt(block, 'thinking') ?? '', stringAt(block, 'signature')));
    }
  }
  if (parts.length > 0) return parts;
  const text = stringAt(value, 'reasoning_content') || stringAt(value, 'reasoning') || '';
  const detail = readReasoningDetails(value['reasoning_details']);
  if (text === '' && !detail) return [];
  return [{ ...thinkingPart(text, detail?.signature), ...(detail?.encrypted === undefined ? {} : { encrypted: detail.encrypted }) }];
}

function thinkingPart(text: string, signature: string | undefined): Extract<Part, { type: 'thinking' }> {
  const encrypted = unpackEncryptedReasoning(signature);
  if (encrypted !== undefined) return { type: 'thinking', text, encrypted };
  return signature ? { type: 'thinking', text, signature } : { type: 'thinking', text };
}

// OpenRouter's details stay as they are for itself; for other targets the signature is taken out.
function readReasoningDetails(details: Json | undefined): { signature?: string; encrypted?: string } | undefined {
  if (!Array.isArray(details)) return undefined;
  const result: { signature?: string; encrypted?: string } = {};
  for (const detail of details) {
    if (!isJsonObject(detail)) continue;
    const signature = stringAt(detail, 'signature');
    if (signature) result.signature = signature;
    if (detail['type'] === 'reasoning.encrypted' && typeof detail['data'] === 'string') result.encrypted = detail['data'];
  }
  return result.signature === undefined && result.encrypted === undefined ? undefined : result;
}

/** Reads one part of a message's content. Types that only this dialect knows stay as they are. */
function readPart(value: JsonObject): Part {
  const mark = objectAt(value, 'cache_control');
  const base = mark ? { cacheControl: mark } : {};
  switch (value['type']) {
    case 'text': case 'input_text': case 'output_text': return { type: 'text', text: stringAt(value, 'text') ?? '', ...base };
    case 'refusal': return { type: 'refusal', text: stringAt(value, 'refusal') ?? '' };
    case 'image_url': {
      const image = value['image_url'];
      const url = typeof image === 'string' ? image : isJsonObject(image) ? stringAt(image, 'url') : undefined;
      if (url === undefined) break;
      const detail = isJsonObject(image) ? stringAt(image, 'detail') : undefined;
      return { type: 'image', source: readUrl(url), ...(detail === undefined ? {} : { detail }), ...base };
    }
    case 'input_audio': {
      const audio = objectAt(value, 'input_audio');
      return { type: 'audio', format: stringAt(audio, 'format') ?? 'wav', data: stringAt(audio, 'data') ?? '', ...base };
    }
    case 'file': {
      const source = fileSource(objectAt(value, 'file'));
      const filename = stringAt(objectAt(value, 'file'), 'filename');
      if (source) return { type: 'document', source, ...(filename === undefined ? {} : { filename }), ...base };
    }
  }
  return { type: 'opaque', dialect: 'openai-chat', value };
}

function fileSource(file: JsonObject | undefined): MediaSource | undefined {
  const data = stringAt(file, 'file_data');
  if (data !== undefined) {
    const source = readUrl(data);
    return source.kind === 'url' && !/^https?:/.test(data) ? { kind: 'base64', mediaType: 'application/pdf', data } : source;
  }
  const fileId = stringAt(file, 'file_id');
  return fileId === undefined ? undefined : { kind: 'file', fileId };
}

// A `data:` URL holds its bytes; everything else stays a URL.
function readUrl(url: string): MediaSource {
  const comma = url.startsWith('data:') ? url.indexOf(',') : -1;
  if (comma === -1) return { kind: 'url', url };
  const header = url.slice(5, comma);
  const mediaType = header.split(';', 1)[0] || 'text/plain';
  if (header.endsWith(';base64')) return { kind: 'base64', mediaType, data: url.slice(comma + 1) };
  return { kind: 'url', url };
}
