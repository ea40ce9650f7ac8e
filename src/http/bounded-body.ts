// Reads a provider's body that nobody may make larger than it should be: not by declaring no length, and not by packing it.
import { after, type Later } from '../lib/later.ts';
import { asBuffer, type ProviderReader, type ProviderResponse } from './provider-response.ts';

/** The whole body, or null when it is larger than `maxBytes`; then no more of it is read. At once where all of it is there. */
export function boundedBody(response: ProviderResponse, maxBytes: number): Later<Buffer | null> {
  const { headers, body } = response;
  const declared = Number(headers.get('content-length') ?? Number.NaN);
  if (declared > maxBytes) return after(body?.getReader().cancel(), () => null);
  if (!body || (declared >= 0 && headers.get('content-encoding') === null)) return after(response.arrayBuffer(), asBuffer);
  return boundedParts(body.getReader(), maxBytes);
}

async function boundedParts(reader: ProviderReader, maxBytes: number): Promise<Buffer | null> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || !value) break;
    sizeBytes += value.length;
    if (sizeBytes > maxBytes) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
  const [first] = parts;
  return first && parts.length === 1 ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : Buffer.concat(parts);
}
