// What the upstream side sees of a provider's response. Bun's own `Response` is one too, so that tests and proxies can use `fetch`.
import type { CancelSignal } from '../lib/cancellation.ts';
import { FileBody } from './stored/file-body.ts';
import { ReaderSource, type ByteSource } from './byte-source.ts';
import type { Later } from '../lib/later.ts';

/** A provider's response. */
export interface ProviderResponse {
  readonly status: number;
  readonly headers: ProviderHeaders;
  /** The whole body; at once where all of it is there. */
  arrayBuffer(): Later<ArrayBuffer | Buffer>;
  /** The body in parts, as they come. */
  readonly body: { getReader(): ProviderReader } | null;
  /** The same without a promise for each part, where the connection is our own. Only one of the three may be used. */
  source?(): ByteSource;
}

/** Headers that can be looked at. */
export interface ProviderHeaders {
  get(name: string): string | null;
  forEach(visit: (value: string, name: string) => void): void;
}

/** The headers of an answer that no provider gave. */
export const noHeaders: ProviderHeaders = { get: () => null, forEach: () => undefined };

/** Reads a body part by part. `read` rejects when the connection breaks off. */
export interface ProviderReader {
  read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
  cancel(): Promise<void>;
}

/** A request to a provider. */
export interface ProviderRequest {
  method: string;
  headers: Readonly<Record<string, string>>;
  /** The body; in pieces, where that saves copying it, or in a file, where it is large. */
  body: Uint8Array<ArrayBuffer> | readonly Buffer[] | FileBody;
  signal: CancelSignal;
  /** The longest time until there is a connection; without it as long as the request may take. */
  connectTimeoutMs?: number | undefined;
}

/** Sends a request. Rejects when there is no response. Redirects are never followed. */
export type Send = (url: string, request: ProviderRequest) => Promise<ProviderResponse>;

/** The whole body in one piece; nothing of one that lies in a file, as only uploads do. */
export function bodyBytes(body: ProviderRequest['body']): Uint8Array<ArrayBuffer> {
  if (body instanceof Uint8Array) return body;
  return body instanceof FileBody ? Buffer.alloc(0) : Buffer.concat(body);
}

/** A body that was read, as a Buffer, without copying it again. */
export const asBuffer = (body: ArrayBuffer | Buffer): Buffer => (Buffer.isBuffer(body) ? body : Buffer.from(body));

/** A response's body as it comes; null when it has none. */
export function sourceOf(response: ProviderResponse): ByteSource | null {
  if (response.source) return response.source();
  return response.body ? new ReaderSource(response.body.getReader()) : null;
}
