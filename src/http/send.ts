// Sends requests over plain HTTP on our own connections, which cost a third of what `fetch` does; everything else (HTTPS, proxies)
// goes by `fetch`. docs/decisions/http-client.md has the figures.
import { FileBody } from './stored/file-body.ts';
import type { ProviderRequest, Send } from './provider-response.ts';
import { sendByFetch } from './send-by-fetch.ts';
import { HttpError, type Message } from './connection.ts';
import { Pool } from './pool.ts';
import { withProbe } from './connect-probe.ts';

const pools = new Map<string, Pool>();
const sweepMs = 1_000;
const fetchSend = sendByFetch((url, init) => fetch(url, init));

/** Where a request goes, worked out once for each address. */
interface Destination {
  pool: Pool | null;
  path: string;
  host: string;
}

const destinations = new Map<string, Destination>();
const maxDestinations = 10_000;
const maxHeads = 1_000;
const heads = new WeakMap<ProviderRequest['headers'], Map<string, string>>();

/** Sends a request. */
export const send: Send = (url, request) => {
  const { pool, path, host } = destinationOf(url);
  if (!pool) return request.connectTimeoutMs === undefined || proxied() ? fetchSend(url, request) : withProbe(url, request.connectTimeoutMs, fetchSend(url, request));
  const head = headOf(url, path, host, request);
  if (head === null) return Promise.reject(new HttpError('protocol', 'a header of the request is malformed'));
  return pool.send(messageOf(head, request.body), request.signal, request.connectTimeoutMs);
};

function destinationOf(url: string): Destination {
  let destination = destinations.get(url);
  if (!destination) {
    const { protocol, hostname, port, host, pathname, search } = new URL(url);
    const plain = protocol === 'http:' && !proxied();
    destination = { pool: plain ? poolOf(hostname.replace(/^\[|\]$/g, ''), Number(port || 80)) : null, path: pathname + search, host };
    if (destinations.size < maxDestinations) destinations.set(url, destination);
  }
  return destination;
}

const proxied = (): boolean => Boolean(process.env['HTTP_PROXY'] ?? process.env['http_proxy'] ?? process.env['HTTPS_PROXY'] ?? process.env['https_proxy']);

let sweeper: ReturnType<typeof setInterval> | null = null;

function poolOf(hostname: string, port: number): Pool {
  const key = `${hostname} ${port}`;
  let pool = pools.get(key);
  if (!pool) {
    pool = new Pool(hostname, port);
    pools.set(key, pool);
    sweeper ??= setInterval(() => {
      for (const known of pools.values()) known.sweep(performance.now());
    }, sweepMs);
    sweeper.unref();
  }
  return pool;
}

/** The head up to the length of the body; kept for headers that are the same object each time. */
function headOf(url: string, path: string, host: string, { method, headers }: ProviderRequest): string | null {
  const known = heads.get(headers)?.get(url);
  if (known !== undefined) return known;
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return null;
    head += `${name}: ${value}\r\n`;
  }
  if (!/accept-encoding/i.test(head)) head += 'accept-encoding: identity\r\n';
  const byUrl = heads.get(headers) ?? new Map<string, string>();
  // Where a client's model name stands in the path there are as many addresses as names.
  if (byUrl.size < maxHeads) byUrl.set(url, head);
  heads.set(headers, byUrl);
  return head;
}

function messageOf(head: string, body: ProviderRequest['body']): Message {
  if (body instanceof FileBody) return { head: `${head}content-length: ${body.length}\r\n\r\n`, body };
  const pieces = body instanceof Uint8Array ? [Buffer.from(body.buffer, body.byteOffset, body.byteLength)] : body;
  let length = 0;
  for (const piece of pieces) length += piece.length;
  return { head: `${head}content-length: ${length}\r\n\r\n`, body: pieces };
}
