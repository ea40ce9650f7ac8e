// How long an upload may take: as other bodies, and longer the more has come.
import { afterAll, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { once } from 'node:events';
import { listen } from '../http/server/listen.ts';
import { readForm, readUpload, type UploadParts } from './read-upload.ts';
import { Reply, ReplyHeaders } from '../http/reply.ts';
import { silentLogger } from '../observe/logger.ts';
import { UploadStore } from '../http/stored/upload-store.ts';
import { WebRequest } from '../http/incoming.ts';

const parts: UploadParts = { uploads: new UploadStore(null), logger: silentLogger, maxRequestBytes: 64 * 1024 * 1024 };
const told: string[] = [];
const server = listen({
  port: 0, hostname: '127.0.0.1', idleTimeoutMs: 10_000,
  async answer(request) {
    const upload = await readUpload(request, parts, null, 100);
    told.push(upload.ok ? `${upload.value.length} bytes` : upload.fault.code);
    if (upload.ok) upload.value.release();
    return new Reply(200, ReplyHeaders.of({ connection: 'close' }), 'told');
  },
});
afterAll(() => server.destroy());

test.each([['declared', 'content-length: 1000000', 'x'], ['chunked', 'transfer-encoding: chunked', '1\r\nx\r\n']])('one that drips is given up: %s', async (_how, head, drop) => {
  told.length = 0;
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.write(`POST / HTTP/1.1\r\nhost: a\r\n${head}\r\n\r\n`);
  const drip = setInterval(() => socket.write(drop), 20);
  await once(socket, 'close');
  clearInterval(drip);
  expect(told).toEqual(['body_too_slow']);
  expect(parts.uploads.openFiles).toBe(0);
});

test('one of which much has come has more time', async () => {
  told.length = 0;
  const socket = connect(server.port, '127.0.0.1');
  socket.on('error', () => undefined).resume();
  socket.write('POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000005\r\n\r\n');
  socket.write(Buffer.alloc(1_000_000));
  for (let drop = 0; drop < 5; drop++) {
    await Bun.sleep(60);
    socket.write('x');
  }
  await once(socket, 'close');
  expect(told).toEqual(['1000005 bytes']);
});

test('the platform\'s request is read the same way', async () => {
  const file = Buffer.alloc(1_000_000, 7);
  const form = new FormData();
  form.append('model', 'm');
  form.append('file', new Blob([file]), 'a');
  const read = await readForm(new WebRequest(new Request('http://a/', { method: 'POST', body: form })), parts, true);
  if (!read.ok) throw new Error(read.fault.message);
  expect(parts.uploads.openFiles).toBe(1);
  expect(read.value.fields()?.object()).toEqual({ model: 'm', file: new Bun.CryptoHasher('sha256').update(file).digest('hex') });
  read.value.release();
  const empty = await readUpload(new WebRequest(new Request('http://a/', { method: 'POST' })), parts);
  expect(empty.ok && empty.value.length).toBe(0);
});
