// Fetches what an address in a request leads to (a picture, a document), without letting the request's author look around from where the
// gateway stands: http and https only, every address that the name resolves to must be public, the connection goes to the very address that
// was looked at, each redirect is judged anew, and size, time and count are bounded. Nothing of the caller or of a provider goes along.
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { lookup } from 'node:dns/promises';
import { isPublicAddress } from './public-address.ts';
import { maxFetchMs, maxFetchRedirects } from '../lib/bounds.ts';
import { ResponseParser } from './response-parser.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { HttpHeaders } from './headers.ts';

/** What was found. */
export interface Fetched {
  bytes: Buffer;
  /** As the server says, in lower case and without parameters; empty when it says nothing. */
  mediaType: string;
}

/** What was found, or why nothing was; the reason may be told to whoever sent the address. */
export type FetchOutcome = { kind: 'found'; found: Fetched } | { kind: 'refused'; reason: string };

/** Fetches an address. */
export type GuardedFetch = (url: string, maxBytes: number, signal: CancelSignal) => Promise<FetchOutcome>;

/** How the guard decides. */
export interface GuardOptions {
  /** Hosts (`files.internal`, `10.0.0.5:9000`) that are fetched from wherever they stand. */
  allowedHosts: ReadonlySet<string>;
  /** Finds a name's addresses. */
  resolve?: (hostname: string) => Promise<readonly string[]>;
  /** Certificates of authorities to believe besides the system's. */
  authorities?: string;
}

const usualPorts: ReadonlySet<number> = new Set([80, 443, 8080, 8443]);
const allAddresses = async (hostname: string): Promise<readonly string[]> => (await lookup(hostname, { all: true })).map(({ address }) => address);

class Refused extends Error {}

/** A fetch behind the guard. */
export function guardedFetch(options: GuardOptions): GuardedFetch {
  return async (given, maxBytes, signal) => {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const stop = new AbortController();
    const onAbort = (): void => reject(new Refused('it was not wanted any more'));
    const timer = setTimeout(() => reject(new Refused('it took too long')), maxFetchMs);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return { kind: 'found', found: await Promise.race([follow(given, maxBytes, options, stop.signal), late]) };
    } catch (error) {
      return { kind: 'refused', reason: error instanceof Refused ? error.message : 'the server could not be reached' };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      stop.abort();
    }
  };
}

async function follow(given: string, maxBytes: number, options: GuardOptions, signal: AbortSignal): Promise<Fetched> {
  let next = given;
  for (let hop = 0; hop <= maxFetchRedirects; hop++) {
    const url = checkedUrl(next, options);
    const answer = await ask(url, await addressOf(url, options), maxBytes, options, signal);
    if ('bytes' in answer) return answer;
    next = URL.canParse(answer.location, url.href) ? new URL(answer.location, url.href).href : '';
  }
  throw new Refused('it leads on too often');
}

function checkedUrl(text: string, { allowedHosts }: GuardOptions): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw new Refused('it is no http or https address');
  if (url.username !== '' || url.password !== '') throw new Refused('it holds a user name or a password');
  if (!usualPorts.has(portOf(url)) && !isAllowed(url, allowedHosts)) throw new Refused('its port is not one of the web');
  return url;
}

const portOf = (url: URL): number => Number(url.port || (url.protocol === 'https:' ? 443 : 80));
const hostnameOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '');
const isAllowed = (url: URL, hosts: ReadonlySet<string>): boolean => hosts.has(url.hostname) || hosts.has(`${url.hostname}:${portOf(url)}`);

/** The address to connect to. One name with a public and a private address is as bad as a private one. */
async function addressOf(url: URL, options: GuardOptions): Promise<string> {
  const hostname = hostnameOf(url);
  const addresses = isIP(hostname) > 0 ? [hostname] : await (options.resolve ?? allAddresses)(hostname).catch(() => []);
  const [first] = addresses;
  if (first === undefined) throw new Refused('its name is not known');
  if (!isAllowed(url, options.allowedHosts) && !addresses.every(isPublicAddress)) throw new Refused('it does not lead to the public internet');
  return first;
}

/** Asks the server at this address for what the URL names. */
function ask(url: URL, address: string, maxBytes: number, { authorities }: GuardOptions, signal: AbortSignal): Promise<Fetched | { location: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<Fetched | { location: string }>();
  const secure = url.protocol === 'https:';
  const hostname = hostnameOf(url);
  const socket: Socket = secure
    // The certificate must be that of the name, although the connection goes to the address.
    ? connectTls({ host: address, port: portOf(url), ...(isIP(hostname) === 0 && { servername: hostname }), ...(authorities !== undefined && { ca: authorities }) })
    : connectPlain({ host: address, port: portOf(url) });
  const end = (outcome: Fetched | { location: string } | Error): void => {
    socket.destroy();
    if (outcome instanceof Error) reject(outcome);
    else resolve(outcome);
  };
  const answer = new Answer(maxBytes, end);
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  socket.on(secure ? 'secureConnect' : 'connect', () => {
    socket.write(`GET ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\nuser-agent: weir\r\naccept: */*\r\naccept-encoding: identity\r\nconnection: close\r\n\r\n`);
  });
  socket.on('data', (data: Buffer) => answer.take(data));
  socket.on('error', () => end(new Refused('the server could not be reached')));
  socket.on('close', () => answer.close());
  return promise;
}

/** One response as it comes in. */
class Answer {
  private readonly parts: Buffer[] = [];
  private bytes = 0;
  private mediaType = '';
  private over = false;
  private readonly parser = new ResponseParser({
    onHead: (status, headers) => this.head(status, headers),
    onBody: (part) => this.body(part),
    onEnd: () => this.end({ bytes: Buffer.concat(this.parts), mediaType: this.mediaType }),
  });

  constructor(private readonly maxBytes: number, private readonly tell: (outcome: Fetched | { location: string } | Error) => void) {}

  take(data: Buffer): void {
    if (!this.over && this.parser.push(data) !== null) this.end(new Refused('the server does not answer as it should'));
  }

  close(): void {
    if (!this.over && this.parser.close() !== null) this.end(new Refused('the server broke off'));
  }

  private head(status: number, headers: HttpHeaders): void {
    const location = headers.get('location');
    if (status >= 300 && status < 400 && location !== null) return this.end({ location });
    if (status !== 200) return this.end(new Refused(`the server answered ${status}`));
    if ((headers.get('content-encoding') ?? 'identity') !== 'identity') return this.end(new Refused('the server packs what it sends'));
    if (Number(headers.get('content-length') ?? 0) > this.maxBytes) return this.tooLarge();
    this.mediaType = (headers.get('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  }

  private body(part: Buffer): void {
    if (this.over) return;
    this.bytes += part.length;
    if (this.bytes > this.maxBytes) this.tooLarge();
    else this.parts.push(Buffer.from(part));
  }

  private tooLarge(): void {
    this.end(new Refused(`it is larger than ${Math.floor(this.maxBytes / 1024 / 1024)} MB`));
  }

  private end(outcome: Fetched | { location: string } | Error): void {
    if (this.over) return;
    this.over = true;
    this.tell(outcome);
  }
}
