// Reads a provider's body that nobody may make larger than it should be: not by declaring no length, and not by packing it.
import { asBuffer, type ProviderResponse } from './provider-response.ts';

/** The whole body, or null when it is larger than `maxBytes`; then no more of it is read. */
export async function boundedBody(response: ProviderResponse, maxBytes: number): Promise<Buffer | null> {
  const { headers, body } = response;
  const declared = Number(headers.get('content-length') ?? Number.NaN);
  if (declared > maxBytes) {
    await body?.getReader().cancel();
    return null;
  }
  if (!body || (declared >= 0 && headers.get('content-encoding') === null)) return asBuffer(await response.arrayBuffer());
  const reader = body.getReader();
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
