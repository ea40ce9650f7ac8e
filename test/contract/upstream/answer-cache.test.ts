// The response cache outside of memory, by meaning, and for the same question at the same time.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { clientOf, configOf, providerOf } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { json, ScriptedProvider, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { redisInstalled, startRedis, type TestRedis } from '../../support/redis.ts';
import { DiskPlace } from '../../../src/cache/places/disk.ts';
import { startQdrant } from '../../support/qdrant.ts';
import { startBucket, startHttpBucket } from '../../support/bucket.ts';

let provider: ScriptedProvider;
const chat = clientOf('openai-chat');
const source = providerOf('deepseek');
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
  for (const deadline = Date.now() + 20_000; !holds() && Date.now() < deadline;) await Bun.sleep(10);
  expect(holds()).toBe(true);
};
const asked = (): number => provider.callsOf('m').length;

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
    expect(metrics).toContain('weir_semantic_cache_hits_total 1\n');
    expect((await (await local.fetch('/cache/ping')).json()) as object).toMatchObject({ litellm_cache_params: expect.stringMatching(/"semantic_hits":1,"semantic_saved_usd":0\.\d+/) });
  });

  const findsLater = async (first: LocalGateway, later: () => LocalGateway | Promise<LocalGateway>): Promise<void> => {
    provider.on('m', good).on('embed', embed);
    await say(first, 'What is the capital of France?');
    let near: Response | null = null;
    // What goes to a server or a disk is written behind the answer. The question is not kept, else it would be found itself from the second time on.
    for (const deadline = Date.now() + 5_000; Date.now() < deadline && !near?.headers.has('x-litellm-semantic-similarity');) {
      near = await (await later()).post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'The capital of France is what?' }], cache: { 'no-store': true } });
    }
    expect(Number(near?.headers.get('x-litellm-semantic-similarity'))).toBeGreaterThan(0.99);
  };

  test('with a folder, questions and answers outlast the process', async () => {
    const place = mkdtempSync(join(tmpdir(), 'weir-cache-'));
    const durable = { ...params, disk_cache_dir: place };
    await findsLater(gateway(durable), () => gateway(durable));
    const later = gateway(durable);
    expect((await later.post('/cache/flushall', {})).status).toBe(200);
    const before = asked();
    await say(later, 'Capital of France');
    expect(asked()).toBe(before + 1);
    expect((await (await later.fetch('/cache/ping')).json()) as object).toMatchObject({ litellm_cache_params: expect.stringContaining('"semantic_index":"sqlite"') });
  });

  test('answers are shared by the requests of one key, or only by those of one end user', async () => {
    const askedBoth = async (scope: string): Promise<number> => {
      provider.clear();
      provider.on('m', good).on('embed', embed);
      const local = gateway({ ...params, semantic_cache_scope: scope });
      for (const [user, content] of [['anna', 'What is the capital of France?'], ['bert', 'The capital of France is what?']]) {
        await local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content }] }, { 'x-litellm-end-user-id': user ?? '' });
      }
      return asked();
    };
    expect([await askedBoth('key'), await askedBoth('end_user')]).toEqual([1, 2]);
  });

  describe.skipIf(!redisInstalled)('in Redis', () => {
    let redis: TestRedis;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());

    test('without vector search, what one gateway was asked another one finds', async () => {
      const inRedis = { ...params, type: 'redis-semantic', host: '127.0.0.1', port: redis.port };
      const connected = async (): Promise<LocalGateway> => {
        const local = gateway(inRedis);
        for (const deadline = Date.now() + 5_000; Date.now() < deadline;) {
          if (((await (await local.fetch('/cache/ping')).json()) as { ping_response: boolean }).ping_response) break;
          await Bun.sleep(10);
        }
        return local;
      };
      const other = await connected();
      await findsLater(await connected(), () => other);
      expect((await other.post('/cache/flushall', {})).status).toBe(200);
      const before = asked();
      await say(await connected(), 'Capital of France');
      expect(asked()).toBe(before + 1);
    });
  });

  test('in Qdrant, whose collection is made and holds the answers', async () => {
    const qdrant = startQdrant('key-1');
    const inQdrant = { ...params, type: 'qdrant-semantic', qdrant_api_base: qdrant.url, qdrant_api_key: 'key-1', qdrant_collection_name: 'weir' };
    await findsLater(gateway(inQdrant), () => gateway(inQdrant));
    expect(qdrant.collection()).toEqual({ vectors: { size: 5, distance: 'Cosine' }, quantization_config: { binary: { always_ram: false } } });
    const other = gateway(inQdrant);
    expect((await other.post('/cache/flushall', {})).status).toBe(200);
    expect(qdrant.points()).toBe(0);
    await qdrant.stop();
    expect((await say(gateway(inQdrant), 'Capital of Germany')).status).toBe(200);
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

  test('no-cache waits for nobody, and a stream waits for no whole answer', async () => {
    provider.on('m', slow);
    const local = gateway({});
    await Promise.all([say(local, 'fresh', { cache: { 'no-cache': true } }), say(local, 'fresh', { cache: { 'no-cache': true } })]);
    expect(asked()).toBe(2);
    await Promise.all([say(local, 'hello'), say(local, 'hello', { stream: true }).then((response) => response.text())]);
    expect(asked()).toBe(4);
    await Promise.all([say(local, 'forms', { stream: true }), say(local, 'forms', { stream: true, stream_options: { include_usage: true } })].map(async (response) => (await response).text()));
    expect(asked()).toBe(6);
  });

  describe('as streams', () => {
    // The first frames at once, the others when the test says so.
    const stepped = (): { play: Play; go: () => void; calls: () => number } => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let calls = 0;
      return {
        go: resolve, calls: () => calls,
        play: async (line) => {
          calls++;
          await line.beginStream();
          for (const frame of source.frames.slice(0, 3)) await line.chunk(frame);
          await promise;
          for (const frame of source.frames.slice(3)) await line.chunk(frame);
          await line.end();
        },
      };
    };
    const readSome = async (response: Response): Promise<{ first: string; rest: () => Promise<string>; leave: () => Promise<void> }> => {
      if (!response.body) throw new Error('no body');
      const reader = response.body.getReader();
      const text = new TextDecoder();
      const first = text.decode((await reader.read()).value, { stream: true });
      return {
        first, leave: () => reader.cancel(),
        rest: async () => {
          let all = first;
          for (let part = await reader.read(); !part.done; part = await reader.read()) all += text.decode(part.value, { stream: true });
          return all;
        },
      };
    };
    const streamed = (local: LocalGateway, signal?: AbortSignal): Promise<Response> => say(local, 'hello', { stream: true }, signal);

    test('is asked once: one that comes late gets the beginning again and the rest as it comes', async () => {
      const step = stepped();
      provider.on('m', step.play);
      const local = gateway({});
      const [first, second] = [await readSome(await streamed(local)), await readSome(await streamed(local))];
      expect(second.first).toBe(first.first);
      step.go();
      const texts = await Promise.all([first.rest(), second.rest()]);
      expect(texts[0]).toBe(texts[1]);
      expect(chat.looksFinished(texts[0] ?? '')).toBe(true);
      expect(asked()).toBe(1);
      await until(() => local.records.length === 2);
      const joined = local.records.find(({ cache }) => cache === 'hit');
      expect(joined).toMatchObject({ costUsd: 0, status: 200 });
      expect(joined?.savedUsd).toBe(local.records.find(({ cache }) => cache === 'miss')?.costUsd ?? -1);
      expect(joined?.usage.outputTokens).toBeGreaterThan(0);
      // And it is kept.
      expect((await streamed(local)).headers.has('x-litellm-cache-key')).toBe(true);
      expect(asked()).toBe(1);
    });

    test('those who joined get all of it when the first one leaves, and the other way round', async () => {
      for (const leaves of [0, 1]) {
        provider.clear();
        const step = stepped();
        provider.on('m', step.play);
        const local = gateway({});
        const controllers = [new AbortController(), new AbortController()];
        const readers = [await readSome(await streamed(local, controllers[0]?.signal)), await readSome(await streamed(local, controllers[1]?.signal))];
        controllers[leaves]?.abort();
        await readers[leaves]?.leave();
        step.go();
        expect(chat.looksFinished(await readers[1 - leaves]?.rest() ?? '')).toBe(true);
        expect(asked()).toBe(1);
        await until(() => local.records.length === 2);
      }
    });

    test('when all have left, the provider is let go', async () => {
      const step = stepped();
      provider.on('m', step.play);
      const local = gateway({});
      const controllers = [new AbortController(), new AbortController()];
      const readers = [await readSome(await streamed(local, controllers[0]?.signal)), await readSome(await streamed(local, controllers[1]?.signal))];
      for (const [index, controller] of controllers.entries()) {
        controller.abort();
        await readers[index]?.leave();
      }
      await until(() => provider.callsOf('m')[0]?.isClosed() === true);
      await until(() => local.records.length === 2);
      expect(local.records.map(({ status }) => status)).toEqual([499, 499]);
      expect(asked()).toBe(1);
      step.go();
    });

    test('when it breaks off, all are told; when it fails before it begins, the others ask themselves', async () => {
      const local = gateway({});
      const { promise, resolve } = Promise.withResolvers<void>();
      provider.on('m', async (line) => {
        await line.beginStream();
        for (const frame of source.frames.slice(0, 3)) await line.chunk(frame);
        await promise;
        line.reset();
      });
      const both = [await readSome(await streamed(local)), await readSome(await streamed(local))];
      resolve();
      for (const reader of both) expect(chat.streamError(await reader.rest())).not.toBeNull();
      expect(asked()).toBe(1);
      provider.clear();
      let calls = 0;
      provider.on('m', async (line, call) => {
        await Bun.sleep(50);
        await (calls++ === 0 ? json(source.error('no'), 400) : good)(line, call);
      });
      const statuses = await Promise.all(Array.from({ length: 3 }, async () => {
        const response = await streamed(local);
        await response.text();
        return response.status;
      }));
      expect(statuses.toSorted()).toEqual([200, 200, 400]);
      expect(asked()).toBe(3);
    });
  });
});

describe('in a folder', () => {
  const folder = (): string => mkdtempSync(join(tmpdir(), 'weir-cache-'));
  const filesOf = (place: string): string[] => (readdirSync(place, { recursive: true }) as string[]).filter((name) => /[0-9a-f]{64}$/.test(name));

  test('a gateway that starts later finds what an earlier one kept; what has expired is removed, and nobody else may read it', async () => {
    const place = folder();
    provider.on('m', good);
    await say(gateway({ type: 'disk', disk_cache_dir: place }), 'hello');
    await say(gateway({ type: 'disk', disk_cache_dir: place }), 'short', { cache: { ttl: 0.2 } });
    await until(() => filesOf(place).length === 2);
    expect(filesOf(place).map((name) => statSync(join(place, name)).mode & 0o777)).toEqual([0o600, 0o600]);
    const later = gateway({ type: 'disk', disk_cache_dir: place });
    expect((await say(later, 'hello')).headers.has('x-litellm-cache-key')).toBe(true);
    expect(asked()).toBe(2);
    await Bun.sleep(250);
    await say(later, 'short');
    expect(asked()).toBe(3);
    expect((await later.post('/cache/flushall', {})).status).toBe(200);
    await say(later, 'hello');
    expect(asked()).toBe(4);
  });

  test('it is bounded by bytes, a file is never seen half written, and what a killed process left is removed', async () => {
    const place = folder();
    mkdirSync(join(place, 'aa'));
    writeFileSync(join(place, 'aa', `${'a'.repeat(64)}.1-1.part`), 'half');
    const disk = new DiskPlace(place, 4_000);
    const name = (index: number): string => index.toString(16).padStart(64, '0');
    for (let index = 0; index < 20; index++) await disk.write(name(index), Buffer.alloc(400, index));
    await disk.write(name(99), Buffer.alloc(600));
    expect(filesOf(place).length).toBe(10);
    expect(await disk.read(name(0))).toBeNull();
    expect(await disk.read(name(19))).toEqual(new Uint8Array(Buffer.alloc(400, 19)));
    expect(readdirSync(join(place, 'aa'))).toEqual([]);
    // After a restart the oldest are still known.
    const again = new DiskPlace(place, 4_000);
    await again.write(name(20), Buffer.alloc(400));
    expect(filesOf(place).length).toBe(10);
    expect(await again.read(name(10))).toBeNull();
    await again.write('../../escape', Buffer.from('x'));
    expect(await again.read('../../etc/passwd')).toBeNull();
  });

  test('a folder that cannot be written to is done without', async () => {
    const place = join(folder(), 'file');
    writeFileSync(place, '');
    provider.on('m', good);
    const local = gateway({ type: 'disk', disk_cache_dir: place });
    expect((await say(local, 'hello')).status).toBe(200);
    expect((await say(local, 'hello')).headers.has('x-litellm-cache-key')).toBe(true);
    expect(asked()).toBe(1);
  });
});

describe('in a bucket that is signed in to with a token', () => {
  const tokens = (path: string): Record<string, (request: Request) => Response | Promise<Response>> => ({ [path]: () => Response.json({ access_token: 'token-1', expires_in: 3600, token_type: 'Bearer' }) });

  test("Google's", async () => {
    const bucket = startHttpBucket(tokens('/token'), {
      nameOf: ({ pathname, searchParams }) => searchParams.get('name') ?? decodeURIComponent(/^\/storage\/v1\/b\/answers\/o\/([^/]+)$/.exec(pathname)?.[1] ?? ''),
      written: (name) => Response.json({ kind: 'storage#object', name, bucket: 'answers' }),
      missing: () => Response.json({ error: { code: 404, message: 'No such object' } }, { status: 404 }),
      listed: (names) => Response.json({ kind: 'storage#objects', items: names.map((name) => ({ name })) }),
    });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    const key = join(mkdtempSync(join(tmpdir(), 'weir-key-')), 'key.json');
    writeFileSync(key, JSON.stringify({ type: 'service_account', client_email: 'a@b', private_key: privateKey, token_uri: `${bucket.url}/token` }));
    provider.on('m', good);
    const params = { type: 'gcs', gcs_bucket_name: 'answers', gcs_path: 'weir', gcs_path_service_account: key };
    const environment = { STORAGE_EMULATOR_HOST: bucket.url };
    await say(gateway(params, environment), 'hello');
    await until(() => bucket.objects.size === 1);
    expect([...bucket.objects.keys()][0]).toMatch(/^weir\/[0-9a-f]{64}$/);
    const other = gateway(params, environment);
    expect((await say(other, 'hello')).headers.has('x-litellm-cache-key')).toBe(true);
    expect((await other.post('/cache/flushall', {})).status).toBe(200);
    expect(bucket.objects.size).toBe(0);
    expect(bucket.authorizations).toEqual(new Set(['Bearer token-1']));
    await bucket.stop();
    expect((await say(other, 'after')).status).toBe(200);
  });

  test("Azure's, whose container is made", async () => {
    let hasContainer = false;
    const bucket = startHttpBucket({
      ...tokens('/tenant/oauth2/v2.0/token'),
      '/answers': (request) => {
        if (request.method !== 'PUT') return new Response(`<?xml version="1.0"?><EnumerationResults><Blobs>${[...bucket.objects.keys()].map((name) => `<Blob><Name>${name}</Name></Blob>`).join('')}</Blobs><NextMarker /></EnumerationResults>`);
        hasContainer = true;
        return new Response(null, { status: 201 });
      },
    }, {
      nameOf: ({ pathname }) => pathname.slice('/answers/'.length),
      written: () => new Response(null, { status: 201 }),
      missing: () => new Response('<?xml version="1.0"?><Error><Code>BlobNotFound</Code></Error>', { status: 404 }),
      listed: () => new Response(null, { status: 400 }),
      refuses: (request) => (hasContainer && (request.method !== 'PUT' || request.headers.get('x-ms-blob-type') === 'BlockBlob') && request.headers.has('x-ms-version') ? null : new Response('<Error><Code>ContainerNotFound</Code></Error>', { status: 404 })),
    });
    provider.on('m', good);
    const params = { type: 'azure-blob', azure_account_url: bucket.url, azure_blob_container: 'answers' };
    const environment = { AZURE_TENANT_ID: 'tenant', AZURE_CLIENT_ID: 'client', AZURE_CLIENT_SECRET: 'secret', AZURE_AUTHORITY_HOST: bucket.url };
    await say(gateway(params, environment), 'hello');
    await until(() => bucket.objects.size === 1);
    const other = gateway(params, environment);
    expect((await say(other, 'hello')).headers.has('x-litellm-cache-key')).toBe(true);
    expect(asked()).toBe(1);
    expect((await other.post('/cache/flushall', {})).status).toBe(200);
    expect(bucket.objects.size).toBe(0);
    await bucket.stop();
  });
});
