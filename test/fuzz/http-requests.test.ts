// Requests as attackers write them, on real sockets: the server must see in a connection's bytes what the reference sees, however they are
// cut into packets and whether its handlers read the bodies or not. WEIR_FUZZ_SEED repeats a run, WEIR_FUZZ_MS makes it longer.
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { cut } from '../support/cut.ts';
import { listen, type HttpServer } from '../../src/http/server/listen.ts';
import { reference, type Said } from './http-reference.ts';
import { Reply, ReplyHeaders, type AnyReply } from '../../src/http/reply.ts';
import type { IncomingRequest } from '../../src/http/incoming.ts';
import type { Later } from '../../src/lib/later.ts';

const seed = Number(process.env['WEIR_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const timeMs = Number(process.env['WEIR_FUZZ_MS'] ?? 8_000);

interface Seen {
  method: string;
  target: string;
  /** Null: the handler did not ask for it. */
  body: string | null;
}

let server: HttpServer;
let seen: Seen[] = [];

function answer(request: IncomingRequest): Later<AnyReply> {
  const { method, target } = request;
  const reply = new Reply(200, new ReplyHeaders(), target);
  if (target.startsWith('/read')) {
    return Promise.resolve(request.read(1_000_000, 5_000)).then((read) => {
      if (read.kind === 'bytes') seen.push({ method, target, body: read.bytes.toString('latin1') });
      return reply;
    });
  }
  seen.push({ method, target, body: null });
  return target.startsWith('/later') ? Bun.sleep(2).then(() => reply) : reply;
}

beforeAll(() => {
  console.log(`WEIR_FUZZ_SEED=${seed}`);
  server = listen({ hostname: '127.0.0.1', port: 0, idleTimeoutMs: 60_000, answer });
});
afterAll(() => server.destroy());

const target = fc.constantFrom('/read', '/read/b?x=1', '/now', '/now/y', '/later', '/later/z');
const method = fc.constantFrom('GET', 'POST', 'PUT', 'HEAD', 'OPTIONS');
const version = fc.constantFrom('HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 ', 'http/1.1');
// A body that is a request itself is what smugglers send.
const body = fc.constantFrom('', 'abc', '{"model":"m"}', 'GET /now/smuggled HTTP/1.1\r\nhost: a\r\n\r\n', '\r\n\r\n', '0\r\n\r\nGET /now/smuggled HTTP/1.1\r\nhost: a\r\n\r\n', 'x'.repeat(3_000));
const odd = fc.constantFrom(
  'x-a: b', 'connection: close', 'Connection: keep-alive', 'connection: x, close', 'expect: 100-continue', 'expect: tea', 'content-length: 3', 'Content-Length: 3, 3', 'content-length: +3', 'content-length: 0x3', 'content-length: -1',
  'content-length: 3 ', 'content-length : 3', 'content-length: 3\nx: y', 'content-length:', 'content-length: 99999999999999999999', 'transfer-encoding: chunked', 'Transfer-Encoding: xchunked', 'transfer-encoding: chunked, identity', 'transfer-encoding: identity',
  'transfer-encoding: \tchunked\t', 'transfer-encoding: chunked\r\n x', 'transfer_encoding: chunked', 'x: y\rtransfer-encoding: chunked', 'x\u0000: y', 'x: \u0000', ' folded: no', 'no colon here', ': empty', 'host: b', 'x: \u00e4', 'x-long: '.padEnd(500, 'z'),
);
const chunkLine = fc.constantFrom('', '', '', ';x=y', ' ', '\t;a', ';"q"', '\n', ' 1', 'g', ';x\n', ';\u0000');
const trailers = fc.constantFrom('', '', 't: u\r\n', 'content-length: 5\r\n', 'no colon\r\n', 'a: b\nc: d\r\n');

const chunked = fc.tuple(body, fc.nat(40), chunkLine, trailers).map(([text, at, line, trailer]) => {
  const pieces = [text.slice(0, at), text.slice(at)].filter((piece) => piece !== '');
  return `${pieces.map((piece) => `${piece.length.toString(16)}${line}\r\n${piece}\r\n`).join('')}0\r\n${trailer}\r\n`;
});
const framed = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ headers: [] as string[], body: '' }) },
  { weight: 5, arbitrary: body.map((text) => ({ headers: [`content-length: ${text.length}`], body: text })) },
  { weight: 5, arbitrary: chunked.map((text) => ({ headers: ['transfer-encoding: chunked'], body: text })) },
  { weight: 1, arbitrary: fc.tuple(body, chunked).map(([text, other]) => ({ headers: [`content-length: ${text.length}`, 'transfer-encoding: chunked'], body: other })) },
);
const request = fc.tuple(method, target, version, framed, fc.array(odd, { maxLength: 1 }), fc.constantFrom('', '', '', '', '\r\n'), fc.nat(4)).map(([verb, path, spoken, { headers, body: text }, more, before, drop]) =>
  `${before}${verb} ${path} ${spoken}\r\n${[...(drop === 0 ? [] : ['host: a']), ...headers, ...more].map((line) => `${line}\r\n`).join('')}\r\n${text}`);
/** Now and then a byte is another one, or one too many. */
const damage = fc.option(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.constantFrom('\r', '\n', ' ', '\u0000', ':', '0', '\r\n', '\t'), fc.boolean()), { freq: 4, nil: null });
const connection = fc.tuple(fc.array(request, { minLength: 1, maxLength: 4 }), damage).map(([requests, harm]) => {
  const bytes = requests.join('');
  if (!harm) return bytes;
  const at = Math.floor(harm[0] * bytes.length);
  return bytes.slice(0, at) + harm[1] + bytes.slice(harm[2] ? at : at + 1);
});
const last = 'GET /now/last HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n';

/** Sends the pieces; gives what came back, once the connection is over or, where that is not to be expected, enough was seen. */
async function talk(pieces: readonly Buffer[], enough: number | null): Promise<{ text: string; closed: boolean }> {
  const socket = connect(server.port, '127.0.0.1');
  const { promise: closed, resolve } = Promise.withResolvers<boolean>();
  let text = '';
  socket.on('data', (data) => {
    text += data.toString('latin1');
  }).on('end', () => resolve(true)).on('close', () => resolve(true)).on('error', () => resolve(true));
  for (const piece of pieces) {
    if (socket.destroyed) break;
    socket.write(piece);
    await new Promise(setImmediate);
  }
  const waiting = async (): Promise<boolean> => {
    for (let quiet = 0; quiet < 6; quiet++) await Bun.sleep(seen.length < (enough ?? 0) ? 20 : 2);
    return false;
  };
  const ended = await (enough === null ? Promise.race([closed, Bun.sleep(3_000).then(() => false)]) : Promise.race([closed, waiting()]));
  socket.destroy();
  return { text, closed: ended };
}

/** A body that its handler leaves, and whose end is not known or was not promised, may be the end of the connection. */
const mayEnd = (said: Said): boolean => said.kind === 'request' && !said.target.startsWith('/read') && (said.framing === 'chunked' || said.expects);
const asSeen = ({ method: verb, target: path, body: text }: Said & { kind: 'request' }): Seen => ({ method: verb, target: path, body: path.startsWith('/read') ? text : null });

test('the server sees what the reference sees', async () => {
  await fc.assert(fc.asyncProperty(connection, fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 12 }), async (bytes, sizes) => {
    const all = bytes + last;
    const said = reference(all);
    const requests = said.filter((one) => one.kind === 'request');
    const end = said.at(-1);
    seen = [];
    const { text, closed } = await talk(cut(Buffer.from(all, 'latin1'), sizes), end?.kind === 'unfinished' ? requests.length : null);
    const shown = JSON.stringify({ all, said, seen, text }, null, 1);
    const expected = requests.map(asSeen);
    // Whoever does not read a body has answered before it is known that it is bad, or not there.
    const begun = end && end.kind !== 'request' && end.target !== null && !end.target.startsWith('/read') && seen.length === expected.length + 1 ? seen.slice(0, -1) : seen;
    const early = closed && begun.length < expected.length && requests.slice(0, begun.length).some(mayEnd);
    expect(begun, shown).toEqual(early ? expected.slice(0, begun.length) : expected);
    if (end?.kind !== 'unfinished') expect(closed, shown).toBe(true);
    const refusals = (text.match(/HTTP\/1\.1 [45]\d\d /g) ?? []).length;
    expect(refusals, shown).toBeLessThanOrEqual(end?.kind === 'refused' ? 1 : 0);
    expect((text.match(/HTTP\/1\.1 200 /g) ?? []).length, shown).toBe(seen.length);
  }), { seed, numRuns: 100_000, interruptAfterTimeLimit: timeMs, markInterruptAsFailure: false });
}, timeMs + 60_000);
