// Counts input tokens for clients that ask (`/v1/messages/count_tokens`, `:countTokens`, `/utils/token_counter`). A cheap estimate:
// an exact tokenizer on the path of requests would block everything else, and no provider's count is public.
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

// Tokens that an image costs at usual sizes (Anthropic: width × height / 750, about 1,600 at most).
const imageTokens = 1_600;
const documentTokens = 2_000;
const messageTokens = 4;
const promptTokens = 3;
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
  }
  return Math.max(1, Math.round(total + promptTokens));
}

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
