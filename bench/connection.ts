// One HTTP/1.1 connection on a bare socket, for loads that wrk cannot make: many open streams, a fixed rate, thousands of held requests.
// It reads just enough of an answer to know its status, its server-sent events, and its end.
import type { Socket } from 'bun';

/** What an answer tells while it comes. */
export interface AnswerListener {
  /** Whole server-sent events in the bytes that just came; 0 for bytes without one. Called for the first bytes too. */
  onBytes?(events: number): void;
  /** The answer is over. `status` is 0 when the connection broke before its end. */
  onEnd(status: number): void;
}

const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('0\r\n\r\n');
const newline = 10;

/** The bytes of a POST request. */
export function requestBytes(path: string, headers: Record<string, string>, body: string): Buffer {
  const lines = Object.entries({ Host: '127.0.0.1', ...headers, 'Content-Length': String(Buffer.byteLength(body)) });
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

/** A connection that carries one exchange at a time and is opened anew when the server closed it. */
export class Connection {
  readonly #port: number;
  #socket: Socket | undefined;
  #listener: AnswerListener | undefined;
  #head: Buffer | undefined;
  #status = 0;
  /** Body bytes to come; -1 for a chunked body. */
  #left = 0;
  #closing = false;
  #endsWithNewline = false;

  constructor(port: number) {
    this.#port = port;
  }

  /** Opens the connection now rather than with the first request. */
  async open(): Promise<Socket> {
    this.#socket ??= await Bun.connect({
      hostname: '127.0.0.1',
      port: this.#port,
      socket: {
        data: (_socket, bytes) => this.#read(bytes),
        close: (socket) => {
          if (this.#socket !== socket) return;
          this.#socket = undefined;
          this.#end(0);
        },
        error: () => undefined,
      },
    });
    return this.#socket;
  }

  /** Sends one request; the listener hears of its answer. The bytes must fit into the socket's buffer. */
  async send(bytes: Buffer, listener: AnswerListener): Promise<void> {
    this.#listener = listener;
    this.#head = Buffer.alloc(0);
    this.#status = 0;
    this.#endsWithNewline = false;
    try {
      const socket = this.#socket ?? (await this.open());
      if (socket.write(bytes) < bytes.length) throw new Error('The socket did not take the whole request.');
    } catch {
      this.close();
      this.#end(0);
    }
  }

  /** Leaves, as a client does that has lost interest: nothing is heard of the exchange any more. */
  close(): void {
    this.#listener = undefined;
    this.#socket?.terminate();
    this.#socket = undefined;
  }

  #read(bytes: Buffer): void {
    if (!this.#listener) return;
    if (!this.#head) return this.#readBody(bytes);
    const all = this.#head.length > 0 ? Buffer.concat([this.#head, bytes]) : bytes;
    const end = all.indexOf(headEnd);
    if (end < 0) {
      this.#head = Buffer.from(all);
      return;
    }
    this.#head = undefined;
    const head = all.toString('latin1', 0, end);
    this.#status = Number(head.slice(9, 12));
    this.#closing = /\r\nconnection: *close/i.test(head);
    this.#left = /\r\ntransfer-encoding: *chunked/i.test(head) ? -1 : Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    this.#readBody(all.subarray(end + headEnd.length));
  }

  #readBody(bytes: Buffer): void {
    this.#listener?.onBytes?.(this.#events(bytes));
    if (this.#left === -1) {
      if (bytes.subarray(-lastChunk.length).equals(lastChunk)) this.#finish();
      return;
    }
    this.#left -= bytes.length;
    if (this.#left <= 0) this.#finish();
  }

  /** Counts empty lines: each ends an event. */
  #events(bytes: Buffer): number {
    if (bytes.length === 0) return 0;
    let events = this.#endsWithNewline && bytes[0] === newline ? 1 : 0;
    for (let at = bytes.indexOf('\n\n'); at >= 0; at = bytes.indexOf('\n\n', at + 2)) events++;
    this.#endsWithNewline = bytes[bytes.length - 1] === newline;
    return events;
  }

  #finish(): void {
    if (this.#closing) {
      this.#socket?.end();
      this.#socket = undefined;
    }
    this.#end(this.#status);
  }

  #end(status: number): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.onEnd(status);
  }
}
