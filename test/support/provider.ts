// A provider whose answers a test writes, on a real socket: it can answer well, badly, slowly, halfway or not at all, byte by byte.
// It records what it was sent and when the connection was closed. It stands only for paid providers.
import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** A request as it arrived. */
export interface SeenCall {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  body: Buffer;
  /** The body as JSON; an empty object when it is none. */
  json: Record<string, unknown>;
  model: string;
  /** `performance.now()` when the whole request was there. */
  arrivedMs: number;
  /** Tells `performance.now()` when the connection was closed by the other side or by us. */
  closed: Promise<number>;
  /** True once the connection is closed. */
  isClosed(): boolean;
}

/** Answers one call. */
export type Play = (line: Line, call: SeenCall) => void | Promise<void>;

/** The provider's end of one connection, for one answer. */
export class Line {
  constructor(readonly socket: Socket) {}

  /** Writes bytes as they are; resolves when the socket has taken them. */
  async raw(bytes: string | Uint8Array): Promise<void> {
    if (this.socket.destroyed) return;
    if (!this.socket.write(bytes)) await Promise.race([once(this.socket, 'drain'), once(this.socket, 'close')]).catch(() => undefined);
  }

  /** A status line and headers. */
  head(status: number, headers: Record<string, string>): Promise<void> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.raw(`HTTP/1.1 ${status} Status\r\n${lines.join('')}\r\n`);
  }

  /** A whole answer. */
  async reply(status: number, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<void> {
    const bytes = Buffer.from(body);
    await this.head(status, { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers });
    await this.raw(bytes);
  }

  /** The head of a stream of events. */
  beginStream(headers: Record<string, string> = {}): Promise<void> {
    return this.head(200, { 'content-type': 'text/event-stream', 'transfer-encoding': 'chunked', ...headers });
  }

  /** One chunk of a chunked body. */
  chunk(bytes: string | Uint8Array): Promise<void> {
    const body = Buffer.from(bytes);
    return body.length === 0 ? Promise.resolve() : this.raw(Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]));
  }

  /** The proper end of a chunked body. */
  end(): Promise<void> {
    return this.raw('0\r\n\r\n');
  }

  /** Closes the connection as a program does that ends: nothing more will come. */
  fin(): void {
    this.socket.end();
  }

  /** Breaks the connection. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** True when the other side went away. */
  get gone(): boolean {
    return this.socket.destroyed || this.socket.readableEnded;
  }
}

/** A JSON answer. */
export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Play => (line) => line.reply(status, JSON.stringify(body), headers);

/** A stream of these pieces, `pauseMs` apart, with its proper end. */
export const stream = (pieces: readonly (string | Uint8Array)[], pauseMs = 0): Play => async (line) => {
  await line.beginStream();
  for (const piece of pieces) {
    if (pauseMs > 0) await Bun.sleep(pauseMs);
    if (line.gone) return;
    await line.chunk(piece);
  }
  await line.end();
};

/** Says nothing. */
export const silence: Play = () => undefined;

/** A running scripted provider. */
export class ScriptedProvider {
  readonly calls: SeenCall[] = [];
  /** Answers for models that have no script of their own. */
  fallback: Play = (line) => line.reply(404, JSON.stringify({ error: { message: 'no script for this model', type: 'invalid_request_error', param: null, code: null } }));
  private readonly scripts = new Map<string, Play[]>();
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server, readonly port: number) {}

  /** Starts one on a free loopback port. */
  static async start(): Promise<ScriptedProvider> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The provider has no port.');
    const provider = new ScriptedProvider(server, address.port);
    server.on('connection', (socket) => provider.serve(socket));
    return provider;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Connections that are open now. */
  get open(): number {
    return this.sockets.size;
  }

  /** What a model answers: each play once, the last one for ever after. */
  on(model: string, ...plays: Play[]): this {
    this.scripts.set(model, plays);
    return this;
  }

  /** The calls for a model. */
  callsOf(model: string): SeenCall[] {
    return this.calls.filter((call) => call.model === model);
  }

  /** Waits for the `count`-th call of a model. */
  async call(model: string, count = 1): Promise<SeenCall> {
    for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
      const found = this.callsOf(model)[count - 1];
      if (found) return found;
      await Bun.sleep(2);
    }
    throw new Error(`The provider was not called ${count} times for ${model}.`);
  }

  /** Forgets calls and scripts. */
  clear(): void {
    this.calls.length = 0;
    this.scripts.clear();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let pending: Buffer = Buffer.alloc(0);
    const closed = new Promise<number>((resolve) => {
      const gone = (): void => resolve(performance.now());
      // The other side's FIN is as good as its leaving: HTTP has no use for half-open connections.
      socket.on('end', gone);
      socket.on('close', gone);
    });
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setMaxListeners(0);
    socket.on('data', (bytes) => {
      pending = Buffer.concat([pending, Buffer.from(bytes)]);
      for (let parsed = parseRequest(pending); parsed; parsed = parseRequest(pending)) {
        pending = pending.subarray(parsed.length);
        this.answer(socket, parsed.request, closed);
      }
    });
  }

  private answer(socket: Socket, request: Pick<SeenCall, 'method' | 'path' | 'headers' | 'body'>, closed: Promise<number>): void {
    const json = jsonOf(request.body);
    const model = typeof json['model'] === 'string' ? json['model'] : /\/models\/([^/:]+)/.exec(request.path)?.[1] ?? '';
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    const call: SeenCall = { ...request, json, model, arrivedMs: performance.now(), closed, isClosed: () => isClosed };
    this.calls.push(call);
    const plays = this.scripts.get(model) ?? [];
    const play = (plays.length > 1 ? plays.shift() : plays[0]) ?? this.fallback;
    void Promise.resolve(play(new Line(socket), call)).catch(() => socket.destroy());
  }
}

function jsonOf(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}

type Parsed = { request: Pick<SeenCall, 'method' | 'path' | 'headers' | 'body'>; length: number };

function parseRequest(bytes: Buffer): Parsed | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const start = headEnd + 4;
  if (headers['transfer-encoding'] === 'chunked') return parseChunked({ method, path, headers }, bytes, start);
  const length = Number(headers['content-length'] ?? 0);
  if (bytes.length < start + length) return null;
  return { request: { method, path, headers, body: Buffer.from(bytes.subarray(start, start + length)) }, length: start + length };
}

function parseChunked(head: Omit<Parsed['request'], 'body'>, bytes: Buffer, start: number): Parsed | null {
  const pieces: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return null;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const next = lineEnd + 2 + size + 2;
    if (bytes.length < next) return null;
    if (size === 0) return { request: { ...head, body: Buffer.concat(pieces) }, length: next };
    pieces.push(Buffer.from(bytes.subarray(lineEnd + 2, lineEnd + 2 + size)));
    at = next;
  }
}
