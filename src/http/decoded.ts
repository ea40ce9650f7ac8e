// Unpacks bodies of servers that compress although they were asked not to.
import type { ProviderResponse } from './provider-response.ts';

const formats: Readonly<Record<string, 'gzip' | 'deflate' | 'brotli' | 'zstd'>> = { 'gzip': 'gzip', 'x-gzip': 'gzip', 'deflate': 'deflate', 'br': 'brotli', 'zstd': 'zstd' };

/** The response with its body unpacked; the same response when it is not packed. */
export function decoded(response: ProviderResponse): ProviderResponse {
  const format = formats[response.headers.get('content-encoding')?.trim().toLowerCase() ?? ''];
  if (!format || !response.body) return response;
  const reader = response.body.getReader();
  const packed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done || !value) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
    cancel: () => reader.cancel(),
  });
  const unpacked = packed.pipeThrough(new DecompressionStream(format as CompressionFormat));
  return { status: response.status, headers: response.headers, body: unpacked, arrayBuffer: () => new Response(unpacked).arrayBuffer() };
}
