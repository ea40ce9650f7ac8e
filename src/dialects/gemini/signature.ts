// What stands in `thoughtSignature`: Gemini's own signature, another vendor's reasoning on its way through a Gemini client,
// or Google's word for a missing one.
import type { Part } from '../../canonical/request.ts';
import { packEncryptedContent, packEncryptedReasoning, unpackEncryptedContent, unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { defined } from '../../lib/json.ts';

/** Accepted for a call without signature; it hurts quality, so it is the last resort (ai.google.dev/gemini-api/docs/thought-signatures). */
export const skipSignature = 'skip_thought_signature_validator';
const skipWords: ReadonlySet<string> = new Set([
  skipSignature, Buffer.from(skipSignature).toString('base64'), 'context_engineering_is_the_way_to_go',
]);

/** The signature that a client brought back, unless it is a word for none. */
export const realSignature = (signature: string | undefined): string | undefined =>
  signature === undefined || signature === '' || skipWords.has(signature) ? undefined : signature;

// Google's SDK for Python refuses an answer whose signatures are not base64, so what is none travels as base64 of itself.
const carrierPrefix = /^(litellm_encrypted_reasoning|weir_signature|weir_redacted):/;

const isBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;

function carried(text: string | undefined): string | undefined {
  if (text === undefined || isBase64(text)) return text;
  return Buffer.from(carrierPrefix.test(text) ? text : packEncryptedContent({ kind: 'signature', value: text })).toString('base64');
}

/** The text that was put into base64 for the way; other signatures as they are. */
export function uncarried(signature: string | undefined): string | undefined {
  if (signature === undefined) return undefined;
  const text = Buffer.from(signature, 'base64').toString('utf8');
  return carrierPrefix.test(text) ? text : signature;
}

/** The reasoning part for a thought and its signature. */
export function readThought(text: string, given: string | undefined): Part {
  const signature = uncarried(given);
  const encrypted = unpackEncryptedReasoning(signature);
  const content = signature === undefined ? undefined : unpackEncryptedContent(signature);
  if (content?.kind === 'redacted') return { type: 'redacted-thinking', data: content.value };
  return defined<Part>({
    type: 'thinking', text, encrypted, itemId: undefined,
    signature: encrypted === undefined ? realSignature(content?.kind === 'signature' ? content.value : signature) : undefined,
  });
}

/** What a Gemini client brings back for a block of reasoning. */
export function writeThoughtSignature(signature: string | undefined, encrypted: string | undefined, redacted: string | undefined): string | undefined {
  if (redacted !== undefined) return carried(unpackEncryptedReasoning(redacted) === undefined ? packEncryptedContent({ kind: 'redacted', value: redacted }) : redacted);
  return carried(encrypted === undefined ? signature : packEncryptedReasoning(encrypted));
}
