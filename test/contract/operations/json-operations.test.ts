// Operations whose bodies are JSON: what the provider is sent, what the client gets, what is written down and billed, what goes wrong.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { json, ScriptedProvider, silence, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

const config = (base: string): string => `
model_list:
  - {model_name: vectors, litellm_params: {model: openai/embed, api_key: sk-provider-1, api_base: ${base}/v1, input_cost_per_token: 0.001}, model_info: {mode: embedding}}
  - {model_name: pictures, litellm_params: {model: openai/paint, api_key: sk-provider-1, api_base: ${base}/v1, output_cost_per_image: 0.04}}
  - {model_name: judge, litellm_params: {model: openai/moderate, api_key: sk-provider-1, api_base: ${base}/v1}}
  - {model_name: order, litellm_params: {model: cohere/rerank-x, api_key: co-provider-1, api_base: ${base}, input_cost_per_query: 0.002}}
  - {model_name: voyage-order, litellm_params: {model: voyage/rerank-y, api_key: vo-provider-1, api_base: ${base}/v1}}
  - {model_name: own-form, litellm_params: {model: cohere/embed-z, api_key: co-provider-1, api_base: ${base}/v2/embed}}
  - {model_name: failing, litellm_params: {model: openai/embed-down, api_key: sk-provider-1, api_base: ${base}/v1}}
  - {model_name: chat-only, litellm_params: {model: anthropic/claude-x, api_key: sk-provider-1, api_base: ${base}}}
router_settings: {num_retries: 1, fallbacks: [{failing: [vectors]}]}
`;
const numbers = json({ object: 'list', model: 'embed', data: [{ object: 'embedding', index: 0, embedding: [0.5, -1.25] }], usage: { prompt_tokens: 3, total_tokens: 3 } });
const base64 = Buffer.from(Float32Array.of(0.5, -1.25).buffer).toString('base64');

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(config(provider.url));
});
beforeEach(() => {
  provider.clear();
  local.records.length = 0;
});
afterAll(() => provider.stop());

describe('embeddings', () => {
  test('all paths; only the model and the gateway’s own members change', async () => {
    provider.on('embed', numbers);
    for (const path of ['/v1/embeddings', '/embeddings', '/engines/vectors/embeddings', '/openai/deployments/vectors/embeddings']) {
      const response = await local.post(path, '{"model" : "vectors","input": [[1, 2]], "num_retries": 0, "dimensions": 2}');
      expect(await response.json()).toMatchObject({ object: 'list', model: 'vectors', data: [{ index: 0, embedding: [0.5, -1.25] }], usage: { prompt_tokens: 3, completion_tokens: 0 } });
    }
    expect(provider.calls.map((call) => call.body.toString())).toEqual(Array(4).fill('{"model" : "embed","input": [[1, 2]], "dimensions": 2}'));
    expect(provider.calls[0]).toMatchObject({ path: '/v1/embeddings', headers: { authorization: 'Bearer sk-provider-1' } });
  });

  test('is logged, counted and priced', async () => {
    provider.on('embed', numbers);
    const response = await local.post('/v1/embeddings', { model: 'vectors', input: 'a' });
    expect(response.headers.get('x-litellm-response-cost')).toBe('0.003');
    expect(local.records[0]).toMatchObject({ route: '/v1/embeddings', status: 200, model: 'vectors', usage: { inputTokens: 3, outputTokens: 0 }, costUsd: 0.003 });
  });

  test('comes in the encoding that was asked for, whatever the provider heeds', async () => {
    provider.on('embed', numbers);
    const encoded = await local.post('/v1/embeddings', { model: 'vectors', input: 'a', encoding_format: 'base64' });
    expect(await encoded.json()).toMatchObject({ model: 'vectors', data: [{ embedding: base64 }] });
    provider.on('embed', json({ object: 'list', model: 'embed', data: [{ object: 'embedding', index: 0, embedding: base64 }] }));
    const decoded = await local.post('/v1/embeddings', { model: 'vectors', input: 'a' });
    expect(await decoded.json()).toMatchObject({ data: [{ embedding: [0.5, -1.25] }] });
  });

  test('speaks a provider’s own form where the address names it', async () => {
    provider.on('embed-z', json({ embeddings: { float: [[1], [2]] }, meta: { billed_units: { input_tokens: 4 } } }));
    const response = await local.post('/v1/embeddings', { model: 'own-form', input: ['a', 'b'], dimensions: 1 });
    expect(await response.json()).toMatchObject({ model: 'own-form', data: [{ index: 0, embedding: [1] }, { index: 1, embedding: [2] }], usage: { prompt_tokens: 4 } });
    expect(provider.calls[0]).toMatchObject({ path: '/v2/embed', json: { texts: ['a', 'b'], output_dimension: 1, embedding_types: ['float'] } });
  });
});

describe('failures', () => {
  test('missing and wrong members are named before anything is sent', async () => {
    const cases: [string, unknown, string | null][] = [
      ['/v1/embeddings', { model: 'vectors' }, 'input'], ['/v1/embeddings', { model: 'vectors', input: 3 }, null], ['/v1/rerank', { model: 'order', query: 'q' }, 'documents'],
      ['/v1/rerank', { model: 'order', query: 'q', documents: 'd' }, null], ['/v1/images/generations', { model: 'pictures' }, 'prompt'], ['/v1/moderations', { model: 'judge' }, 'input'],
    ];
    for (const [path, body, param] of cases) {
      const response = await local.post(path, body);
      expect([response.status, await response.json()]).toMatchObject([400, { error: { type: 'invalid_request_error', param, code: '400' } }]);
    }
    expect(provider.calls).toHaveLength(0);
  });

  test('unknown models, models that cannot do it, and bodies that are no JSON', async () => {
    // As in LiteLLM, some of these refusals have a type and some have none.
    for (const [path, body, type] of [['/v1/embeddings', { input: 'a' }, 'invalid_request_error'], ['/v1/audio/speech', { input: 'a', voice: 'b' }, null], ['/v1/completions', { prompt: 'a' }, null]] as const) {
      expect([path, await (await local.post(path, { model: 'nope', ...body })).json()]).toMatchObject([path, { error: { type, code: '400' } }]);
    }
    expect((await local.post('/v1/embeddings', { model: 'nope', input: 'a' })).status).toBe(400);
    expect((await local.post('/v1/embeddings', { input: 'a' })).status).toBe(400);
    const refused = await local.post('/v1/embeddings', { model: 'chat-only', input: 'a' });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('has no embeddings')]);
    expect((await local.post('/v1/embeddings', '{"model":')).status).toBe(400);
  });

  test('a provider’s failure is retried and falls back like chat', async () => {
    provider.on('embed-down', json({ error: { message: 'down', type: 'server_error', param: null, code: null } }, 503));
    provider.on('embed', numbers);
    const response = await local.post('/v1/embeddings', { model: 'failing', input: 'a' });
    expect([response.status, response.headers.get('x-litellm-attempted-fallbacks')]).toEqual([200, '1']);
    expect(await response.json()).toMatchObject({ model: 'failing' });
    expect(provider.callsOf('embed-down')).toHaveLength(2);
  });

  test('an upstream error keeps its status and tells no key', async () => {
    provider.on('embed', json({ error: { message: 'key sk-provider-1 is not allowed', type: 'x', param: 'input', code: null } }, 403));
    const response = await local.post('/v1/embeddings', { model: 'vectors', input: 'a' });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toMatchObject([403, { error: { param: null, code: '403' } }]);
    expect(text).not.toContain('sk-provider-1');
  });

  test.each<[string, Play]>([
    ['HTML', (line) => line.reply(200, '<html>', { 'content-type': 'text/html' })],
    ['JSON that holds nothing', json({ object: 'list' })],
    ['an error with status 200', json({ error: { message: 'quota', code: 429 } })],
    ['half an answer', async (line) => {
      await line.head(200, { 'content-type': 'application/json', 'content-length': '100' });
      await line.raw('{"data":');
      line.fin();
    }],
  ])('%s is no answer', async (_name, play) => {
    provider.on('embed', play);
    const response = await local.post('/v1/embeddings', { model: 'vectors', input: 'a', num_retries: 0 });
    expect(response.status).toBeGreaterThanOrEqual(429);
    expect(await response.json()).toHaveProperty('error.message');
  });

  test('a client that leaves takes the provider’s connection along', async () => {
    provider.on('embed', silence);
    const leaving = new AbortController();
    const answered = local.post('/v1/embeddings', { model: 'vectors', input: 'a' }, {}, leaving.signal);
    const seen = await provider.call('embed');
    leaving.abort();
    await Promise.all([seen.closed, answered.catch(() => undefined)]);
    expect(local.records[0]).toMatchObject({ fault: 'client_left', status: 499 });
  });
});

describe('the others', () => {
  test('images: a price for each, and the members that clients read', async () => {
    provider.on('paint', json({ created: 1, data: [{ b64_json: 'AA==' }, { b64_json: 'BB==' }] }));
    const response = await local.post('/v1/images/generations', { model: 'pictures', prompt: 'cat', n: 2 });
    expect(await response.json()).toMatchObject({ created: 1, size: null, data: [{ b64_json: 'AA==', url: null }, { b64_json: 'BB==', url: null }], usage: { total_tokens: 0 } });
    expect(local.records[0]?.costUsd).toBeCloseTo(0.08, 9);
  });

  test('images as events pass and end as a stream does', async () => {
    const frames = ['event: image_generation.partial_image\ndata: {"type":"image_generation.partial_image","b64_json":"AA"}\n\n', 'event: image_generation.completed\ndata: {"type":"image_generation.completed","b64_json":"BB","usage":{"input_tokens":2,"output_tokens":5,"total_tokens":7}}\n\n'];
    provider.on('paint', async (line) => {
      await line.beginStream();
      for (const frame of frames) await line.chunk(frame);
      await line.end();
    });
    const response = await local.post('/v1/images/generations', { model: 'pictures', prompt: 'cat', stream: true });
    expect(await response.text()).toBe(frames.join(''));
    expect(local.records[0]).toMatchObject({ stream: true, usage: { inputTokens: 2, outputTokens: 5 }, fault: null });
    provider.on('paint', async (line) => {
      await line.beginStream();
      await line.chunk(frames[0] ?? '');
      await line.end();
    });
    const cut = await local.post('/v1/images/generations', { model: 'pictures', prompt: 'cat', stream: true });
    expect(await cut.text()).toContain('"error"');
    expect(local.records[1]?.fault).toBe('upstream_stream_broken');
  });

  test('moderations pass', async () => {
    provider.on('moderate', json({ id: 'm', model: 'moderate', results: [{ flagged: true }] }));
    const response = await local.post('/moderations', { model: 'judge', input: 'x' });
    expect(await response.json()).toEqual({ id: 'm', model: 'moderate', results: [{ flagged: true, category_applied_input_types: null }] });
  });

  test('rerank: three paths, billed by search units, other forms made into Cohere’s', async () => {
    provider.on('rerank-x', json({ id: 'r', results: [{ index: 1, relevance_score: 0.9 }], meta: { billed_units: { search_units: 2 } } }));
    for (const path of ['/rerank', '/v1/rerank', '/v2/rerank']) {
      const response = await local.post(path, { model: 'order', query: 'q', documents: ['a', 'b'], top_n: 1 });
      expect(await response.json()).toMatchObject({ id: 'r', results: [{ index: 1, relevance_score: 0.9 }] });
    }
    expect(local.records[0]?.costUsd).toBeCloseTo(0.004, 9);
    expect(provider.calls[0]?.path).toBe('/v2/rerank');
    provider.on('rerank-y', json({ object: 'list', data: [{ index: 0, relevance_score: 0.5, document: 'a' }], usage: { total_tokens: 9 } }));
    const response = await local.post('/v1/rerank', { model: 'voyage-order', query: 'q', documents: [{ text: 'a' }], top_n: 1 });
    expect(await response.json()).toMatchObject({ results: [{ index: 0, relevance_score: 0.5, document: { text: 'a' } }] });
    expect(provider.callsOf('rerank-y')[0]?.json).toEqual({ model: 'rerank-y', query: 'q', documents: ['a'], top_k: 1 });
  });
});

test('health asks embeddings for an embedding', async () => {
  provider.on('embed', numbers);
  const response = await local.fetch('/health?model=vectors');
  expect(await response.json()).toMatchObject({ healthy_count: 1, unhealthy_count: 0 });
  expect(provider.calls.map((call) => call.path)).toEqual(['/v1/embeddings']);
});
