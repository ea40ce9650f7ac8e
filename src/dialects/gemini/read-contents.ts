// Reads the contents of a Gemini request into messages.
import type { Message, Part } from '../../canonical/request.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, objectAt, stringAt } from '../../lib/json.ts';
import { unpackSignature } from '../thought-signature.ts';
import { camelCased } from './wire.ts';
import { readThought, realSignature } from './signature.ts';

// Calls may come without ids; results then belong to the first open call of their name.
interface OpenCall {
  id: string;
  name: string;
}

/** Reads turns in order, pairing calls and results. */
export class ContentReader {
  readonly messages: Message[] = [];
  private readonly openCalls: OpenCall[] = [];
  private callCount = 0;

  add(content: JsonObject): void {
    const role = content['role'] === 'model' ? 'assistant' : 'user';
    const parts: Part[] = [];
    for (const value of arrayAt(content, 'parts')) {
      const part = typeof value === 'string' ? { text: value } : value;
      if (isJsonObject(part)) this.addPart(parts, camelCased(part));
    }
    if (parts.length > 0) this.messages.push({ role, parts });
  }

  private addPart(parts: Part[], value: JsonObject): void {
    const signature = stringAt(value, 'thoughtSignature');
    const text = stringAt(value, 'text');
    const call = objectAt(value, 'functionCall');
    const response = objectAt(value, 'functionResponse');
    if (text !== undefined && value['thought'] === true) {
      addThought(parts, text, signature);
    } else if (text !== undefined) {
      if (text !== '' || signature) parts.push(defined<Part>({ type: 'text', text, signature: realSignature(signature) }));
    } else if (call) {
      parts.push(this.readCall(call, signature));
    } else if (response) {
      parts.push(this.readResult(camelCased(response)));
    } else {
      parts.push(readMedia(value) ?? { type: 'opaque', dialect: 'gemini', value });
    }
  }

  private readCall(call: JsonObject, signature: string | undefined): Part {
    const name = stringAt(call, 'name') ?? '';
    // The same history must give the same ids every time, or prompt caches are lost.
    const carried = unpackSignature(stringAt(call, 'id') || `call_${this.callCount}_${name}`);
    this.callCount += 1;
    this.openCalls.push({ id: carried.id, name });
    return defined<Part>({
      type: 'tool-call', id: carried.id, name, arguments: JSON.stringify(call['args'] ?? {}), kind: 'function',
      signature: realSignature(signature) ?? carried.signature,
    });
  }

  private readResult(response: JsonObject): Part {
    const name = stringAt(response, 'name') ?? '';
    const given = stringAt(response, 'id');
    const id = given ? unpackSignature(given).id : undefined;
    const index = id === undefined ? this.openCalls.findIndex((call) => call.name === name) : this.openCalls.findIndex((call) => call.id === id);
    const call = index === -1 ? undefined : this.openCalls.splice(index, 1)[0];
    const { content, isError } = readResponse(response);
    return defined<Part>({
      type: 'tool-result', callId: id ?? call?.id ?? `call_${this.callCount}_${name}`, content, kind: 'function', name,
      isError: isError ? true : undefined,
    });
  }
}

// A thought streams in pieces; its signature comes with the last one.
function addThought(parts: Part[], text: string, signature: string | undefined): void {
  const last = parts.at(-1);
  if (last?.type === 'thinking' && last.signature === undefined && last.encrypted === undefined) {
    parts[parts.length - 1] = readThought(last.text + text, signature);
  } else {
    parts.push(readThought(text, signature));
  }
}

// `output` and `error` are Google's own members; anything else is the tool's whole answer.
function readResponse(value: JsonObject): { content: Part[]; isError: boolean } {
  const response = objectAt(value, 'response') ?? {};
  const error = response['error'];
  const isError = error !== undefined && error !== null && error !== false;
  const only = Object.keys(response).length === 1;
  const plain: Json = isError && only ? error : only && response['output'] !== undefined ? response['output'] : response;
  const content: Part[] = [{ type: 'text', text: typeof plain === 'string' ? plain : JSON.stringify(plain) }];
  for (const part of arrayAt(value, 'parts')) {
    const media = isJsonObject(part) ? readMedia(camelCased(part)) : undefined;
    if (media) content.push(media);
  }
  return { content, isError };
}

function readMedia(value: JsonObject): Part | undefined {
  const inline = objectAt(value, 'inlineData');
  const file = objectAt(value, 'fileData');
  if (inline) {
    const blob = camelCased(inline);
    const mediaType = stringAt(blob, 'mimeType') ?? '';
    const data = stringAt(blob, 'data') ?? '';
    if (mediaType.startsWith('image/')) return { type: 'image', source: { kind: 'base64', mediaType, data } };
    if (mediaType.startsWith('audio/')) return { type: 'audio', format: mediaType.slice(6), data };
    if (mediaType.startsWith('video/')) return undefined;
    return defined<Part>({ type: 'document', source: { kind: 'base64', mediaType, data }, filename: stringAt(blob, 'displayName') });
  }
  if (!file) return undefined;
  const reference = camelCased(file);
  const url = stringAt(reference, 'fileUri');
  const mediaType = stringAt(reference, 'mimeType') ?? '';
  if (url === undefined || /^(audio|video)\//.test(mediaType) || !/^https?:/i.test(url) || /youtu\.?be/i.test(url)) return undefined;
  return { type: mediaType.startsWith('image/') ? 'image' : 'document', source: { kind: 'url', url } };
}
