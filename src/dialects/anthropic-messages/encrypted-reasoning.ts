// Reasoning that OpenAI encrypts travels through Anthropic's clients in the place of a signature, in LiteLLM's form,
// so that its sessions can be continued.

const prefix = 'litellm_encrypted_reasoning:';

/** The encrypted reasoning in a signature or in redacted data; undefined when it is Anthropic's own. */
export const encryptedOf = (signature: string): string | undefined =>
  (signature.startsWith(prefix) ? signature.slice(prefix.length) : undefined);

/** The signature that carries encrypted reasoning. */
export const signatureOfEncrypted = (encrypted: string): string => prefix + encrypted;
