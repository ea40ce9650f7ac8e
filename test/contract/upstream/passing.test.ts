// Where client and provider speak the same dialect, bodies pass byte for byte, but for the model and what is the gateway's own.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { clientDialects, clientOf, configOf, providerDialects } from '../../support/dialects.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(configOf(providerDialects.map(({ name, configured, base }) => ({ name: `alias-${name}`, model: configured(name), base: base(provider.url) }))));
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

// Numbers that a parser would change, spaces, escapes, unknown members: none of the gateway's business.
const oddities = String.raw`"unknown":{ "b" : 1.0,"a":[1e3,  0.10, 12345678901234567890] , "s":"\u00e9\/\ud83d\ude00 é" },"seed":12345678901234567890,"logit_bias":{"50256":-100}, "nested":{"model":"m","api_key":"x","timeout":5}`;
const same = clientDialects.flatMap((client) => providerDialects.filter((source) => source.same === client.name).map((source) => [client.name, client, source] as const));

test.each(same)('a request in %s', async (_name, client, source) => {
  provider.on(source.name, json(JSON.parse(source.answer)));
  const body = JSON.stringify(client.body(`alias-${source.name}`, false)).replace(/^\{/, `{${oddities},`);
  expect((await local.post(client.path(`alias-${source.name}`, false), body)).status).toBe(200);
  // Anthropic is always told whether to stream, as LiteLLM does.
  const sent = provider.calls[0]?.body.toString().replace(/,"stream":false\}$/, '}');
  expect(sent).toBe(body.replace(`"model":"alias-${source.name}"`, `"model":"${source.name}"`));
});

test.each(same)('a whole answer in %s, unknown members included', async (_name, client, source) => {
  const answer = source.answer.trimEnd().replace(/\}$/, `,${oddities}}`);
  provider.on(source.name, (line) => line.reply(200, answer));
  const response = await local.post(client.path(`alias-${source.name}`, false), client.body(`alias-${source.name}`, false));
  const text = await response.text();
  const own = /"model": ?"([^"]+)"/.exec(answer)?.[0] ?? '';
  const expected = source.name === 'gemini' ? answer : answer.replace(own, own.replace(/: ?"[^"]+"$/, (found) => `${found.slice(0, found.indexOf('"'))}"alias-${source.name}"`));
  // Chat answers carry the two members that LiteLLM adds to each choice, and are the provider's otherwise.
  const added = /,?"provider_specific_fields": ?\{("refusal":null)?\}/g;
  expect(text.replace(added, '')).toBe(expected.replace(added, ''));
});

test('the gateway’s own members are taken out, all others stay', async () => {
  const chat = clientOf('openai-chat');
  provider.on('deepseek', json(JSON.parse(providerDialects[0]?.answer ?? '{}')));
  const own = { num_retries: 1, timeout: 9, fallbacks: [], cache: { 'no-cache': true }, tags: ['a'], metadata: { trace: 1 }, litellm_session_id: 's', disable_fallbacks: true, guardrails: [] };
  const elsewhere = { s3_secret_access_key: 'x', prompt_id: 'p', prompt_variables: {}, cache_key: 'c', auto_router_config: {} };
  await local.post(chat.path('', false), { first: 1, ...own, ...elsewhere, ...chat.body('alias-deepseek', false), foo_bar: { kept: true }, temperature: 0.5 });
  expect(provider.calls[0]?.json).toEqual({ first: 1, messages: [{ role: 'user', content: 'hi' }], model: 'deepseek', foo_bar: { kept: true }, temperature: 0.5 });
});
