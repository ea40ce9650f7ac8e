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

/** The estimate for the members of a body that hold a prompt. */
export function estimateTokens(body: JsonObject): number {
  let total = 0;
  for (const name of ['system', 'instructions', 'systemInstruction', 'messages', 'contents', 'input', 'prompt', 'tools'] as const) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    total += tokensOf(value);
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
    total += tokensOf(member) + (isJsonObject(member) ? 1 : 0);
  }
  return total;
}

// By the habits of byte-pair tokenizers: a short word is one token, a long one a token for each few letters; digits go in threes,
// signs one by one, Chinese, Japanese and Korean about one a character. Spaces belong to the word that follows.
function textTokens(text: string): number {
  let total = 0;
  let run = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (isLetter(code)) {
      run++;
      continue;
    }
    total += wordTokens(run) + Math.ceil(digits / 3) * (isDigit(code) ? 0 : 1);
    run = 0;
    if (isDigit(code)) {
      digits++;
      continue;
    }
    digits = 0;
    if (code > 0x2e7f) total += 0.9;
    else if (code > 0x20) total += 0.7;
    else if (code === 0x0a) total += 0.5;
  }
  return total + wordTokens(run) + Math.ceil(digits / 3);
}

const lettersPerToken = 6;
const wordTokens = (letters: number): number => (letters === 0 ? 0 : Math.max(1, letters / lettersPerToken));
const isLetter = (code: number): boolean => (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0xc0 && code <= 0x2e7f);
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

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
