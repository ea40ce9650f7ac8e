// Requests that pass to a provider as they are, and its answers likewise: what is kept there (files, batches, earlier answers), and the
// provider's own routes.
import { Connection } from './connection.ts';
import { connectionFault, responseFault } from './failure.ts';
import { fail, ok, type Result } from '../canonical/fault.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { ProviderRequest, ProviderResponse } from '../http/provider-response.ts';
import type { Wire } from './connection.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

/** A request that passes. */
export interface Passing extends Pick<ProviderRequest, 'method' | 'headers' | 'body'> {
  url: string;
  /** Aborted when the client leaves. */
  signal: CancelSignal;
  timeoutMs: number;
}

/** The provider's response with a good status, or a fault. */
export async function passThrough(passing: Passing, deployment: Deployment, wire: Wire): Promise<Result<Response>> {
  const connection = new Connection(passing.signal, passing.timeoutMs);
  try {
    const response = await wire.send(passing.url, { method: passing.method, headers: passing.headers, body: passing.body, signal: connection.signal });
    if (response.status >= 300) return fail(await responseFault(response, deployment));
    return ok(passedResponse(response));
  } catch {
    return fail(connectionFault(connection.reason, deployment, passing.timeoutMs));
  } finally {
    connection.settle();
  }
}

/** A path behind an address, before the address's query; `search` is the client's own query. */
export function urlBehind(address: string, path: string, search: string): string {
  const [base = '', query = ''] = address.split('?', 2);
  const whole = [query, search].filter((part) => part !== '').join('&');
  return base + path + (whole === '' ? '' : `?${whole}`);
}

/** A response as it goes on to the client, whatever its status. */
export const passedResponse = (response: ProviderResponse): Response => new Response(streamOf(response), { status: response.status, headers: passedHeaders(response) });

/** A provider's body as the platform's stream. */
function streamOf(response: ProviderResponse): ReadableStream<Uint8Array> | null {
  const reader = response.body?.getReader();
  if (!reader) return null;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (value && value.length > 0) controller.enqueue(value);
      if (done) controller.close();
    },
    cancel: () => reader.cancel(),
  });
}

/** The headers that describe a body; the rest is between provider and gateway. */
function passedHeaders(response: ProviderResponse): Headers {
  const headers = new Headers();
  for (const name of ['content-type', 'content-disposition', 'retry-after', 'request-id', 'x-request-id']) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return headers;
}
