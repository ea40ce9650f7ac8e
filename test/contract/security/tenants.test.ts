// What one team asked and got never reaches another: cached answers, answers by meaning, answers under way, vectors, kept responses, jobs in the
// background, explanations. Keys of one team share; keys of none share with nobody.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { configOf } from '../../support/dialects.ts';
import { json, ScriptedProvider, stream, type Play } from '../../support/provider.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
type Headers = Record<string, string>;
let provider: ScriptedProvider;
let store: Store;
let red: Headers;
let redToo: Headers;
let blue: Headers;
let lone: Headers;
let lonely: Headers;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  store = await newStore();
  const times = { created_at_ms: 1, updated_at_ms: 1 };
  await store.db.insertInto('teams').values([{ team_id: 'red', ...times }, { team_id: 'blue', ...times }]).execute();
  await store.db.insertInto('users').values({ user_id: 'ann', user_role: 'internal_user', ...times }).execute();
  const key = async (name: string, more: object): Promise<Headers> => ({ authorization: `Bearer ${await storeKey(store, name, more)}` });
  [red, redToo, blue] = [await key('red1', { team_id: 'red' }), await key('red2', { team_id: 'red' }), await key('blue1', { team_id: 'blue' })];
  // One person's two keys are two tenants.
  [lone, lonely] = [await key('lone', { user_id: 'ann' }), await key('lonely', { user_id: 'ann' })];
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

const gatewayOf = (cache: object | null): LocalGateway => localGateway(configOf([
  { name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }, { name: 'embed', model: 'openai/embed', base: `${provider.url}/v1` },
], { router_settings: { num_retries: 0 }, ...(cache && { litellm_settings: { cache: true, cache_params: cache } }) }), { store });

let count = 0;
/** Answers with a number of its own each time. */
const numbered: Play = (line, call) => json({ id: `c${++count}`, object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: `answer ${count}` }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } })(line, call);
const vector: Play = (line, call) => json({ object: 'list', model: 'embed', data: [{ object: 'embedding', index: 0, embedding: [1, ++count / 1e6] }], usage: { prompt_tokens: 3, total_tokens: 3 } })(line, call);
const chat = (content: string, more: object = {}): object => ({ model: 'm', messages: [{ role: 'user', content }], ...more });
const asked = async (gateway: LocalGateway, who: Headers, path: string, body: object): Promise<string> => {
  const response = await gateway.post(path, body, who);
  expect(response.status).toBe(200);
  return /answer \d+/.exec(await response.text())?.[0] ?? 'none';
};

describe.each([['the same question', { type: 'local' }, 'What is it?'], ['a question in other words', { type: 'local-semantic', embedding_model: 'embed', similarity_threshold: 0.9 }, 'It is what?']])('S24: %s', (_kind, params, again) => {
  test.each(['/v1/chat/completions', '/v1/messages'])('is answered from the cache for the same team only: %s', async (path) => {
    provider.on('m', numbered).on('embed', vector);
    const gateway = gatewayOf(params);
    const first = await asked(gateway, red, path, chat('What is it?', { max_tokens: 5 }));
    const answers = new Map<string, string>();
    for (const [name, who] of Object.entries({ red, redToo, blue, lone, lonely, master: { authorization: `Bearer ${masterKey}` } })) answers.set(name, await asked(gateway, who, path, chat(again, { max_tokens: 5 })));
    // What only means the same is shared by one key, unless `semantic_cache_scope` says otherwise.
    expect([answers.get('red'), answers.get('redToo') === first]).toEqual([first, params.type === 'local']);
    expect(new Set([first, ...['blue', 'lone', 'lonely', 'master'].map((name) => answers.get(name))]).size).toBe(5);
    // No wish of a request leads into another's: namespaces are within the tenant.
    for (const cache of [{ namespace: 'red' }, { namespace: '' }, { 'namespace': 'x', 'use-cache': true }]) expect(await asked(gateway, blue, path, chat(again, { max_tokens: 5, cache }))).not.toBe(first);
    const forged = await asked(gateway, blue, path, chat(again, { max_tokens: 5, cache: { namespace: 'forged' }, metadata: { user_api_key_team_id: 'red', tenant: 'red' }, litellm_metadata: { user_api_key_team_id: 'red' } }));
    expect(forged).not.toBe(first);
  });
});

test('S24: an answer under way is shared within the team only, whole and streamed', async () => {
  const chunk = (content: string, finish: string | null = null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
  const slow: Play = async (line, call) => {
    const mine = ++count;
    await Bun.sleep(60);
    return call.json['stream'] === true ? stream([chunk(`answer ${mine}`), chunk('', 'stop'), 'data: [DONE]\n\n'])(line, call) : numbered(line, call);
  };
  for (const more of [{}, { stream: true }]) {
    provider.clear();
    provider.on('m', slow);
    const gateway = gatewayOf({ type: 'local' });
    const [first, same, other, third] = await Promise.all([red, redToo, blue, lone].map((who) => asked(gateway, who, '/v1/chat/completions', chat('All at once?', more))));
    expect(same).toBe(first ?? '');
    expect(new Set([first, other, third]).size).toBe(3);
    expect(provider.callsOf('m')).toHaveLength(3);
  }
});

test('S24: vectors of single inputs are kept for one team', async () => {
  provider.on('embed', vector);
  const gateway = gatewayOf({ type: 'local' });
  const first = async (who: Headers): Promise<unknown> => ((await (await gateway.post('/v1/embeddings', { model: 'embed', input: ['a'] }, who)).json()) as { data: { embedding: number[] }[] }).data[0]?.embedding[1];
  const mine = await first(red);
  expect(await first(redToo)).toBe(mine);
  expect(await first(blue)).not.toBe(mine);
});

test('S25: responses, jobs and explanations are found by their own team only, and nobody else deletes or cancels them', async () => {
  const chunk = (content: string, finish: string | null = null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
  provider.on('m', stream([chunk('answer 1'), chunk('', 'stop'), 'data: [DONE]\n\n']));
  const gateway = gatewayOf(null);
  const made = await (await gateway.post('/v1/responses', { model: 'm', input: 'Keep it.', background: true }, red)).json() as { id: string };
  const path = `/v1/responses/${made.id}`;
  const statuses = async (who: Headers): Promise<number[]> => [
    (await gateway.fetch(path, { headers: who })).status, (await gateway.fetch(`${path}?stream=true`, { headers: who })).status, (await gateway.fetch(`${path}/input_items`, { headers: who })).status,
    (await gateway.post(`${path}/cancel`, {}, who)).status, (await gateway.post('/v1/responses', { model: 'm', input: 'Go on.', previous_response_id: made.id }, who)).status,
    (await gateway.fetch(path, { method: 'DELETE', headers: who })).status,
  ];
  for (const who of [blue, lone, lonely]) expect(await statuses(who)).toEqual([400, 400, 400, 400, 400, 400]);
  for (const alias of [`/responses/${made.id}`, `/openai/v1/responses/${made.id}`, `/v1/responses/${encodeURIComponent(made.id)}%20`, `/v1/responses/x%2f..%2f${made.id}`]) expect([alias, (await gateway.fetch(alias, { headers: blue })).status]).toEqual([alias, 400]);
  expect((await gateway.fetch(path, { headers: redToo })).status).toBe(200);
  const id = (await gateway.fetch(path, { headers: red })).headers.get('x-litellm-call-id') ?? '';
  const asking = await gateway.post('/v1/chat/completions', chat('Explain.', { stream: true }), { ...red, 'x-litellm-call-id': 'call-of-red' });
  await asking.text();
  await Bun.sleep(20);
  expect(id).not.toBe('');
  expect([(await gateway.fetch('/router/explain/call-of-red', { headers: blue })).status, (await gateway.fetch('/router/explain/call-of-red', { headers: red })).status]).toEqual([404, 200]);
});
