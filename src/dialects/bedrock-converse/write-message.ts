// Canonical messages become the alternating turns of a Converse request.
import type { CacheControl, MediaSource, Message, Part } from '../../canonical/request.ts';
import { defined, parseJsonObject, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import type { Dropped } from '../dropped.ts';
import type { ToolIds } from '../tool-ids.ts';
import { writeCitation } from './citations.ts';
import type { Family } from './families.ts';
import { formatOf } from './wire.ts';

/** LiteLLM's words for a message of which nothing is left: Bedrock refuses empty ones. */
export const emptyText = '[System: Empty message content sanitised to satisfy protocol]';
/** Bedrock wants a text beside a document; this stands where the client wrote none. */
const documentText = 'See the document.';

/** What writing a message needs to know about its request. */
export interface MessageSetting {
  family: Family;
  /** The provider keeps cache marks at all. */
  cacheMarks: boolean;
  ids: ToolIds;
  dropped: Dropped;
  documentNames: DocumentNames;
}

/** A turn as it is written. */
export interface Turn {
  role: 'user' | 'assistant';
  content: JsonObject[];
}

/** Adds a message to the turns: to the last one when it has the same role. Results of tools stand first in a turn. */
export function addTurn(turns: Turn[], message: Message, path: string, setting: MessageSetting): void {
  const role = message.role === 'assistant' ? 'assistant' : 'user';
  const content = writeParts(message.parts, path, setting);
  const last = turns.at(-1);
  const turn: Turn = last?.role === role ? last : { role, content: [] };
  if (turn !== last) turns.push(turn);
  turn.content.push(...content);
  // A cache point stays behind the block that it was set at.
  if (role === 'user' && turn.content.some((block) => 'toolResult' in block)) turn.content = resultsFirst(turn.content);
}

function resultsFirst(content: readonly JsonObject[]): JsonObject[] {
  const results: JsonObject[] = [];
  const others: JsonObject[] = [];
  let place = others;
  for (const block of content) {
    if (!('cachePoint' in block)) place = 'toolResult' in block ? results : others;
    place.push(block);
  }
  return [...results, ...others];
}

/** Writes parts as blocks; empty texts are left out. */
export function writeParts(parts: readonly Part[], path: string, setting: MessageSetting): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const [index, part] of parts.entries()) {
    const block = writePart(part, `${path}.content[${index}]`, setting);
    if (!block) continue;
    blocks.push(block);
    if ('cacheControl' in part && part.cacheControl && setting.cacheMarks && setting.family.cachePoints) blocks.push(cachePoint(part.cacheControl, setting.family));
  }
  const hasDocument = blocks.some((block) => 'document' in block);
  if (hasDocument && !blocks.some((block) => 'text' in block)) blocks.push({ text: documentText });
  return blocks;
}

/** A cache point behind a block that Anthropic's clients marked. */
export function cachePoint(mark: CacheControl, family: Family): JsonObject {
  const ttl = family.cachePoints === 'all' ? stringAt(mark, 'ttl') : undefined;
  return { cachePoint: defined<JsonObject>({ type: 'default', ttl: ttl === '1h' ? ttl : undefined }) };
}

// Undefined: there is nothing to send.
function writePart(part: Part, path: string, setting: MessageSetting): JsonObject | undefined {
  switch (part.type) {
    case 'text': return writeText(part.text, part.citations);
    case 'refusal': return writeText(part.text, undefined);
    case 'image': return writeImage(part.source, path, setting);
    case 'document': return writeDocument(part, path, setting);
    case 'audio': return { audio: { format: part.format, source: { bytes: part.data } } };
    case 'thinking':
      if (part.signature && setting.family.reasoningInHistory) return { reasoningContent: { reasoningText: { text: part.text, signature: part.signature } } };
      if (part.text !== '' || part.encrypted !== undefined) setting.dropped.add('messages[].thinking');
      return undefined;
    case 'redacted-thinking':
      if (setting.family.reasoningInHistory) return { reasoningContent: { redactedContent: part.data } };
      setting.dropped.add('messages[].thinking');
      return undefined;
    case 'tool-call': return { toolUse: { toolUseId: setting.ids.toTarget(part.id), name: part.name, input: parseJsonObject(part.arguments) ?? {} } };
    case 'tool-result': return writeResult(part, path, setting);
    case 'opaque':
      if (part.dialect === 'bedrock-converse') return { ...part.value };
      setting.dropped.add(path);
      return undefined;
  }
}

// White space alone is refused.
function writeText(text: string, citations: Json[] | undefined): JsonObject | undefined {
  if (text.trim() === '') return undefined;
  const known = (citations ?? []).filter((citation): citation is JsonObject => typeof citation === 'object' && citation !== null && !Array.isArray(citation));
  return known.length > 0 ? { citationsContent: { content: [{ text }], citations: known.map(writeCitation) } } : { text };
}

function writeImage(source: MediaSource, path: string, setting: MessageSetting): JsonObject | undefined {
  const written = writeSource(source);
  if (!written) {
    setting.dropped.add(path);
    return undefined;
  }
  return { image: { format: written.format ?? 'png', source: written.source } };
}

/** Bytes, or a place in S3; undefined for addresses that Bedrock does not fetch and for another provider's files. */
function writeSource(source: MediaSource): { format: string | undefined; source: JsonObject } | undefined {
  if (source.kind === 'base64') return { format: formatOf(source.mediaType), source: { bytes: source.data } };
  if (source.kind === 'file' || !source.url.startsWith('s3://')) return undefined;
  const end = /\.(\w+)$/.exec(source.url)?.[1]?.toLowerCase();
  return { format: end === 'jpg' ? 'jpeg' : end, source: { s3Location: { uri: source.url } } };
}

function writeDocument(part: Extract<Part, { type: 'document' }>, path: string, setting: MessageSetting): JsonObject | undefined {
  const { source } = part;
  if (source.kind === 'base64' && source.mediaType.startsWith('image/')) return writeImage(source, path, setting);
  const written = writeSource(source);
  if (!written) {
    setting.dropped.add(path);
    return undefined;
  }
  const document = defined<JsonObject>({
    format: written.format ?? 'pdf', name: setting.documentNames.add(part.title ?? part.filename), source: written.source, context: part.context,
    citations: part.citations?.['enabled'] === true ? { enabled: true } : undefined,
  });
  return { document };
}

function writeResult(part: Extract<Part, { type: 'tool-result' }>, path: string, setting: MessageSetting): JsonObject {
  const content = part.content.flatMap((inner, index) => {
    const block = writePart(inner, `${path}.content[${index}]`, setting);
    return block ? [block] : [];
  });
  return { toolResult: defined<JsonObject>({ toolUseId: setting.ids.toTarget(part.callId), content, status: part.isError ? 'error' : undefined }) };
}

/** Names of documents: letters, digits, single spaces, hyphens and brackets, each name once in a request. */
export class DocumentNames {
  private readonly taken = new Set<string>();

  /** The name to send. */
  add(wanted: string | undefined): string {
    const base = (wanted ?? '').replace(/\.\w{1,5}$/, '').replace(/[^a-zA-Z0-9\s()[\]-]/g, '-').replace(/\s+/g, ' ').trim().slice(0, 180) || 'document';
    let name = base;
    for (let number = 2; this.taken.has(name); number++) name = `${base} ${number}`;
    this.taken.add(name);
    return name;
  }
}
