// Operations in a provider's own form. The answers are put together from the examples in Amazon's, Google's, Cohere's and Voyage's references.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { signatureProblem } from '../../support/aws.ts';

const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
let provider: ScriptedProvider;
let gateway: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const aws = `aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: "${secret}", aws_region_name: eu-central-1`;
  const model = (name: string, of: string, more: string): string => `
  - { model_name: ${name}, litellm_params: { model: "${of}", ${more} } }`;
  const onBedrock = `${aws}, aws_bedrock_runtime_endpoint: "${provider.url}"`;
  const onVertex = `vertex_project: p1, vertex_location: us-central1, vertex_credentials: '{"type":"authorized_user","client_id":"a","client_secret":"b","refresh_token":"c","token_uri":"${provider.url}/token"}', api_base: "${provider.url}"`;
  gateway = localGateway(`
model_list:${model('titan', 'bedrock/amazon.titan-embed-text-v2:0', onBedrock)}${model('bedrock-cohere', 'bedrock/cohere.embed-multilingual-v3', onBedrock)}${
  model('canvas', 'bedrock/amazon.nova-canvas-v1:0', onBedrock)}${model('stability', 'bedrock/stability.sd3-5-large-v1:0', onBedrock)}${
  model('bedrock-rerank', 'bedrock/cohere.rerank-v3-5:0', `${aws}, api_base: "${provider.url}"`)}${
  model('gecko', 'vertex_ai/text-embedding-005', onVertex)}${model('imagen', 'vertex_ai/imagen-4.0-generate-001', `${onVertex}, output_cost_per_image: 0.04`)}${
  model('voyage', 'voyage/rerank-2.5', `api_key: k, api_base: "${provider.url}/v1"`)}
router_settings: { num_retries: 0 }
`);
});
afterAll(() => provider.stop());
afterEach(() => provider.clear());

/** Answers by the last word of the path. */
const answering = (answer: unknown, headers: Record<string, string> = {}): void => {
  provider.fallback = (line, call) => (call.path === '/token' ? json({ access_token: 't', expires_in: 3600 })(line, call) : json(answer, 200, headers)(line, call));
};
const sent = () => provider.calls.filter((call) => call.path !== '/token');
const ask = async (path: string, body: unknown): Promise<Record<string, never>> => {
  const response = await gateway.post(path, body);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as Record<string, never>;
};

test('Titan takes one text a call: a list becomes as many, in order, and is paid as one', async () => {
  provider.fallback = (line, call) => json({ embedding: [String(call.json['inputText']).length, 0.5], inputTextTokenCount: 3 })(line, call);
  const answer = await ask('/v1/embeddings', { model: 'titan', input: ['a', 'bb', 'ccc'], dimensions: 256 });
  expect(answer['data']).toEqual([[1, 0.5], [2, 0.5], [3, 0.5]].map((embedding, index) => ({ object: 'embedding', index, embedding })) as never);
  expect(answer['usage']).toMatchObject({ prompt_tokens: 9, total_tokens: 9 });
  expect(sent().map((call) => call.json['inputText']).toSorted()).toEqual(['a', 'bb', 'ccc']);
  expect(sent()[0]?.json).toMatchObject({ dimensions: 256 });
  expect(sent()[0]?.path).toBe('/model/amazon.titan-embed-text-v2:0/invoke');
  for (const call of sent()) expect(signatureProblem(call, secret)).toBeNull();
  // 9 tokens at $0.02 per million.
  expect(gateway.records.at(-1)?.costUsd).toBeCloseTo(9 * 0.02e-6, 12);
  expect(gateway.records.at(-1)?.costNanoUsd).toBe(180);
});

test('one failed text fails the whole', async () => {
  let calls = 0;
  provider.fallback = (line, call) => (++calls === 2 ? json({ message: 'Too many requests' }, 429) : json({ embedding: [1], inputTextTokenCount: 1 }))(line, call);
  expect((await gateway.post('/v1/embeddings', { model: 'titan', input: ['a', 'b', 'c'] })).status).toBe(429);
});

test('Cohere on Bedrock takes a list, base64 is made here, tokens come by header', async () => {
  answering({ embeddings: { float: [[0.25, -0.5], [1, 2]] }, id: 'x', response_type: 'embeddings_by_type', texts: ['a', 'b'] }, { 'x-amzn-bedrock-input-token-count': '7' });
  const answer = await ask('/v1/embeddings', { model: 'bedrock-cohere', input: ['a', 'b'], encoding_format: 'base64', input_type: 'search_query' });
  expect(sent()[0]?.json).toEqual({ texts: ['a', 'b'], input_type: 'search_query', embedding_types: ['float'] });
  const data = answer['data'] as unknown as { embedding: string }[];
  expect([...new Float32Array(new Uint8Array(Buffer.from(data[0]?.embedding ?? '', 'base64')).buffer)]).toEqual([0.25, -0.5]);
  expect(answer['usage']).toMatchObject({ prompt_tokens: 7 });
});

test('images of Amazon and Stability', async () => {
  answering({ images: ['AAAA', 'BBBB'] });
  const canvas = await ask('/v1/images/generations', { model: 'canvas', prompt: 'a weir', n: 2, size: '1024x512', quality: 'hd' });
  expect(sent()[0]?.json).toEqual({ taskType: 'TEXT_IMAGE', textToImageParams: { text: 'a weir' }, imageGenerationConfig: { numberOfImages: 2, width: 1024, height: 512, quality: 'premium' } });
  expect((canvas['data'] as unknown as { b64_json: string }[]).map((image) => image.b64_json)).toEqual(['AAAA', 'BBBB']);
  await ask('/v1/images/generations', { model: 'stability', prompt: 'a weir', size: '1792x1024' });
  expect(sent()[1]?.json).toEqual({ mode: 'text-to-image', prompt: 'a weir', aspect_ratio: '16:9' });
});

test('rerank of Bedrock and of Voyage, in Cohere\'s form', async () => {
  answering({ results: [{ index: 1, relevanceScore: 0.9 }, { index: 0, relevanceScore: 0.1 }] });
  const bedrock = await ask('/v1/rerank', { model: 'bedrock-rerank', query: 'q', documents: ['a', { text: 'b' }], top_n: 2 });
  expect(sent()[0]?.json).toEqual({
    queries: [{ type: 'TEXT', textQuery: { text: 'q' } }],
    sources: ['a', 'b'].map((text) => ({ type: 'INLINE', inlineDocumentSource: { type: 'TEXT', textDocument: { text } } })),
    rerankingConfiguration: {
      type: 'BEDROCK_RERANKING_MODEL',
      bedrockRerankingConfiguration: { modelConfiguration: { modelArn: 'arn:aws:bedrock:eu-central-1::foundation-model/cohere.rerank-v3-5:0' }, numberOfResults: 2 },
    },
  });
  expect(bedrock['results']).toEqual([{ index: 1, relevance_score: 0.9 }, { index: 0, relevance_score: 0.1 }] as never);
  answering({ object: 'list', data: [{ index: 1, relevance_score: 0.4375, document: 'b' }], model: 'rerank-2.5', usage: { total_tokens: 26 } });
  const voyage = await ask('/v1/rerank', { model: 'voyage', query: 'q', documents: ['a', 'b'], top_n: 1 });
  expect(sent()[1]?.json).toMatchObject({ top_k: 1, documents: ['a', 'b'] });
  expect(voyage['results']).toEqual([{ index: 1, relevance_score: 0.4375, document: { text: 'b' } }] as never);
});

test('Vertex AI predicts vectors and images', async () => {
  answering({ predictions: [{ embeddings: { values: [0.1, 0.2], statistics: { token_count: 2, truncated: false } } }, { embeddings: { values: [0.3, 0.4], statistics: { token_count: 3, truncated: false } } }] });
  const answer = await ask('/v1/embeddings', { model: 'gecko', input: ['a', 'b'], dimensions: 2, task_type: 'RETRIEVAL_QUERY' });
  expect(sent()[0]?.path).toBe('/v1/projects/p1/locations/us-central1/publishers/google/models/text-embedding-005:predict');
  expect(sent()[0]?.json).toEqual({ instances: [{ content: 'a', task_type: 'RETRIEVAL_QUERY' }, { content: 'b', task_type: 'RETRIEVAL_QUERY' }], parameters: { outputDimensionality: 2 } });
  expect(answer['data']).toEqual([[0.1, 0.2], [0.3, 0.4]].map((embedding, index) => ({ object: 'embedding', index, embedding })) as never);
  expect(answer['usage']).toMatchObject({ prompt_tokens: 5 });
  answering({ predictions: [{ mimeType: 'image/png', bytesBase64Encoded: 'CCCC' }] });
  const image = await ask('/v1/images/generations', { model: 'imagen', prompt: 'a weir', size: '1792x1024', n: 1 });
  expect(sent()[1]?.json).toEqual({ instances: [{ prompt: 'a weir' }], parameters: { sampleCount: 1, aspectRatio: '16:9' } });
  expect((image['data'] as unknown as { b64_json: string }[])[0]?.b64_json).toBe('CCCC');
  // The price of the configuration; the map has none.
  expect(gateway.records.at(-1)?.costUsd).toBeCloseTo(0.04, 9);
});
