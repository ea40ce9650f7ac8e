// Sends requests by the platform's `fetch`: where there is TLS or a proxy.
import { abortSignalOf } from '../lib/cancellation.ts';
import { bodyBytes, type ProviderRequest, type Send } from './provider-response.ts';
import { FileBody, webStreamOfFile } from './stored/file-body.ts';
import { goneAtOnceMs } from './pool.ts';

/** `fetch`, or what stands in for it. */
export type Fetcher = (url: string, init: RequestInit) => Promise<Response>;

/** Sends by `fetch`. */
export const sendByFetch = (fetcher: Fetcher): Send => (url, request) => {
  const { method, headers, body, signal } = request;
  if (body instanceof FileBody) return sendFileByFetch(fetcher, url, request, body);
  return fetcher(url, { method, headers, ...(body.length > 0 && { body: bodyBytes(body) }), signal: abortSignalOf(signal), redirect: 'manual' });
};

/**
 * Sends a body from its file, as a stream of the length that it has. `fetch` itself sends a stream once; a server may close a kept connection just when it is used again: that shows at once, and then the
 * file is sent on a new one.
 */
async function sendFileByFetch(fetcher: Fetcher, url: string, request: ProviderRequest, body: FileBody): Promise<Response> {
  const sentMs = performance.now();
  try {
    return await sendOnce(fetcher, url, request, body, {});
  } catch (error) {
    if (request.signal.aborted || performance.now() - sentMs >= goneAtOnceMs) throw error;
  }
  return sendOnce(fetcher, url, request, body, { keepalive: false });
}

async function sendOnce(fetcher: Fetcher, url: string, { method, headers, signal }: ProviderRequest, body: FileBody, more: { keepalive?: false }): Promise<Response> {
  const { stream, close } = webStreamOfFile(body);
  signal.addEventListener('abort', close, { once: true });
  try {
    return await fetcher(url, { method, headers: { ...headers, 'content-length': String(body.length) }, body: stream, signal: abortSignalOf(signal), redirect: 'manual', ...more });
  } catch (error) {
    // A stream that nobody began to read is cancelled by nobody.
    close();
    throw error;
  }
}
