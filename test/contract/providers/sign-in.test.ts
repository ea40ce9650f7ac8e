// Providers whose key has to become a token first: Google Cloud, Microsoft Entra ID, IBM, GitHub Copilot. The token services are a script.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { clientDialects, providerDialects } from '../../support/dialects.ts';
import { json, ScriptedProvider, stream, type SeenCall } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const folder = mkdtempSync(`${tmpdir()}/weir-sign-in-`);
const [chat, anthropic, gemini] = providerDialects;
let provider: ScriptedProvider;
let gateway: LocalGateway;
let tokens = 0;
let lifeSeconds = 3600;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const account = {
    type: 'service_account', project_id: 'p-of-file', private_key_id: 'kid-1', client_email: 'weir@p.iam.gserviceaccount.com', token_uri: `${provider.url}/token`,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
  };
  writeFileSync(`${folder}/account.json`, JSON.stringify(account));
  const user = JSON.stringify({ type: 'authorized_user', client_id: 'id', client_secret: 'secret-of-user', refresh_token: 'refresh-of-user', token_uri: `${provider.url}/token` });
  gateway = localGateway(`
model_list:
  - { model_name: gemini, litellm_params: { model: vertex_ai/gemini-2.5-pro, vertex_location: europe-west1, vertex_credentials: ${folder}/account.json, api_base: "${provider.url}" } }
  - { model_name: claude, litellm_params: { model: vertex_ai/claude-sonnet-4-5@20250929, vertex_project: p1, vertex_location: us-east5, vertex_credentials: ${folder}/account.json, api_base: "${provider.url}" } }
  - { model_name: llama, litellm_params: { model: vertex_ai/meta/llama-4-scout-17b-16e-instruct-maas, vertex_project: p1, vertex_location: us-east5, vertex_credentials: '${user}', api_base: "${provider.url}" } }
  - { model_name: mistral, litellm_params: { model: vertex_ai/mistralai/mistral-medium-3, vertex_project: p1, vertex_location: us-central1, vertex_credentials: '${user}', api_base: "${provider.url}" } }
  - { model_name: tuned, litellm_params: { model: vertex_ai/gemini/4965075652664360960, vertex_project: p1, vertex_credentials: '${user}', api_base: "${provider.url}" } }
  - { model_name: lost, litellm_params: { model: vertex_ai/gemini-2.5-pro, vertex_project: p1, vertex_credentials: ${folder}/missing.json, api_base: "${provider.url}" } }
  - { model_name: azure, litellm_params: { model: azure/gpt-4o, api_base: "${provider.url}", tenant_id: tenant-1, client_id: client-1, client_secret: client-secret-1 } }
  - { model_name: watsonx, litellm_params: { model: watsonx/ibm/granite-3-8b-instruct, api_base: "${provider.url}", api_key: ibm-key-123456, project_id: proj } }
  - { model_name: copilot, litellm_params: { model: github_copilot/gpt-4o, api_base: "${provider.url}", api_key: gho_github-oauth-token } }
router_settings: { num_retries: 0 }
`, { environment: { HOME: folder, AZURE_AUTHORITY_HOST: provider.url, WATSONX_IAM_URL: `${provider.url}/iam`, GITHUB_COPILOT_API_KEY_URL: `${provider.url}/copilot-token`, AZURE_OPENAI_API_KEY: 'not-this-key' } });
});
afterAll(async () => {
  await provider.stop();
  rmSync(folder, { recursive: true });
});
afterEach(() => provider.clear());

const isTokenCall = (call: SeenCall): boolean => /token|\/iam$/.test(call.path);
const asked = (): SeenCall[] => provider.calls.filter((call) => !isTokenCall(call));
const tokenCalls = (): SeenCall[] => provider.calls.filter(isTokenCall);
const formOf = (call: SeenCall): Record<string, string> => Object.fromEntries(new URLSearchParams(call.body.toString()));

/** Gives tokens, and this answer for everything else. */
function play(answer: string, frames: readonly string[] = []): void {
  provider.fallback = (line, call) => {
    if (isTokenCall(call)) return json({ access_token: `tok-${++tokens}`, token: `tok-${tokens}`, expires_in: lifeSeconds, expires_at: Math.floor(Date.now() / 1000) + lifeSeconds, token_type: 'Bearer' })(line, call);
    return /stream/i.test(call.path) || call.json['stream'] === true ? stream(frames)(line, call) : line.reply(200, answer);
  };
}
const ask = (model: string, streamed = false): Promise<Response> =>
  gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }], ...(streamed && { stream: true }) });

test('a service account signs a claim, once for all that come at the same time, and its project is used', async () => {
  play(gemini?.answer ?? '');
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask('gemini')));
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200, 200]);
  expect(tokenCalls().length).toBe(1);
  const { grant_type: grant, assertion = '' } = formOf(tokenCalls()[0] as SeenCall);
  expect(grant).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
  const [head = '', claim = '', signature = ''] = assertion.split('.');
  expect(createVerify('RSA-SHA256').update(`${head}.${claim}`).verify(publicKey, signature, 'base64url')).toBe(true);
  expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'kid-1' });
  expect(JSON.parse(Buffer.from(claim, 'base64url').toString())).toMatchObject({ iss: 'weir@p.iam.gserviceaccount.com', aud: `${provider.url}/token`, scope: 'https://www.googleapis.com/auth/cloud-platform' });
  for (const call of asked()) {
    expect(call.path).toBe('/v1/projects/p-of-file/locations/europe-west1/publishers/google/models/gemini-2.5-pro:generateContent');
    expect(call.headers['authorization']).toBe(`Bearer tok-${tokens}`);
  }
  await ask('gemini');
  expect(tokenCalls().length).toBe(1);
});

test('Claude gets Anthropic\'s body without the model, and the betas that Vertex knows', async () => {
  play(anthropic?.answer ?? '', anthropic?.frames);
  const body = { model: 'claude', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], stream: true };
  const text = await (await gateway.post('/v1/messages', body, { 'anthropic-beta': 'context-1m-2025-08-07,files-api-2025-04-14' })).text();
  expect(text).toContain('message_stop');
  const [call] = asked();
  expect(call?.path).toBe('/v1/projects/p1/locations/us-east5/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict');
  expect(call?.json).toEqual({ max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], stream: true, anthropic_version: 'vertex-2023-10-16' });
  expect(call?.headers['anthropic-beta']).toBe('context-1m-2025-08-07');
});

test('Claude takes pictures as bytes, which are fetched; Gemini is given the address', async () => {
  play(gemini?.answer ?? '');
  const picture = (model: string): Promise<Response> => gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://127.0.0.1/inside.png' } }] }] });
  const refused = await picture('claude');
  expect([refused.status, (await refused.text()).includes('does not lead to the public internet'), asked()]).toEqual([400, true, []]);
  expect((await picture('gemini')).status).toBe(200);
  expect(JSON.stringify(asked()[0]?.json)).toContain('"fileUri":"http://127.0.0.1/inside.png"');
});

for (const client of clientDialects) {
  test(`${client.name} reaches Claude on Vertex`, async () => {
    play(anthropic?.answer ?? '', anthropic?.frames);
    const text = await (await gateway.post(client.path('claude', true), client.body('claude', true))).text();
    expect(client.looksFinished(text)).toBe(true);
    expect(asked()[0]?.json['model']).toBeUndefined();
    expect(asked()[0]?.json['anthropic_version']).toBe('vertex-2023-10-16');
  });
}

test('partners\' models have their own addresses', async () => {
  play(chat?.answer ?? '');
  await ask('llama');
  await ask('mistral');
  play(gemini?.answer ?? '');
  await ask('tuned');
  expect(asked().map((call) => call.path)).toEqual([
    '/v1/projects/p1/locations/us-east5/endpoints/openapi/chat/completions', '/v1/projects/p1/locations/us-central1/publishers/mistralai/models/mistral-medium-3:rawPredict',
    '/v1/projects/p1/locations/us-central1/endpoints/4965075652664360960:generateContent',
  ]);
  expect(asked()[0]?.json['model']).toBe('meta/llama-4-scout-17b-16e-instruct-maas');
  expect(formOf(tokenCalls()[0] as SeenCall)).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'refresh-of-user' });
});

test('credentials that are not there are named; a refusal keeps its reason and no secret', async () => {
  const lost = await ask('lost');
  expect(lost.status).toBe(500);
  expect(await lost.text()).toContain('vertex_credentials');
  provider.fallback = json({ error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret client-secret-1 provided.' }, 401);
  const refused = await ask('azure');
  expect(refused.status).toBe(401);
  const text = await refused.text();
  expect(text).toContain('AADSTS7000215');
  expect(text).not.toContain('client-secret-1');
});

test('Azure takes a token of Entra ID, and the environment\'s key stays at home', async () => {
  play(chat?.answer ?? '');
  expect((await ask('azure')).status).toBe(200);
  expect(tokenCalls()[0]?.path).toBe('/tenant-1/oauth2/v2.0/token');
  expect(formOf(tokenCalls()[0] as SeenCall)).toEqual({ client_id: 'client-1', scope: 'https://cognitiveservices.azure.com/.default', grant_type: 'client_credentials', client_secret: 'client-secret-1' });
  expect(asked()[0]?.headers['authorization']).toBe(`Bearer tok-${tokens}`);
  expect(asked()[0]?.headers['api-key']).toBeUndefined();
});

test('watsonx and GitHub Copilot exchange their keys', async () => {
  play(chat?.answer ?? '');
  expect((await ask('watsonx')).status).toBe(200);
  expect(formOf(tokenCalls()[0] as SeenCall)).toMatchObject({ grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: 'ibm-key-123456' });
  expect(asked()[0]?.json).toMatchObject({ model_id: 'ibm/granite-3-8b-instruct', project_id: 'proj' });
  expect((await ask('copilot')).status).toBe(200);
  expect(tokenCalls()[1]?.headers['authorization']).toBe('token gho_github-oauth-token');
  expect(asked()[1]?.headers['authorization']).toBe(`Bearer tok-${tokens}`);
});

test('a token near its end is renewed in the background, a dead one before the call', async () => {
  play(chat?.answer ?? '');
  lifeSeconds = 200;
  const fresh = localGateway(`
model_list:
  - { model_name: azure, litellm_params: { model: azure/gpt-4o, api_base: "${provider.url}", tenant_id: t, client_id: c, client_secret: s-12345678 } }
`, { environment: { AZURE_AUTHORITY_HOST: provider.url } });
  const once = (): Promise<Response> => fresh.post('/v1/chat/completions', { model: 'azure', messages: [{ role: 'user', content: 'hi' }] });
  await once();
  const first = asked()[0]?.headers['authorization'];
  await once();
  expect(asked()[1]?.headers['authorization']).toBe(first);
  await Bun.sleep(20);
  await once();
  expect(asked()[2]?.headers['authorization']).not.toBe(first);
  lifeSeconds = 3600;
});

test('the file of a service account is no part of any answer or log', () => {
  const secret = readFileSync(`${folder}/account.json`, 'utf8').slice(200, 260);
  expect(JSON.stringify(gateway.records) + JSON.stringify(gateway.errors)).not.toContain(secret);
});
