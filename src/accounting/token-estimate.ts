// Counts input tokens for clients that ask (`/v1/messages/count_tokens`, `:countTokens`, `/utils/token_counter`). A cheap estimate:
// an exact tokenizer on the path of requests would block everything else, and no provider's count is public.
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

// Tokens that an image costs at usual sizes (Anthropic: width × height / 750, about 1,600 at most).
const imageTokens = 1_600;
const documentTokens = 2_000;
const messageTokens = 4;
const promptTokens = 3;
// A text that stands for a turn of its own.
const turns: ReadonlySet<string> = new Set(['system', 'instructions', 'systemInstruction']);
const mediaTypes = new Set(['image', 'image_url', 'input_image', 'input_audio', 'audio']);
const documentTypes = new Set(['document', 'file', 'input_file']);
// Members that say how a value is meant, not what the model reads.
const silentKeys = new Set(['type', 'role', 'id', 'cache_control', 'tool_use_id', 'signature', 'call_id', 'tool_call_id']);

// What a call was given and gave back, of which the names are read too.
const dataKeys = new Set(['input', 'args', 'response']);

/** The estimate for the members of a body that hold a prompt. */
export function estimateTokens(body: JsonObject): number {
  let total = 0;
  for (const name of ['system', 'instructions', 'systemInstruction', 'messages', 'contents', 'input', 'prompt', 'tools'] as const) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    // Models read the definitions of their tools as JSON, or as something about as long.
    total += name === 'tools' ? textTokens(JSON.stringify(value)) : tokensOf(value);
    if (Array.isArray(value)) total += messageTokens * value.length;
    else if (turns.has(name)) total += messageTokens;
  }
  return Math.max(1, Math.round(total + promptTokens));
}

/** The estimate for a text alone, without what turns of a conversation add. */
export const estimateText = (text: string): number => Math.max(1, Math.round(textTokens(text)));

function tokensOf(value: Json): number {
  if (typeof value === 'string') return textTokens(value);
  if (typeof value === 'number' || typeof value === 'boolean') return 1;
  if (Array.isArray(value)) {
    let total = 0;
    for (const item of value) total += tokensOf(item);
    return total;
  }
  return isJsonObject(value) ? objectTokens(value) : 0;
}

function objectTokens(value: JsonObject): number {
  const { type } = value;
  if (typeof type === 'string' && mediaTypes.has(type)) return imageTokens;
  if (typeof type === 'string' && documentTypes.has(type)) return documentTokens;
  if (isJsonObject(value['inlineData'])) return imageTokens;
  let total = 0;
  for (const [key, member] of Object.entries(value)) {
    if (silentKeys.has(key) && typeof member !== 'object') continue;
    total += dataKeys.has(key) && isJsonObject(member) ? textTokens(JSON.stringify(member)) : tokensOf(member) + (isJsonObject(member) ? 1 : 0);
  }
  return total;
}

// By the habits of byte-pair tokenizers, fitted to o200k_base over prose, code and the requests of coding agents: a short word is one token, a
// long one more; digits go in threes, signs that stand together are about one, Chinese, Japanese and Korean are about one a character. Spaces
// belong to the word that follows.
function textTokens(text: string): number {
  let total = 0;
  let kind: number = space;
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const next = code < 0xc0 ? kinds[code] ?? sign : code > 0x2e7f ? ideograph : letter;
    if (next === kind) {
      length++;
      continue;
    }
    total += runTokens(kind, length);
    kind = next;
    length = 1;
  }
  return total + runTokens(kind, length);
}

// Kinds of characters; what a run of one kind costs depends on its length.
const [space, letter, digit, sign, newline, ideograph] = [0, 1, 2, 3, 4, 5] as const;
const kinds = Uint8Array.from({ length: 0xc0 }, (_, code) => {
  if (code === 0x0a) return newline;
  if (code <= 0x20) return space;
  if (code >= 0x30 && code <= 0x39) return digit;
  return /[a-z]/i.test(String.fromCharCode(code)) ? letter : sign;
});
const plainLetters = 6;

function runTokens(kind: number, length: number): number {
  switch (kind) {
    case letter: return length <= plainLetters ? 1 : 1 + (length - plainLetters) * 0.11;
    case digit: return Math.ceil(length / 3);
    case sign: return length === 1 ? 0.85 : 1.15 + Math.max(0, length - 5) * 0.4;
    case newline: return length * 0.6;
    case ideograph: return length * 0.85;
    default: return 0;
  }
}

// Base64 that is worth looking for is long; text never has this many bytes of its alphabet in a row.
const strideBytes = 2_048;
const probeBytes = 64;
const bytesPerToken = 4;

/**
 * The estimate for a body as it came, from its length, without parsing it: for limits, which must not cost time. Images, sound and files
 * inside count as what a model usually takes for one, not by their length: long runs of base64 are found by probing.
 */
export function estimateBytes(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let encodedBytes = 0;
  let media = 0;
  let inRun = false;
  for (let at = from + strideBytes; at + probeBytes <= to; at += strideBytes) {
    const encoded = isBase64(bytes, at);
    if (encoded) encodedBytes += strideBytes;
    if (encoded && !inRun) media++;
    inRun = encoded;
  }
  // The first and last parts of a run lie before its first and behind its last probe: a stride in all.
  return Math.ceil(Math.max(0, to - from - encodedBytes - media * strideBytes) / bytesPerToken) + media * imageTokens;
}

function isBase64(bytes: Uint8Array, from: number): boolean {
  for (let at = from; at < from + probeBytes; at++) {
    const byte = bytes[at] ?? 0;
    const letter = (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x2f && byte <= 0x39);
    if (!letter && byte !== 0x2b && byte !== 0x2d && byte !== 0x5f && byte !== 0x3d) return false;
  }
  return true;
}
