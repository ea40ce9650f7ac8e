// The response cache outside of memory, by meaning, and for the same question at the same time.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, configOf, providerDialects } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { json, ScriptedProvider, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { redisInstalled, startRedis, type TestRedis } from '../../support/redis.ts';
import { startBucket } from '../../support/bucket.ts';

let provider: ScriptedProvider;
const [chat] = clientDialects;
const [source] = providerDialects;
if (!chat || !source) throw new Error('no such dialect');
const good = either(source.answer, source.frames);

beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

function gateway(params: Record<string, unknown>, environment: Record<string, string> = {}): LocalGateway {
  const models = ['m', 'embed'].map((name) => ({ name, model: `${name === 'm' ? 'deepseek' : 'openai'}/${name}`, base: `${provider.url}/v1`, extra: { input_cost_per_token: 0.001, output_cost_per_token: 0.001 } }));
  return localGateway(configOf(models, { litellm_settings: { cache: true, cache_params: params } }), { environment });
}
const say = (local: LocalGateway, content: string, more: Record<string, unknown> = {}, signal?: AbortSignal): Promise<Response> =>
  local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content }], ...more }, {}, signal);
const until = async (holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 5_000; !holds() && Date.now() < deadline;) await Bun.sleep(10);
  expect(holds()).toBe(true);
};
const asked = (): number => provider.callsOf('m').length;

test('a question that comes again and again stays a hit, and is looked at anew where anything in it differs', async () => {
  provider.on('m', good);
  const local = gateway({});
  const keyOf = async (content: string, more: Record<string, unknown> = {}): Promise<string | null> => (await say(local, content, more)).headers.get('x-litellm-cache-key');
  await say(local, 'hello');
  const key = await keyOf('hello');
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  for (let round = 0; round < 3; round++) expect(await keyOf('hello')).toBe(key);
  expect(asked()).toBe(1);
  // Not in the same words, and yet the same question; the same length, and another question.
  expect(await keyOf('hello', { stream: true })).toBe(key);
  expect(await keyOf('hellO')).not.toBe(key);
  expect(asked()).toBe(2);
  // What a request says of the cache holds for a body that is known, too.
  await say(local, 'hello', { cache: { 'no-cache': true } });
  await say(local, 'hello', { cache: { 'no-cache': true } });
  expect(asked()).toBe(4);
});

describe.skipIf(!redisInstalled)('in Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());
  const connected = async (params: Record<string, unknown>, environment: Record<string, string> = {}): Promise<LocalGateway> => {
    const local = gateway(params, environment);
    for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
      const ping = (await (await local.fetch('/cache/ping')).json()) as { cache_type: string; ping_response: boolean };
      expect(ping.cache_type).toBe('redis');
      if (ping.ping_response) break;
      await Bun.sleep(10);
    }
    return local;
  };

  test('one gateway keeps, another one finds; plain and streamed', async () => {
    provider.on('m', good);
    const params = { type: 'redis', host: '127.0.0.1', port: redis.port };
    const [one, other] = [await connected(params), await connected({}, { REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port) })];
    const first = await (await say(one, 'hello')).json();
    const again = await say(other, 'hello');
    const key = again.headers.get('x-litellm-cache-key');
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(await again.json()).toEqual(first);
    const streamed = await say(other, 'hello', { stream: true });
    expect(chat.looksFinished(await streamed.text())).toBe(true);
    expect(asked()).toBe(1);
    expect(other.records[0]).toMatchObject({ cache: 'hit', costUsd: 0 });
    expect(other.records[0]?.savedUsd).toBeGreaterThan(0);
    expect(await (await one.post('/cache/delete', { keys: [key] })).json()).toMatchObject({ deleted: 1 });
    await say(other, 'hello');
    expect(asked()).toBe(2);
    expect((await (await one.fetch('/cache/redis/info')).json()) as object).toMatchObject({ num_clients: expect.any(Number) });
    expect((await one.post('/cache/flushall', {})).status).toBe(200);
    await say(other, 'hello');
    expect(asked()).toBe(3);
  });

  test('a Redis that falls silent is done without, and no request fails', async () => {
    provider.on('m', good);
    const local = await connected({ type: 'redis', host: '127.0.0.1', port: redis.port });
    await say(local, 'before');
    redis.freeze();
    try {
      for (let round = 0; round < 12; round++) expect((await say(local, `during ${round % 3}`)).status).toBe(200);
      // What this gateway kept itself is still found.
      expect((await say(local, 'before')).headers.has('x-litellm-cache-key')).toBe(true);
      expect(asked()).toBe(4);
    } finally {
      redis.thaw();
    }
  });
});

test('in a bucket', async () => {
  const bucket = startBucket('AKIATEST');
  provider.on('m', good);
  const params = { type: 's3', s3_bucket_name: 'answers', s3_endpoint_url: bucket.url, s3_region_name: 'eu-1', s3_aws_access_key_id: 'AKIATEST', s3_aws_secret_access_key: 'secret', s3_path: 'weir' };
  await say(gateway(params), 'hello');
  await until(() => bucket.objects.size === 1);
  expect([...bucket.objects.keys()][0]).toMatch(/^\/answers\/weir\/[0-9a-f]{64}$/);
  const other = gateway(params);
  expect((await say(other, 'hello')).headers.has('x-litellm-cache-key')).toBe(true);
  expect((await say(other, 'something else')).status).toBe(200);
  expect(asked()).toBe(2);
  await bucket.stop();
  expect((await say(gateway(params), 'hello')).status).toBe(200);
});

describe('by meaning', () => {
  // The vector of a text: how often it has each of a few words.
  const words = ['capital', 'france', 'germany', 'weather'];
  const embed: Play = (line, call) => {
    const text = String(call.json['input']).toLowerCase();
    const embedding = [...words.map((word) => (text.includes(word) ? 1 : 0)), 0.1];
    return json({ object: 'list', model: 'embed', data: [{ object: 'embedding', index: 0, embedding }], usage: { prompt_tokens: 3, total_tokens: 3 } })(line, call);
  };
  const params = { type: 'local-semantic', embedding_model: 'embed', similarity_threshold: 0.95 };

  test('a question in other words gets the same answer; another question, another conversation or other parameters do not', async () => {
    provider.on('m', good).on('embed', embed);
    const local = gateway(params);
    await say(local, 'What is the capital of France?');
    const near = await say(local, 'The capital of France is what?');
    expect(Number(near.headers.get('x-litellm-semantic-similarity'))).toBeGreaterThan(0.99);
    expect(asked()).toBe(1);
    expect(local.records.findLast(({ model }) => model === 'm')).toMatchObject({ cache: 'hit' });
    await say(local, 'What is the capital of Germany?');
    expect(asked()).toBe(2);
    await say(local, 'The capital of France is what?', { temperature: 0 });
    expect(asked()).toBe(3);
    const history = [{ role: 'user', content: 'Lie to me.' }, { role: 'assistant', content: 'Yes.' }, { role: 'user', content: 'Capital of France?' }];
    await local.post('/v1/chat/completions', { model: 'm', messages: history });
    expect(asked()).toBe(4);
    const metrics = await (await local.fetch('/metrics/')).text();
    expect(metrics).toContain('weir_cache_saved_usd_total');
  });

  test('without an embedding model that answers, requests go on', async () => {
    provider.on('m', good).on('embed', json({ error: { message: 'no' } }, 400));
    expect((await say(gateway(params), 'hello')).status).toBe(200);
  });
});

describe('the same question at the same time', () => {
  const slow: Play = async (line, call) => {
    await Bun.sleep(60);
    await good(line, call);
  };

  test('is asked once', async () => {
    provider.on('m', slow);
    const local = gateway({});
    const answers = await Promise.all(Array.from({ length: 8 }, () => say(local, 'hello')));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(8).fill(200));
    expect(asked()).toBe(1);
    expect(local.records.filter(({ cache }) => cache === 'hit')).toHaveLength(7);
  });

  test('when it fails or its asker leaves, the others ask themselves', async () => {
    const local = gateway({});
    let calls = 0;
    provider.on('m', async (line, call) => {
      await Bun.sleep(60);
      await (calls++ === 0 ? json(source.error('no'), 400) : good)(line, call);
    });
    const failing = await Promise.all(Array.from({ length: 3 }, () => say(local, 'fails')));
    expect(failing.map(({ status }) => status).toSorted()).toEqual([200, 200, 400]);
    provider.clear();
    provider.on('m', slow);
    const leaving = new AbortController();
    const first = say(local, 'leaves', {}, leaving.signal);
    const second = say(local, 'leaves');
    await Bun.sleep(20);
    leaving.abort();
    expect((await second).status).toBe(200);
    await first;
    expect(asked()).toBe(2);
  });

  test('streams do not wait, and no-cache waits for nobody', async () => {
    provider.on('m', slow);
    const local = gateway({});
    await Promise.all([say(local, 'hello', { stream: true }).then((response) => response.text()), say(local, 'hello', { stream: true }).then((response) => response.text())]);
    expect(asked()).toBe(2);
    await Promise.all([say(local, 'fresh', { cache: { 'no-cache': true } }), say(local, 'fresh', { cache: { 'no-cache': true } })]);
    expect(asked()).toBe(4);
  });
});
