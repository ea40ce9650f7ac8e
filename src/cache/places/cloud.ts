// Buckets behind an HTTP interface that is signed in to with a token: what their calls have in common.
import { asBuffer, type ProviderResponse, type Send } from '../../http/provider-response.ts';
import { cacheCallTimeoutMs } from '../../lib/bounds.ts';

/** How a place is reached. */
export interface CloudAccess {
  send: Send;
  /** The headers that sign a request in. Rejects when there are no credentials. */
  signIn(): Promise<Readonly<Record<string, string>>>;
}

/** A call. */
export interface CloudCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer<ArrayBuffer>;
}

/** An answer that was read. */
export interface CloudAnswer {
  status: number;
  bytes: Buffer;
}

/** Calls, and reads the answer. Rejects when there is none. */
export async function callCloud({ send, signIn }: CloudAccess, { method, url, headers, body }: CloudCall): Promise<CloudAnswer> {
  const response: ProviderResponse = await send(url, { method, headers: { ...headers, ...await signIn() }, body: body ?? Buffer.alloc(0), signal: AbortSignal.timeout(cacheCallTimeoutMs) });
  return { status: response.status, bytes: asBuffer(await response.arrayBuffer()) };
}

/** The error of a call that did not work. */
export const refusedBy = (service: string, { status }: CloudAnswer): Error => new Error(`${service} answered with status ${status}`);
