// Blocks of a Converse message become canonical parts.
import type { MediaSource, Part } from '../../canonical/request.ts';
import { arrayAt, defined, isJsonObject, objectAt, stringAt, type JsonObject } from '../../lib/json.ts';
import { readCitation } from './citations.ts';
import { mediaTypeOf } from './wire.ts';

/** Reads blocks. A cache point marks the part before it. */
export function readBlocks(blocks: readonly unknown[]): Part[] {
  const parts: Part[] = [];
  for (const block of blocks) {
    if (!isJsonObject(block)) continue;
    const point = objectAt(block, 'cachePoint');
    const last = parts.at(-1);
    if (!point) parts.push(readBlock(block));
    else if (last && last.type !== 'thinking' && last.type !== 'redacted-thinking' && last.type !== 'refusal' && last.type !== 'opaque') last.cacheControl = markOf(point);
  }
  return parts;
}

/** A cache point as Anthropic's mark. */
export function markOf(point: JsonObject): JsonObject {
  const ttl = stringAt(point, 'ttl');
  return ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl };
}

function readBlock(block: JsonObject): Part {
  const text = stringAt(block, 'text');
  if (text !== undefined) return { type: 'text', text };
  const image = objectAt(block, 'image');
  const pictured = image && readSource(image, 'image');
  if (pictured) return { type: 'image', source: pictured };
  const document = objectAt(block, 'document');
  if (document) return readDocument(document, block);
  const audio = objectAt(block, 'audio');
  const sound = stringAt(objectAt(audio, 'source'), 'bytes');
  if (sound !== undefined) return { type: 'audio', format: stringAt(audio, 'format') ?? 'wav', data: sound };
  const call = objectAt(block, 'toolUse');
  if (call) return { type: 'tool-call', id: stringAt(call, 'toolUseId') ?? '', name: stringAt(call, 'name') ?? '', arguments: JSON.stringify(call['input'] ?? {}), kind: 'function' };
  const result = objectAt(block, 'toolResult');
  if (result) {
    const content = arrayAt(result, 'content').filter(isJsonObject).map((inner): Part => ('json' in inner ? { type: 'text', text: JSON.stringify(inner['json']) } : readBlock(inner)));
    return defined<Extract<Part, { type: 'tool-result' }>>({
      type: 'tool-result', callId: stringAt(result, 'toolUseId') ?? '', content, isError: stringAt(result, 'status') === 'error' ? true : undefined, kind: 'function',
    });
  }
  const cited = objectAt(block, 'citationsContent');
  if (cited) {
    const whole = arrayAt(cited, 'content').filter(isJsonObject).map((piece) => stringAt(piece, 'text') ?? '').join('');
    return { type: 'text', text: whole, citations: arrayAt(cited, 'citations').filter(isJsonObject).map(readCitation) };
  }
  return readReasoning(objectAt(block, 'reasoningContent')) ?? { type: 'opaque', dialect: 'bedrock-converse', value: block };
}

function readReasoning(reasoning: JsonObject | undefined): Part | undefined {
  const data = stringAt(reasoning, 'redactedContent');
  if (data !== undefined) return { type: 'redacted-thinking', data };
  const inner = objectAt(reasoning, 'reasoningText');
  return inner && defined<Extract<Part, { type: 'thinking' }>>({ type: 'thinking', text: stringAt(inner, 'text') ?? '', signature: stringAt(inner, 'signature') });
}

function readSource(holder: JsonObject, kind: 'image' | 'application'): MediaSource | undefined {
  const source = objectAt(holder, 'source');
  const bytes = stringAt(source, 'bytes');
  if (bytes !== undefined) return { kind: 'base64', mediaType: mediaTypeOf(stringAt(holder, 'format') ?? (kind === 'image' ? 'png' : 'pdf'), kind), data: bytes };
  const text = stringAt(source, 'text');
  if (text !== undefined) return { kind: 'base64', mediaType: 'text/plain', data: Buffer.from(text).toString('base64') };
  const uri = stringAt(objectAt(source, 's3Location'), 'uri');
  return uri === undefined ? undefined : { kind: 'url', url: uri };
}

function readDocument(document: JsonObject, block: JsonObject): Part {
  const source = readSource(document, 'application');
  if (!source) return { type: 'opaque', dialect: 'bedrock-converse', value: block };
  return defined<Extract<Part, { type: 'document' }>>({
    type: 'document', source, title: stringAt(document, 'name'), context: stringAt(document, 'context'), citations: objectAt(document, 'citations'),
  });
}
