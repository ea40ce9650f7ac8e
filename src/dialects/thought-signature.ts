// Gemini's thought signature must come back with the tool call that it belongs to, through clients that know nothing of it.
// It travels inside the call's id, as LiteLLM does it (`call_x__thought__<base64>`), so its sessions can be continued.

const mark = '__thought__';
// For signatures that are not plain base64; the text follows as base64url.
const encodedMark = '__thoughtx__';

/** The id that carries the signature. The result holds only characters that Anthropic's clients take in ids when `id` does. */
export function packSignature(id: string, signature: string | undefined): string {
  if (!signature || id.includes(mark) || id.includes(encodedMark)) return id;
  const bytes = Buffer.from(signature, 'base64');
  return bytes.toString('base64') === signature
    ? `${id}${mark}${bytes.toString('base64url')}`
    : `${id}${encodedMark}${Buffer.from(signature, 'utf8').toString('base64url')}`;
}

/** The id and the signature that it carried. */
export function unpackSignature(id: string): { id: string; signature?: string } {
  const at = id.indexOf(mark);
  if (at !== -1) return { id: id.slice(0, at), signature: Buffer.from(id.slice(at + mark.length), 'base64').toString('base64') };
  const encodedAt = id.indexOf(encodedMark);
  if (encodedAt === -1) return { id };
  return { id: id.slice(0, encodedAt), signature: Buffer.from(id.slice(encodedAt + encodedMark.length), 'base64url').toString('utf8') };
}
