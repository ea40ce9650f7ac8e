// Certificates of providers: believed only as the configuration says, and ours shown where it names one.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { RequestListener } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { localGateway } from '../../support/gateway.ts';

const folder = mkdtempSync(`${tmpdir()}/weir-tls-`);
let open: Server;
/** Wants our certificate. */
let strict: Server;
let calls = 0;

function certificate(name: string): void {
  const made = Bun.spawnSync(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${folder}/${name}.key`, '-out', `${folder}/${name}.pem`, '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
}

beforeAll(async () => {
  for (const name of ['provider', 'stranger', 'ours']) certificate(name);
  writeFileSync(`${folder}/ours-both.pem`, readFileSync(`${folder}/ours.pem`, 'utf8') + readFileSync(`${folder}/ours.key`, 'utf8'));
  const answer = JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'x', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }] });
  const served = { cert: readFileSync(`${folder}/provider.pem`), key: readFileSync(`${folder}/provider.key`) };
  const reply: RequestListener = (_request, response) => {
    calls++;
    response.writeHead(200, { 'content-type': 'application/json', 'connection': 'close' }).end(answer);
  };
  open = createServer(served, reply);
  strict = createServer({ ...served, ca: readFileSync(`${folder}/ours.pem`), requestCert: true, rejectUnauthorized: true }, reply);
  for (const server of [open, strict]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }
});
afterAll(() => {
  open.close();
  strict.close();
  rmSync(folder, { recursive: true, force: true });
});

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};
const config = (settings: string, server = open): string => `
model_list: [{ model_name: m, litellm_params: { model: openai/x, api_key: k, api_base: "https://127.0.0.1:${portOf(server)}/v1" } }]
router_settings: { num_retries: 0 }
litellm_settings: { ${settings} }
`;
const ask = async (settings: string, environment: Record<string, string> = {}, server = open): Promise<number> =>
  (await localGateway(config(settings, server), { environment }).post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'hi' }] })).status;

test('an unknown certificate is refused, a named authority is believed, and checking may be switched off', async () => {
  expect(await ask('')).toBe(500);
  expect(await ask('ssl_verify: true')).toBe(500);
  expect(await ask(`ssl_verify: ${folder}/stranger.pem`)).toBe(500);
  expect(calls).toBe(0);
  expect(await ask(`ssl_verify: ${folder}/provider.pem`)).toBe(200);
  expect(await ask('ssl_verify: false')).toBe(200);
  expect(await ask('', { SSL_VERIFY: 'False' })).toBe(200);
  expect(calls).toBe(3);
});

test('our certificate is shown where one is named', async () => {
  expect(await ask(`ssl_verify: ${folder}/provider.pem`, {}, strict)).toBe(500);
  expect(await ask(`ssl_verify: ${folder}/provider.pem, ssl_certificate: ${folder}/ours-both.pem`, {}, strict)).toBe(200);
});

test('a file that is none is told when the configuration is loaded', () => {
  expect(() => localGateway(config('ssl_verify: /nowhere.pem'))).toThrow('ssl_verify');
  expect(() => localGateway(config(`ssl_certificate: ${folder}/ours.key`))).toThrow('ssl_certificate');
});
