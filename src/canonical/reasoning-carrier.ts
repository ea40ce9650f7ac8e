// How reasoning that belongs to one vendor travels through the members of another dialect and comes back unharmed:
// a Responses item's encrypted content in Anthropic's `signature` or `data`, and Anthropic's signatures and redacted
// thinking in a Responses item's `encrypted_content`.

// LiteLLM's prefix, so that sessions started there go on here.
const encryptedPrefix = 'litellm_encrypted_reasoning:';
const signaturePrefix = 'weir_signature:';
const redactedPrefix = 'weir_redacted:';

/** Encrypted Responses reasoning as a signature, or as the data of redacted thinking. */
export const packEncryptedReasoning = (encrypted: string): string => encryptedPrefix + encrypted;

/** The encrypted reasoning in a signature or in redacted data; undefined when it is a real one. */
export function unpackEncryptedReasoning(signature: string | undefined): string | undefined {
  return signature?.startsWith(encryptedPrefix) ? signature.slice(encryptedPrefix.length) : undefined;
}

/** What a Responses item's `encrypted_content` holds. */
export type EncryptedContent =
  | { kind: 'encrypted'; value: string }
  | { kind: 'signature'; value: string }
  | { kind: 'redacted'; value: string };

/** Another vendor's signature or redacted data as a Responses item's `encrypted_content`. */
export function packEncryptedContent(content: EncryptedContent): string {
  if (content.kind === 'encrypted') return content.value;
  return (content.kind === 'signature' ? signaturePrefix : redactedPrefix) + content.value;
}

/** Tells whose reasoning a Responses item carries. */
export function unpackEncryptedContent(value: string): EncryptedContent {
  if (value.startsWith(signaturePrefix)) return { kind: 'signature', value: value.slice(signaturePrefix.length) };
  if (value.startsWith(redactedPrefix)) return { kind: 'redacted', value: value.slice(redactedPrefix.length) };
  return { kind: 'encrypted', value };
}
