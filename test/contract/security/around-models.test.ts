// Ways around a key's list of models, and to what other keys said: other names for the model in a body, parts of forms that two programs read
// in two ways, conversations and answers that a provider keeps for its whole account.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { responsesAnswer } from '../../support/dialects.ts';
import { storeKey } from '../../support/stored-keys.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
let gateway: LocalGateway;
let narrow: Record<string, string>;
let wide: Record<string, string>;
const master = { authorization: `Bearer ${masterKey}` };
const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const store = await newStore();
  const model = (name: string, provided: string): object => ({ model_name: name, litellm_params: { model: provided, api_base: `${provider.url}/v1`, api_key: 'sk-provider-1' } });
  gateway = localGateway(JSON.stringify({
    model_list: [model('cheap', 'openai/cheap'), model('dear', 'openai/dear'), model('routed', 'openrouter/small/one'), model('plain', 'deepseek/plain')], router_settings: { num_retries: 0 },
  }), { store });
  narrow = { authorization: `Bearer ${await storeKey(store, 'narrow', { fields: JSON.stringify({ models: ['cheap', 'routed', 'plain', 'big/allowed', 'openrouter/fine/*'] }) })}` };
  wide = { authorization: `Bearer ${await storeKey(store, 'wide')}` };
});
beforeEach(() => {
  provider.clear();
  provider.fallback = json(answer);
});
afterAll(() => provider.stop());

const chat = (model: string, more: object = {}): object => ({ model, messages: [{ role: 'user', content: 'hi' }], ...more });

test('an aggregator’s further models are held against the list too', async () => {
  for (const path of ['/v1/chat/completions', '/v1/messages']) {
    for (const more of [{ models: ['dear/other'] }, { models: ['big/allowed', 'dear/other'], route: 'fallback' }, { models: 'dear/other' }, { models: [{ model: 'dear/other' }] }, { preset: 'dear' }]) {
      const refused = await gateway.post(path, chat('routed', { max_tokens: 5, ...more }), narrow);
      expect([path, more, refused.status]).toEqual([path, more, 403]);
    }
    for (const more of [{ models: ['big/allowed', 'fine/any'] }, { models: [] }, { provider: { order: ['x'] } }]) expect([more, (await gateway.post(path, chat('routed', { max_tokens: 5, ...more }), narrow)).status]).toEqual([more, 200]);
    expect((await gateway.post(path, chat('routed', { max_tokens: 5, models: ['dear/other'] }), wide)).status).toBe(200);
  }
  expect(provider.calls.filter(({ body }) => body.includes('dear/other'))).toHaveLength(2);
});

test('no other spelling of the model reaches a provider', async () => {
  const with2 = (text: string): string => JSON.stringify(chat('plain')).replace('{', `{${text},`);
  for (const text of ['"Model":"dear"', '"MODEL":"dear"', String.raw`"mod\u0065l":"dear"`, String.raw`"\u004dodel":"dear"`, '"model":"dear"', '"model":["dear"]']) {
    expect([text, (await gateway.post('/v1/chat/completions', with2(text), narrow)).status]).toEqual([text, 200]);
    const after = JSON.stringify(chat('plain')).replace(/\}$/, `,${text}}`);
    const status = (await gateway.post('/v1/chat/completions', after, narrow)).status;
    expect([text, /"model"|u0065/.test(text) ? [400, 403] : [200]]).toEqual([text, expect.arrayContaining([status])]);
  }
  for (const { body } of provider.calls) expect(body.toString()).not.toMatch(/dear/);
});

test('a form has one model, and no part that could be read under two names', async () => {
  const part = (disposition: string, value: string): string => `--b\r\n${disposition}\r\n\r\n${value}\r\n`;
  const named = (name: string): string => `Content-Disposition: form-data; name="${name}"`;
  const file = part('Content-Disposition: form-data; name="file"; filename="a \\"b\\".wav"', 'sound');
  const send = async (...parts: string[]): Promise<number> => (await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=b', ...narrow }, body: `${parts.join('')}--b--\r\n` })).status;
  provider.fallback = json({ text: 'hi' });
  expect(await send(part(named('model'), 'cheap'), file)).toBe(200);
  expect(await send(part(named('model'), 'dear'), file)).toBe(403);
  expect(provider.calls).toHaveLength(1);
  for (const disposition of [
    named('model'), named('Model'), 'Content-Disposition: form-data; x="; name=y"; name="model"; name="z"', 'Content-Disposition: form-data; name=y\r\nContent-Disposition: form-data; name="model"', 'Content-Disposition: form-data; name="y";\r\n name="model"',
    'Content-Disposition: form-data; name="y"; name*=UTF-8\'\'model', 'Content-Disposition: form-data; name="y"\nContent-Disposition: form-data; name="model"', 'X: y', 'Content-Disposition: attachment; name="y"', 'Content-Disposition: form-data; name="y',
  ]) expect([disposition, await send(part(named('model'), 'cheap'), part(disposition, 'dear'), file)]).toEqual([disposition, 400]);
  // A name in another parameter's text is none.
  expect(await send(part(named('model'), 'cheap'), part('Content-Disposition: form-data; x="; name=y"; name="model"', 'dear'), file)).toBe(400);
  expect(await send(`--b\nContent-Disposition: form-data; name="model"\n\ndear\n`, part(named('model'), 'cheap'), file)).toBe(400);
  expect(provider.calls).toHaveLength(1);
});

test('S25: what a provider keeps for its account is no key’s: conversations, and answers that are not the key’s own', async () => {
  const bodies: [string, object][] = [
    ['/v1/responses', { conversation: 'conv_of_others' }], ['/v1/responses', { conversation: { id: 'conv_of_others' } }], ['/v1/responses', { previous_response_id: 'resp_of_others' }],
    ['/v1/responses/compact', { previous_response_id: 'resp_of_others' }], ['/v1/responses/compact', { conversation: 'conv_of_others' }], ['/v1/responses/input_tokens', { previous_response_id: 'resp_of_others' }],
    ['/v1/responses/input_tokens', { conversation: 'conv_of_others' }],
  ];
  for (const [path, more] of bodies) expect([path, more, (await gateway.post(path, { model: 'cheap', input: 'x', ...more }, wide)).status]).toEqual([path, more, 400]);
  expect(provider.calls).toHaveLength(0);
  provider.fallback = json(JSON.parse(responsesAnswer));
  for (const [path, more] of bodies) expect([path, more, (await gateway.post(path, { model: 'cheap', input: 'x', ...more }, master)).status]).toEqual([path, more, 200]);
  expect(provider.calls.length).toBeGreaterThanOrEqual(5);
});

test('tags are few: each may have to be looked up', async () => {
  const tags = Array.from({ length: 101 }, (_none, index) => `t${index}`);
  expect((await gateway.post('/v1/chat/completions', chat('cheap', { metadata: { tags } }), wide)).status).toBe(400);
  expect((await gateway.post('/v1/chat/completions', chat('cheap'), { ...wide, 'x-litellm-tags': tags.join(',') })).status).toBe(400);
  expect((await gateway.post('/v1/chat/completions', chat('cheap', { metadata: { tags: tags.slice(1) } }), wide)).status).toBe(200);
});
