// Messages and system prompts of a Messages request become canonical ones.
import type { MediaSource, Message, Part } from '../../canonical/request.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, objectAt, stringAt } from '../../lib/json.ts';
import type { BodyCheck } from '../body-check.ts';
import { unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { unpackSignature } from '../thought-signature.ts';

const roles = new Set(['user', 'assistant', 'system']);

/** Reads one message; undefined when it is none. */
export function readMessage(value: Json, path: string, check: BodyCheck): Message | undefined {
  if (!isJsonObject(value)) return check.invalid(path, 'an object');
  const role = check.string(value, 'role', `${path}.role`);
  if (role === undefined || !roles.has(role)) return check.invalid(`${path}.role`, "'user' or 'assistant'");
  const { content } = value;
  if (content === undefined || content === null) return check.invalid(`${path}.content`, 'a string or an array of blocks');
  return { role: role === 'system' ? 'system' : role === 'assistant' ? 'assistant' : 'user', parts: readContent(content, `${path}.content`, check) };
}

/** Reads content: a string or blocks. */
export function readContent(content: Json, path: string, check: BodyCheck): Part[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  if (!Array.isArray(content)) {
    check.invalid(path, 'a string or an array of blocks');
    return [];
  }
  const parts: Part[] = [];
  for (const [index, block] of content.entries()) {
    if (isJsonObject(block)) parts.push(readBlock(block, `${path}[${index}]`, check));
    else check.invalid(`${path}[${index}]`, 'an object');
  }
  return parts;
}

type BlockReader = (block: JsonObject, path: string, check: BodyCheck) => Part | undefined;

const blockReaders: Record<string, BlockReader> = {
  text: (block, path, check) => withMark({ type: 'text', text: check.string(block, 'text', `${path}.text`) ?? '', ...textCitations(block) }, block),
  image: (block) => {
    const source = readSource(objectAt(block, 'source'));
    return source && withMark({ type: 'image', source }, block);
  },
  document: (block) => {
    const source = readSource(objectAt(block, 'source'));
    return source && withMark(defined<Extract<Part, { type: 'document' }>>({
      type: 'document', source, title: stringAt(block, 'title'), context: stringAt(block, 'context'), citations: objectAt(block, 'citations'),
      filename: undefined, cacheControl: undefined,
    }), block);
  },
  thinking: (block) => {
    const text = stringAt(block, 'thinking') ?? '';
    const signature = stringAt(block, 'signature');
    const encrypted = signature === undefined ? undefined : unpackEncryptedReasoning(signature);
    if (encrypted !== undefined) return { type: 'thinking', text, encrypted };
    return signature === undefined || signature === '' ? { type: 'thinking', text } : { type: 'thinking', text, signature };
  },
  redacted_thinking: (block) => {
    const data = stringAt(block, 'data') ?? '';
    const encrypted = unpackEncryptedReasoning(data);
    return encrypted === undefined ? { type: 'redacted-thinking', data } : { type: 'thinking', text: '', encrypted };
  },
  tool_use: (block, path, check) => {
    const { id, signature } = unpackSignature(check.string(block, 'id', `${path}.id`) ?? '');
    const { input } = block;
    const part: Part = {
      type: 'tool-call', id, name: check.string(block, 'name', `${path}.name`) ?? '', kind: 'function',
      arguments: typeof input === 'string' ? input : JSON.stringify(input ?? {}),
    };
    if (signature !== undefined) part.signature = signature;
    return withMark(part, block);
  },
  tool_result: (block, path, check) => {
    const { id } = unpackSignature(check.string(block, 'tool_use_id', `${path}.tool_use_id`) ?? '');
    const content = readContent(block['content'] ?? [], `${path}.content`, check);
    const part: Part = { type: 'tool-result', callId: id, content, kind: 'function' };
    if (block['is_error'] === true) part.isError = true;
    return withMark(part, block);
  },
};

// Blocks that only this dialect knows (server tools, search results, files from containers) stay as they are.
function readBlock(block: JsonObject, path: string, check: BodyCheck): Part {
  const type = stringAt(block, 'type') ?? '';
  const read = Object.hasOwn(blockReaders, type) ? blockReaders[type] : undefined;
  return read?.(block, path, check) ?? { type: 'opaque', dialect: 'anthropic-messages', value: block };
}

function withMark<P extends Part & { cacheControl?: JsonObject }>(part: P, block: JsonObject): P {
  const mark = objectAt(block, 'cache_control');
  if (mark) part.cacheControl = mark;
  return part;
}

function textCitations(block: JsonObject): { citations?: Json[] } {
  const citations = arrayAt(block, 'citations');
  return citations.length > 0 ? { citations } : {};
}

function readSource(source: JsonObject | undefined): MediaSource | undefined {
  const data = stringAt(source, 'data');
  switch (source?.['type']) {
    case 'base64': return data === undefined ? undefined : { kind: 'base64', mediaType: stringAt(source, 'media_type') ?? 'application/octet-stream', data };
    case 'text': return data === undefined ? undefined : { kind: 'base64', mediaType: 'text/plain', data: Buffer.from(data, 'utf8').toString('base64') };
    case 'url': return { kind: 'url', url: stringAt(source, 'url') ?? '' };
    case 'file': return { kind: 'file', fileId: stringAt(source, 'file_id') ?? '' };
    default: return undefined;
  }
}
