// Large uploads over real sockets: the file lies on the disk while it is answered, is sent as it came, again where an attempt fails, and is
// gone afterwards, however it ends.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { answer, transcribes, UploadProvider, type SeenUpload } from '../../support/upload-provider.ts';
import { formBytes, noise, until, UploadClient } from '../../support/upload-client.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import type { Socket } from 'node:net';
import { UploadStore } from '../../../src/http/stored/upload-store.ts';

const folder = mkdtempSync(`${tmpdir()}/weir-uploads-`);
const megabyte = 1024 * 1024;
let plain: UploadProvider;
let other: UploadProvider;
let secure: UploadProvider;
let local: LocalGateway;
let port: number;
let stop: () => Promise<unknown>;
let uploads: UploadStore;

const config = (): string => `
model_list:
  - {model_name: ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: ${plain.url}/v1, input_cost_per_second: 0.01}}
  - {model_name: safe-ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: ${secure.url}/v1}}
  - {model_name: pair, litellm_params: {model: openai/first, api_key: sk-1, api_base: ${plain.url}/v1, order: 1}}
  - {model_name: pair, litellm_params: {model: openai/second, api_key: sk-2, api_base: ${other.url}/v1, order: 2}}
  - {model_name: raw, litellm_params: {model: deepgram/nova-3, api_key: sk-3, api_base: ${plain.url}/v1}}
  - {model_name: small-ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: ${plain.url}/v1, max_file_size_mb: 1}}
  - {model_name: lone-ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: ${plain.url}/v1, max_parallel_requests: 1}}
  - {model_name: brush, litellm_params: {model: openai/paint, api_key: sk-1, api_base: ${plain.url}/v1}}
general_settings: {max_request_size_mb: 16}
litellm_settings: {ssl_verify: false}
router_settings: {num_retries: 1, disable_cooldowns: true}
`;

beforeAll(async () => {
  const made = Bun.spawnSync(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`, '-days', '2', '-subj', '/CN=provider']);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  [plain, other, secure] = [await UploadProvider.start(), await UploadProvider.start(), await UploadProvider.start({ key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/cert.pem`) })];
  uploads = new UploadStore(`${folder}/uploads`, 64 * megabyte);
  local = localGateway(config(), { uploads });
  const listening = local.listen();
  ({ port } = listening);
  stop = () => listening.stop();
});
beforeEach(() => {
  for (const provider of [plain, other, secure]) provider.clear();
  local.records.length = 0;
  local.errors.length = 0;
});
// Whatever a test does with an upload, in the end nothing is left of it.
afterEach(async () => {
  await until(() => uploads.openFiles === 0 && uploads.usedBytes === 0);
  expect(openFiles()).toEqual([]);
  expect(filesOf(`${folder}/uploads`)).toEqual([]);
});
afterAll(async () => {
  await stop();
  for (const provider of [plain, other, secure]) provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Files of the folder that this process holds open, also those without a name. */
const openFiles = (): string[] => readdirSync('/proc/self/fd').map((fd) => linkOf(`/proc/self/fd/${fd}`)).filter((link) => link.startsWith(`${folder}/uploads/`));
function linkOf(name: string): string {
  try {
    return readlinkSync(name);
  } catch {
    return '';
  }
}
const filesOf = (name: string): string[] => (existsSync(name) ? readdirSync(name) : []);

const sound = noise(3 * megabyte + 7);
const path = '/v1/audio/transcriptions';
const post = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: { 'authorization': `Bearer ${masterKey}`, 'content-type': 'multipart/form-data; boundary=b', ...headers }, body });

async function sentForm(seen: SeenUpload | undefined): Promise<FormData> {
  return await new Response(Buffer.concat(seen?.body ?? []), { headers: { 'content-type': seen?.headers['content-type'] ?? '' } }).formData() as FormData;
}
async function fileOf(form: FormData, name = 'file'): Promise<Buffer> {
  const file = form.get(name);
  return file instanceof Blob ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0);
}

describe('a large file', () => {
  test.each([['ears', () => plain], ['safe-ears', () => secure]])('arrives byte by byte (%s), with the length that it has and the model under its own name', async (model, provider) => {
    const response = await post(formBytes({ language: 'en', model, num_retries: '0' }, sound));
    expect([response.status, await response.json()]).toMatchObject([200, { text: 'hello' }]);
    const [seen] = provider().seen;
    expect([provider().seen.length, seen?.headers['content-length'], seen?.headers['transfer-encoding']]).toEqual([1, String(seen?.bodyBytes), undefined]);
    const form = await sentForm(seen);
    expect([form.get('model'), form.get('language'), form.has('num_retries')]).toEqual(['listen', 'en', false]);
    expect((await fileOf(form)).equals(sound)).toBe(true);
  });

  test('arrives the same when it comes in chunks of any size, and behind `Expect: 100-continue`', async () => {
    const client = new UploadClient(port);
    client.head(path, { 'transfer-encoding': 'chunked', 'expect': '100-continue' });
    await until(() => client.received.includes('100 Continue'));
    client.received = '';
    const bytes = formBytes({ model: 'ears' }, sound);
    const sizes = [1, 1, 2, 3, 65_536, 5, 300_000, 70_000, 16_384];
    for (let at = 0, index = 0; at < bytes.length; index++) {
      const size = sizes[index % sizes.length] ?? 1;
      await client.chunk(bytes.subarray(at, at + size));
      at += size;
    }
    await client.send(Buffer.from('0\r\n\r\n'));
    expect(await client.answer()).toMatchObject({ status: 200, body: { text: 'hello' } });
    expect((await fileOf(await sentForm(plain.seen[0]))).equals(sound)).toBe(true);
    client.leave();
  });

  test('lies in a file without a name while it is answered; a small one does not', async () => {
    const held = Promise.withResolvers<void>();
    plain.onUpload = (socket, _seen, whole) => {
      if (whole) void held.promise.then(() => socket.write(answer({ text: 'late' })));
    };
    const small = post(formBytes({ model: 'ears' }, sound.subarray(0, 400_000)));
    await until(() => plain.seen[0] && plain.seen[0].bodyBytes > 400_000);
    expect(uploads.openFiles).toBe(0);
    const large = post(formBytes({ model: 'ears' }, sound));
    await until(() => plain.seen[1] && plain.seen[1].bodyBytes > sound.length);
    expect([uploads.openFiles, filesOf(`${folder}/uploads`), openFiles().length]).toEqual([1, [], 1]);
    held.resolve();
    expect([(await small).status, (await large).status]).toEqual([200, 200]);
  });

  test('is the body itself where the provider wants that', async () => {
    plain.onUpload = (socket, _seen, whole) => {
      if (whole) socket.write(answer({ results: { channels: [{ alternatives: [{ transcript: 'heard' }] }] } }));
    };
    const response = await post(formBytes({ model: 'raw', language: 'en' }, sound));
    expect(await response.json()).toMatchObject({ text: 'heard' });
    expect([plain.seen[0]?.headers['content-type'], plain.seen[0]?.headers['content-length']]).toEqual(['audio/wav', String(sound.length)]);
    expect(Buffer.concat(plain.seen[0]?.body ?? []).equals(sound)).toBe(true);
  });

  test('is paid by the seconds that its own bytes tell, where the answer does not', async () => {
    const head = Buffer.alloc(44);
    head.write('RIFF', 0);
    head.write('WAVEfmt ', 8);
    head.writeUInt32LE(32_000, 28);
    head.write('data', 36);
    expect((await post(formBytes({ model: 'ears' }, Buffer.concat([head, Buffer.alloc(100 * 32_000)])))).status).toBe(200);
    expect(local.records[0]).toMatchObject({ status: 200, costUsd: 1 });
  });

  test('several large files of one form stay apart', async () => {
    plain.onUpload = (socket, _seen, whole) => {
      if (whole) socket.write(answer({ created: 1, data: [{ url: 'https://x' }] }));
    };
    const form = new FormData();
    form.append('model', 'brush');
    form.append('prompt', 'hat');
    for (const [index, size] of [megabyte, 10, megabyte + 1].entries()) form.append('image[]', new Blob([sound.subarray(index, index + size)], { type: 'image/png' }), `${index}.png`);
    const response = await fetch(`http://127.0.0.1:${port}/v1/images/edits`, { method: 'POST', headers: { authorization: `Bearer ${masterKey}` }, body: form });
    expect(response.status).toBe(200);
    const images = (await sentForm(plain.seen[0])).getAll('image[]');
    const bytes = await Promise.all(images.map(async (image) => (image instanceof Blob ? Buffer.from(await image.arrayBuffer()) : Buffer.alloc(0))));
    expect(bytes.map((image, index) => image.equals(sound.subarray(index, index + image.length)) && image.length)).toEqual([megabyte, 10, megabyte + 1]);
  });

  test.each(['/v1/files', '/openai/v1/files'])('passes at %s', async (where) => {
    const gateway = localGateway(`${config()}\nenvironment_variables: {OPENAI_API_KEY: sk-env, OPENAI_API_BASE: "${plain.url}/v1"}`, { uploads, environment: { OPENAI_API_KEY: 'sk-env', OPENAI_API_BASE: `${plain.url}/v1` } });
    plain.onUpload = (socket, _seen, whole) => {
      if (whole) socket.write(answer({ id: 'file-1' }));
    };
    const bytes = formBytes({ purpose: 'batch' }, sound);
    const response = await gateway.fetch(where, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: bytes });
    expect(await response.json()).toEqual({ id: 'file-1' });
    expect(Buffer.concat(plain.seen[0]?.body ?? []).equals(bytes)).toBe(true);
  });
});

describe('attempts', () => {
  const formsEqual = async (one: SeenUpload | undefined, two: SeenUpload | undefined): Promise<void> => {
    const forms = [await sentForm(one), await sentForm(two)];
    for (const form of forms) expect((await fileOf(form)).equals(sound)).toBe(true);
    expect(forms.map((form) => form.get('model'))).toEqual(['first', 'second']);
  };

  test('a provider that fails when it has all is followed by another one, which gets the same file', async () => {
    plain.onUpload = (socket, _seen, whole) => {
      if (whole) socket.write(answer({ error: { message: 'busy' } }, 503));
    };
    const response = await post(formBytes({ model: 'pair' }, sound));
    expect(await response.json()).toMatchObject({ text: 'hello' });
    await formsEqual(plain.seen[0], other.seen[0]);
  });

  test.each([['resets', (socket: Socket): void => void socket.resetAndDestroy()], ['closes', (socket: Socket): void => void socket.end()]] as const)('a provider that %s in the middle is followed by another one', async (_how, breaks) => {
    plain.onUpload = (socket, seen) => {
      if (seen.bodyBytes > megabyte) breaks(socket);
    };
    const response = await post(formBytes({ model: 'pair' }, sound));
    expect(await response.json()).toMatchObject({ text: 'hello' });
    expect((await fileOf(await sentForm(other.seen[0]))).equals(sound)).toBe(true);
  });

  test.each([
    ['401 and waits', 'ears', () => plain, 401, false], ['413 and closes', 'ears', () => plain, 413, true],
    ['401 and waits, over TLS', 'safe-ears', () => secure, 401, false], ['413 and closes, over TLS', 'safe-ears', () => secure, 413, true],
  ] as const)('a provider that answers early with %s is heard, and its connection is not used again', async (_how, model, provider, status, closes) => {
    provider().onUpload = (socket, seen) => {
      if (seen.bodyBytes === 0 || seen.closed) return;
      // Nothing more is taken: what was sent stays in the line.
      socket.pause();
      socket.write(answer({ error: { message: 'not you', type: 'x', code: 'y' } }, status));
      if (closes) socket.end();
    };
    // More than the line holds while nobody takes it.
    const response = await post(formBytes({ model }, noise(15 * megabyte)));
    expect([response.status, await response.json()]).toMatchObject([status, { error: { message: expect.stringContaining('not you') } }]);
    const first = provider().seen[0]?.connection;
    provider().clear();
    expect((await post(formBytes({ model }, sound))).status).toBe(200);
    expect(provider().seen[0]?.connection).not.toBe(first);
  });

  test.each([['ears', () => plain], ['safe-ears', () => secure]] as const)('a kept connection that the provider closes meanwhile costs nothing: the file is sent again on a new one (%s)', async (model, provider) => {
    expect((await post(formBytes({ model }, sound))).status).toBe(200);
    const known = provider().connections;
    let again = false;
    provider().onUpload = (socket, seen, whole) => {
      if (seen.connection <= known) {
        again = true;
        socket.destroy();
      } else if (whole) socket.write(answer({ text: 'again' }));
    };
    expect(await (await post(formBytes({ model, num_retries: '0' }, sound))).json()).toMatchObject({ text: 'again' });
    // Whether `fetch`, which speaks TLS, takes the kept one is its own affair.
    expect(again || model === 'safe-ears').toBe(true);
    expect((await fileOf(await sentForm(provider().seen.at(-1)))).equals(sound)).toBe(true);
  });

  test('a provider that takes its time holds nobody up, and gets all', async () => {
    plain.onUpload = (socket, seen, whole) => {
      socket.pause();
      setTimeout(() => socket.resume(), 2);
      transcribes(socket, seen, whole);
    };
    expect((await post(formBytes({ model: 'ears' }, sound))).status).toBe(200);
    expect((await fileOf(await sentForm(plain.seen[0]))).equals(sound)).toBe(true);
  });
});

describe('leaving', () => {
  test('a client that leaves in the middle leaves no file, no call and no line of a success', async () => {
    const client = new UploadClient(port);
    const bytes = formBytes({ model: 'ears' }, sound);
    client.head(path, { 'content-length': bytes.length });
    await client.send(bytes.subarray(0, 2 * megabyte));
    await until(() => uploads.usedBytes > megabyte);
    client.leave();
    await until(() => uploads.openFiles === 0);
    await until(() => local.records.length === 1);
    expect(local.records[0]).toMatchObject({ status: 499, fault: 'client_left', costUsd: null });
    expect([plain.seen.length, local.gateway.inFlight()]).toEqual([0, 0]);
  });

  test('a client that leaves while the provider is sent the file ends that, and gives back what it held of limits', async () => {
    plain.onUpload = (socket, seen) => {
      // Takes a little and then nothing.
      if (seen.bodyBytes > 100_000) socket.pause();
    };
    const client = new UploadClient(port);
    const bytes = formBytes({ model: 'lone-ears' }, noise(6 * megabyte));
    client.head(path, { 'content-length': bytes.length });
    await client.send(bytes);
    await until(() => plain.seen[0]);
    expect(uploads.openFiles).toBe(1);
    const small = formBytes({ model: 'lone-ears', num_retries: '0' }, sound.subarray(0, 1_000));
    expect((await post(small)).status).toBe(429);
    client.leave();
    await until(() => uploads.openFiles === 0 && local.records.length === 2);
    expect(plain.seen).toHaveLength(1);
    plain.onUpload = transcribes;
    expect((await post(small)).status).toBe(200);
  });

  test('over TLS, too', async () => {
    secure.onUpload = (socket, seen) => {
      if (seen.bodyBytes > 100_000) socket.pause();
    };
    const client = new UploadClient(port);
    const bytes = formBytes({ model: 'safe-ears' }, noise(6 * megabyte));
    client.head(path, { 'content-length': bytes.length });
    await client.send(bytes);
    await until(() => secure.seen[0]);
    client.leave();
    await until(() => uploads.openFiles === 0);
  });

  test('nobody there: the file is let go', async () => {
    const away = localGateway(`
model_list:
  - {model_name: ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: "http://127.0.0.1:1/v1"}}
  - {model_name: safe-ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: "https://127.0.0.1:1/v1"}}
router_settings: {num_retries: 0}
`, { uploads });
    for (const model of ['ears', 'safe-ears']) {
      const response = await away.fetch(path, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: formBytes({ model }, sound) });
      expect([response.status, await response.json()]).toMatchObject([500, { error: { code: '500' } }]);
    }
  });
});

describe('bounds', () => {
  test('a declared length above the limit is refused before a byte is read', async () => {
    const client = new UploadClient(port);
    client.head(path, { 'content-length': 17 * megabyte, 'expect': '100-continue' });
    expect(await client.answer()).toMatchObject({ status: 413, body: { error: { type: 'request_too_large', code: '413' } } });
    expect(uploads.openFiles).toBe(0);
    client.leave();
  });

  test('a chunked upload is cut where it passes the limit', async () => {
    const client = new UploadClient(port);
    client.head(path, { 'transfer-encoding': 'chunked' });
    await client.chunk(formBytes({ model: 'ears' }, Buffer.alloc(0)).subarray(0, -9));
    for (let sent = 0; sent < 17 && client.received === ''; sent++) await client.chunk(noise(megabyte));
    expect(await client.answer()).toMatchObject({ status: 413, body: { error: { type: 'request_too_large' } } });
    expect(plain.seen).toHaveLength(0);
    client.leave();
  });

  test('what is no form is refused as soon as that is seen, or at its end', async () => {
    const bytes = formBytes({ model: 'ears' }, sound);
    for (const broken of [bytes.subarray(0, -8), Buffer.concat([noise(70_000), bytes]), Buffer.concat([...Array.from({ length: 1_001 }, () => Buffer.from('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n')), bytes])]) {
      const response = await post(broken);
      expect([response.status, await response.json()]).toMatchObject([400, { error: { message: expect.stringContaining('form'), code: '400' } }]);
    }
    const texts = await post(Buffer.concat([...Array.from({ length: 20 }, () => Buffer.from(`--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n${'x'.repeat(60_000)}\r\n`)), bytes]));
    expect([texts.status, await texts.json()]).toMatchObject([413, { error: { type: 'request_too_large' } }]);
    expect(plain.seen).toHaveLength(0);
  });

  test('`max_file_size_mb` holds', async () => {
    const response = await post(formBytes({ model: 'small-ears' }, sound));
    expect([response.status, await response.json()]).toMatchObject([400, { error: { message: expect.stringContaining('Passed file size: 3.00 MB. Max file size: 1 MB'), param: 'file' } }]);
    expect(plain.seen).toHaveLength(0);
  });

  test('all uploads together have a bound: beyond it one is refused by a clear error, and the next one works', async () => {
    const tight = new UploadStore(`${folder}/uploads`, 2 * megabyte);
    const gateway = localGateway(config(), { uploads: tight });
    const send = (file: Uint8Array<ArrayBuffer>): Promise<Response> => gateway.fetch(path, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: formBytes({ model: 'ears' }, file) });
    const refused = await send(sound);
    expect([refused.status, await refused.json()]).toMatchObject([507, { error: { message: expect.stringContaining('no room'), code: '507' } }]);
    expect(gateway.errors[0]?.message).toBe('an upload could not be stored');
    await until(() => tight.openFiles === 0 && tight.usedBytes === 0);
    expect((await send(noise(megabyte))).status).toBe(200);
    await until(() => tight.openFiles === 0);
  });

  test('a folder that is taken away is made again; for one that cannot be made the system\'s is taken', async () => {
    for (const name of [`${folder}/taken-away`, '/proc/weir/uploads']) {
      const elsewhere = new UploadStore(name);
      const gateway = localGateway(config(), { uploads: elsewhere });
      for (let count = 0; count < 2; count++) {
        rmSync(`${folder}/taken-away`, { recursive: true, force: true });
        expect((await gateway.fetch(path, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: formBytes({ model: 'ears' }, sound) })).status).toBe(200);
        expect(existsSync(`${folder}/taken-away`)).toBe(name.startsWith(folder));
      }
      await until(() => elsewhere.openFiles === 0);
    }
  });
});

describe('packed forms', () => {
  test('are unpacked as they come', async () => {
    const bytes = formBytes({ model: 'ears' }, sound);
    for (const [coding, packed] of [['gzip', gzipSync(bytes)], ['zstd', Bun.zstdCompressSync(bytes)], ['deflate', Buffer.from(await new Response(new Response(bytes).body?.pipeThrough(new CompressionStream('deflate'))).arrayBuffer())]] as const) {
      plain.clear();
      const response = await post(Buffer.from(packed), { 'content-encoding': coding });
      expect([coding, response.status]).toEqual([coding, 200]);
      expect(plain.seen[0]?.headers['content-encoding']).toBeUndefined();
      expect((await fileOf(await sentForm(plain.seen[0]))).equals(sound)).toBe(true);
    }
  });

  test('are refused when they are too large inside, broken, cut, or packed in an unknown way', async () => {
    const bomb = gzipSync(formBytes({ model: 'ears' }, Buffer.alloc(40 * megabyte)));
    const packed = gzipSync(formBytes({ model: 'ears' }, sound));
    const broken = Buffer.from(packed);
    broken.fill(0xff, 1_000, 2_000);
    const told = async (body: Uint8Array<ArrayBuffer>, coding = 'gzip'): Promise<number> => (await post(body, { 'content-encoding': coding })).status;
    expect([await told(bomb), await told(broken), await told(packed.subarray(0, packed.length / 2)), await told(packed, 'lzma'), await told(packed, 'br')]).toEqual([413, 400, 400, 415, 400]);
    expect([plain.seen.length, uploads.openFiles]).toEqual([0, 0]);
  });
});

describe('the cache', () => {
  test('knows a large file by its digest, and texts of one name by all of them', async () => {
    const cached = localGateway(`${config().replace('litellm_settings: {', 'litellm_settings: {cache: true, cache_params: {type: local}, ')}`, { uploads });
    let count = 0;
    plain.onUpload = (socket, _seen, whole) => {
      if (whole) socket.write(answer({ text: `answer ${++count}` }));
    };
    const ask = async (file: Uint8Array<ArrayBuffer>, ...granularities: string[]): Promise<unknown> => {
      const body = formBytes({ model: 'ears' }, file);
      const more = granularities.map((value) => `--b\r\nContent-Disposition: form-data; name="timestamp_granularities[]"\r\n\r\n${value}\r\n`).join('');
      const response = await cached.fetch(path, { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b' }, body: Buffer.concat([Buffer.from(more), body]) });
      return (await response.json() as { text: unknown }).text;
    };
    const changed = Buffer.from(sound);
    changed[2 * megabyte] = (changed[2 * megabyte] ?? 0) ^ 1;
    expect([await ask(sound), await ask(sound), await ask(changed), await ask(changed)]).toEqual(['answer 1', 'answer 1', 'answer 2', 'answer 2']);
    expect([await ask(sound, 'word', 'segment'), await ask(sound, 'segment'), await ask(sound, 'word', 'segment')]).toEqual(['answer 3', 'answer 4', 'answer 3']);
  });
});
