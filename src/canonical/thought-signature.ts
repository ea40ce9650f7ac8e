// Gemini's thought signatures inside tool call ids. A client that knows nothing of signatures returns ids unchanged,
// so the id is where a signature survives. The form is LiteLLM's, so that sessions started there go on here.

const separator = '__thought__';

/** Google's word for "this call has no signature": accepted, but it hurts quality (ai.google.dev/gemini-api/docs/thought-signatures). */
export const skipThoughtSignature = 'skip_thought_signature_validator';

/** The id to show to a client: the call's id with its signature, if it has one. */
export function joinThoughtId(id: string, signature: string | undefined): string {
  return signature === undefined || signature === '' ? id : `${id}${separator}${signature}`;
}

/** Takes an id of `joinThoughtId` apart. Other ids come back as they are. */
export function splitThoughtId(id: string): { id: string; signature?: string } {
  const at = id.indexOf(separator);
  return at === -1 ? { id } : { id: id.slice(0, at), signature: id.slice(at + separator.length) };
}
