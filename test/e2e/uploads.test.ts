// Uploads to the real program: how much memory a large one takes, what is left when the process is killed, and what a full disk does.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { formBytes, noise, until, UploadClient } from '../support/upload-client.ts';
import { startGateway, type GatewayProcess, type ProcessOptions } from '../support/gateway.ts';
import { UploadProvider } from '../support/upload-provider.ts';

const megabyte = 1024 * 1024;
const folder = mkdtempSync(`${tmpdir()}/weir-uploads-e2e-`);
let provider: UploadProvider;
let gateway: GatewayProcess;

beforeAll(async () => {
  provider = await UploadProvider.start();
  provider.keepsBodies = false;
});
afterEach(() => gateway.stop());
afterAll(() => {
  provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

const start = (options: ProcessOptions): Promise<GatewayProcess> => startGateway(`
model_list: [{model_name: ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: ${provider.url}/v1}}]
general_settings: {max_request_size_mb: 512}
`, options);
const block = noise(megabyte);
const [begin, end] = [formBytes({ model: 'ears' }, Buffer.alloc(0)).subarray(0, -9), Buffer.from('\r\n--b--\r\n')];

/** Sends a form with a file of as many megabytes, as fast as it is taken. */
async function send(client: UploadClient, megabytes: number, sent = megabytes): Promise<void> {
  client.head('/v1/audio/transcriptions', { authorization: `Bearer ${gateway.key}`, 'content-length': begin.length + megabytes * megabyte + end.length });
  await client.send(begin);
  for (let count = 0; count < sent; count++) await client.send(block);
  if (sent === megabytes) await client.send(end);
}

test('a file of 400 MB needs a small part of that in memory, on its way in and on its way out', async () => {
  gateway = await start({ arguments: ['--data', folder] });
  const small = new UploadClient(gateway.port);
  await send(small, 4);
  expect(await small.answer()).toMatchObject({ status: 200 });
  const before = await gateway.residentBytes();
  let peak = before;
  let over = false;
  const watching = (async () => {
    for (; !over; await Bun.sleep(10)) peak = Math.max(peak, await gateway.residentBytes());
  })();
  const client = new UploadClient(gateway.port);
  await send(client, 400);
  expect(await client.answer()).toMatchObject({ status: 200, body: { text: 'hello' } });
  over = true;
  await watching;
  // What is live is below a megabyte; the rest is what the engine has not collected yet.
  expect((peak - before) / megabyte).toBeLessThan(128);
  expect(provider.seen.at(-1)?.bodyBytes).toBeGreaterThan(400 * megabyte);
  client.leave();
  small.leave();
}, 60_000);

test('kill -9 in the middle of an upload leaves nothing', async () => {
  gateway = await start({ arguments: ['--data', folder] });
  const client = new UploadClient(gateway.port);
  await send(client, 50, 40);
  const open = (): string[] => readdirSync(`/proc/${gateway.pid}/fd`).filter((fd) => linkOf(fd).startsWith(`${folder}/uploads/`));
  const linkOf = (fd: string): string => Bun.spawnSync(['readlink', `/proc/${gateway.pid}/fd/${fd}`]).stdout.toString();
  expect(await until(() => (open().length > 0 ? open().length : null))).toBe(1);
  gateway.signal('SIGKILL');
  await gateway.exited;
  expect(existsSync(`${folder}/uploads`) && readdirSync(`${folder}/uploads`)).toEqual([]);
  client.leave();
}, 60_000);

test('a disk that takes no more is told in OpenAI\'s form; small uploads and other requests go on', async () => {
  gateway = await start({ environment: { TMPDIR: folder }, maxFileBytes: 8 * megabyte });
  const full = new UploadClient(gateway.port);
  const sending = send(full, 20);
  expect(await full.answer()).toMatchObject({ status: 507, body: { error: { type: 'internal_server_error', code: '507' } } });
  full.leave();
  await sending;
  const next = new UploadClient(gateway.port);
  await send(next, 4);
  expect(await next.answer()).toMatchObject({ status: 200, body: { text: 'hello' } });
  next.leave();
  expect(gateway.output()).toContain('an upload could not be stored');
}, 60_000);
