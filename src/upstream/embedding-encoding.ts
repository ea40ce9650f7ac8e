// Embeddings come as numbers or as base64 of 32-bit floats (little endian). Not every provider heeds `encoding_format`, and OpenAI's SDKs
// ask for base64 and read nothing else: what came in the other encoding is written anew.
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

const key = Buffer.from('"embedding"');

/** True when the first embedding in these bytes is not in the wanted encoding. */
export function isOtherwiseEncoded(bytes: Buffer, wanted: 'float' | 'base64'): boolean {
  let at = bytes.indexOf(key);
  // The word is also the type of each item (`"object": "embedding"`): only where a colon follows, it is the member.
  while (at !== -1) {
    const rest = /^\s*:\s*(["[])/.exec(bytes.toString('latin1', at + key.length, at + key.length + 24));
    if (rest) return (rest[1] === '"') !== (wanted === 'base64');
    at = bytes.indexOf(key, at + key.length);
  }
  return false;
}

/** The answer with all embeddings in the wanted encoding. */
export function encodeEmbeddings(answer: JsonObject, wanted: 'float' | 'base64'): JsonObject {
  const { data } = answer;
  if (!Array.isArray(data)) return answer;
  return { ...answer, data: data.map((item) => (isJsonObject(item) ? { ...item, embedding: encoded(item['embedding'] ?? null, wanted) } : item)) };
}

function encoded(embedding: Json, wanted: 'float' | 'base64'): Json {
  if (wanted === 'base64') return Array.isArray(embedding) ? Buffer.from(Float32Array.from(embedding, Number).buffer).toString('base64') : embedding;
  if (typeof embedding !== 'string') return embedding;
  const bytes = Buffer.from(embedding, 'base64');
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) => bytes.readFloatLE(index * 4));
}
