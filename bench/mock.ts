// The mock provider: `bun bench/mock.ts PORT`. It speaks HTTP on bare sockets and never looks into a body, so that it costs
// little CPU on a machine that it shares with what is measured. The path says what to do:
//   /plain/…                    a whole answer at once
//   /stream/CHUNKS/GAP_MS/…     a stream
//   /held/…                     a whole answer, but only when `/control/release` is called; `/control/held` counts those that wait
// A path that ends in `/messages` is answered as Anthropic does, every other one as OpenAI chat.
import type { Socket } from 'bun';
import { httpAnswer, plainAnswer, type StreamBytes, streamAnswer } from './answers.ts';
import type { Dialect } from './routes.ts';

interface Connection {
  /** The beginning of a head that came in pieces. */
  pending: Buffer | undefined;
  path: string;
  /** Body bytes still to come; -1 for a chunked body, whose end is looked for. */
  bodyLeft: number;
  timer: ReturnType<typeof setInterval> | undefined;
  /** Bytes that the socket did not take yet. */
  unsent: Buffer | undefined;
}

type Client = Socket<Connection>;

const held = new Map<Client, Dialect>();
let heldPeak = 0;
const streams = new Map<string, StreamBytes>();

function send(client: Client, bytes: Buffer): void {
  if (client.data.unsent) {
    client.data.unsent = Buffer.concat([client.data.unsent, bytes]);
    return;
  }
  const taken = client.write(bytes);
  if (taken < bytes.length) client.data.unsent = bytes.subarray(Math.max(taken, 0));
}

function drain(client: Client): void {
  const rest = client.data.unsent;
  client.data.unsent = undefined;
  if (rest) send(client, rest);
}

function streamOf(dialect: Dialect, chunks: number): StreamBytes {
  const key = `${dialect}/${chunks}`;
  const known = streams.get(key) ?? streamAnswer(dialect, chunks);
  streams.set(key, known);
  return known;
}

function stream(client: Client, dialect: Dialect, chunks: number, gapMs: number): void {
  const { first, chunk, last } = streamOf(dialect, chunks);
  let left = chunks;
  send(client, first);
  client.data.timer = setInterval(() => {
    if (left-- > 0) return send(client, chunk);
    clearInterval(client.data.timer);
    return send(client, last);
  }, gapMs);
}

function release(): void {
  for (const [client, dialect] of held) send(client, plainAnswer[dialect]);
  held.clear();
}

function control(client: Client, what: string | undefined): void {
  const body = JSON.stringify({ now: held.size, peak: heldPeak });
  if (what === 'release') {
    release();
    heldPeak = 0;
  }
  send(client, httpAnswer('200 OK', body));
}

function answer(client: Client, path: string): void {
  const dialect: Dialect = path.includes('/messages') ? 'messages' : 'chat';
  const [, behaviour, first, second] = path.split('/');
  switch (behaviour) {
    case 'plain':
      return send(client, plainAnswer[dialect]);
    case 'stream':
      return stream(client, dialect, Number(first), Number(second));
    case 'held':
      held.set(client, dialect);
      heldPeak = Math.max(heldPeak, held.size);
      return;
    case 'control':
      return control(client, first);
    default:
      return send(client, httpAnswer('404 Not Found', '{"error":{"message":"The mock provider has no such route"}}'));
  }
}

/** Reads a head from the pieces that came, or keeps them until there is a whole one. */
function readHead(client: Client, bytes: Buffer): void {
  const state = client.data;
  const all = state.pending ? Buffer.concat([state.pending, bytes]) : bytes;
  const end = all.indexOf('\r\n\r\n');
  if (end < 0) {
    state.pending = Buffer.from(all);
    return;
  }
  state.pending = undefined;
  const head = all.toString('latin1', 0, end);
  const pathStart = head.indexOf(' ') + 1;
  state.path = head.slice(pathStart, head.indexOf(' ', pathStart));
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  state.bodyLeft = length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head) ? -1 : Number(length ?? 0);
  readBody(client, all.subarray(end + 4));
}

function readBody(client: Client, bytes: Buffer): void {
  const state = client.data;
  if (state.bodyLeft === -1) {
    if (!bytes.subarray(-5).equals(endOfChunks)) return;
    state.bodyLeft = 0;
  } else {
    state.bodyLeft -= bytes.length;
  }
  if (state.bodyLeft <= 0) {
    const path = state.path;
    state.path = '';
    answer(client, path);
  }
}

const endOfChunks = Buffer.from('0\r\n\r\n');

Bun.listen<Connection>({
  hostname: '127.0.0.1',
  port: Number(process.argv[2]),
  socket: {
    open(client) {
      client.data = { pending: undefined, path: '', bodyLeft: 0, timer: undefined, unsent: undefined };
    },
    data(client, bytes) {
      if (client.data.path) readBody(client, bytes);
      else readHead(client, bytes);
    },
    drain,
    close(client) {
      clearInterval(client.data.timer);
      held.delete(client);
    },
    error() {},
  },
});
