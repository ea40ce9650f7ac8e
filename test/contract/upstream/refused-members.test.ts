// A member that a provider refuses by name is left out in a second try, and for a while from the start: for clients of Anthropic's and
// Google's dialects, which send what their own models take.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { configOf, providerDialects } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

const [, anthropic] = providerDialects;
let provider: ScriptedProvider;
let local: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => {
  provider.clear();
  local = localGateway(configOf([{ name: 'claude', model: 'anthropic/claude', base: provider.url }, { name: 'grok', model: 'xai/grok-of-tomorrow', base: `${provider.url}/v1` }], { router_settings: { num_retries: 0 } }));
});
afterAll(() => provider.stop());

const refusal = (message: string) => json({ type: 'error', error: { type: 'invalid_request_error', message } }, 400);
const good = either(anthropic?.answer ?? '', anthropic?.frames ?? []);
const body = { model: 'claude', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], context_management: { edits: [] }, tools: [{ name: 'a', input_schema: { type: 'object' }, defer_loading: true }] };

test.each([false, true])('tried once more, and remembered (stream: %p)', async (stream) => {
  provider.on('claude', refusal('context_management: Extra inputs are not permitted'), good);
  const first = await local.post('/v1/messages', { ...body, stream });
  expect([first.status, first.headers.get('x-weir-dropped')]).toEqual([200, 'context_management']);
  await first.text();
  expect(provider.calls.map((call) => 'context_management' in call.json)).toEqual([true, false]);
  expect(provider.calls[1]?.json['tools']).toEqual(body.tools);
  await (await local.post('/v1/messages', body)).text();
  expect(provider.calls).toHaveLength(3);
  expect(provider.calls[2]?.json).not.toHaveProperty('context_management');
});

test('a client of Google’s is served by a model that takes less', async () => {
  const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }] };
  provider.on('grok-of-tomorrow', json({ error: { message: 'Argument not supported on this model: reasoningEffort', type: 'invalid_request_error', code: null } }, 400), json(answer));
  const response = await local.post('/v1beta/models/grok:generateContent', { contents: [{ role: 'user', parts: [{ text: 'hi' }] }], generationConfig: { thinkingConfig: { thinkingBudget: 2048 } } });
  expect([response.status, response.headers.get('x-weir-dropped')]).toEqual([200, 'reasoning_effort']);
  expect(provider.calls.map((call) => 'reasoning_effort' in call.json)).toEqual([true, false]);
});

test('two of them need two requests of the client; what cannot go is told', async () => {
  provider.on('claude', refusal('tools.0.custom.defer_loading: Extra inputs are not permitted'), refusal('context_management: Extra inputs are not permitted'), good);
  const first = await local.post('/v1/messages', body);
  expect([first.status, await first.json()]).toEqual([400, { type: 'error', error: { type: 'invalid_request_error', message: 'context_management: Extra inputs are not permitted' } }]);
  const second = await local.post('/v1/messages', body);
  expect(second.status).toBe(200);
  expect(provider.calls.at(-1)?.json['tools']).toEqual([{ name: 'a', input_schema: { type: 'object' } }]);
  provider.on('claude', refusal('max_tokens: Extra inputs are not permitted'));
  expect((await local.post('/v1/messages', body)).status).toBe(400);
});
