// A provider that sees an upload as it comes, on a real socket, and does with it what a test says: takes it slowly, answers before it has all
// of it, breaks off in the middle. It stands only for paid providers.
import { createServer as createPlain, type Server, type Socket } from 'node:net';
import { createServer as createSecure } from 'node:tls';
import { once } from 'node:events';

/** A request under way. */
export interface SeenUpload {
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** What came of the body so far. */
  body: Buffer[];
  bodyBytes: number;
  /** The number of the connection, from 1. */
  connection: number;
  closed: boolean;
}

/** Called with each part of a body; `whole`: it is complete. */
export type OnUpload = (socket: Socket, seen: SeenUpload, whole: boolean) => void;

/** An answer in JSON. */
export const answer = (body: unknown, status = 200): string => {
  const text = JSON.stringify(body);
  return `HTTP/1.1 ${status} Status\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
};

/** Answers with a transcript when all is there. */
export const transcribes: OnUpload = (socket, _seen, whole) => {
  if (whole) socket.write(answer({ text: 'hello' }));
};

/** A running provider. */
export class UploadProvider {
  readonly seen: SeenUpload[] = [];
  onUpload: OnUpload = transcribes;
  connections = 0;
  /** What came is kept, to be looked at. */
  keepsBodies = true;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server, readonly url: string) {}

  /** Starts one on a free loopback port; with TLS where a certificate is given. */
  static async start(tls: { key: Buffer; cert: Buffer } | null = null): Promise<UploadProvider> {
    const server = tls ? createSecure(tls) : createPlain();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The provider has no port.');
    const provider = new UploadProvider(server, `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`);
    server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => provider.serve(socket));
    return provider;
  }

  /** Forgets what it saw. */
  clear(): void {
    this.seen.length = 0;
    this.onUpload = transcribes;
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }

  private serve(socket: Socket): void {
    const connection = ++this.connections;
    this.sockets.add(socket);
    let head = '';
    let seen: SeenUpload | null = null;
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.sockets.delete(socket);
      if (seen) seen.closed = true;
    });
    socket.on('data', (bytes: Buffer) => {
      let part = bytes;
      if (!seen) {
        head += bytes.toString('latin1');
        const end = head.indexOf('\r\n\r\n');
        if (end === -1) return;
        part = Buffer.from(head.slice(end + 4), 'latin1');
        seen = { ...headOf(head.slice(0, end)), body: [], bodyBytes: 0, connection, closed: false };
        this.seen.push(seen);
        head = '';
      }
      const current = seen;
      if (this.keepsBodies) current.body.push(part);
      current.bodyBytes += part.length;
      const whole = current.bodyBytes === Number(current.headers['content-length']);
      if (whole) seen = null;
      this.onUpload(socket, current, whole);
    });
  }
}

function headOf(text: string): Pick<SeenUpload, 'path' | 'headers'> {
  const [first = '', ...lines] = text.split('\r\n');
  const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  return { path: first.split(' ')[1] ?? '', headers };
}
