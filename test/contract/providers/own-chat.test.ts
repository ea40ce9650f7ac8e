// Chat in a provider's own form, told as OpenAI's. The answers are put together from the examples in the providers' references.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { createVerify, createHash, generateKeyPairSync } from 'node:crypto';
import { eventStream, exceptionEvent, partEvents } from '../../support/aws.ts';
import { json, ScriptedProvider, stream, type SeenCall } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
let provider: ScriptedProvider;
let gateway: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const at = `api_base: "${provider.url}"`;
  const model = (name: string, of: string, more = 'api_key: k'): string => `
  - { model_name: ${name}, litellm_params: { model: "${of}", ${at}, ${more} } }`;
  const aws = 'aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: wJalrXUtnFEMI, aws_region_name: eu-central-1';
  gateway = localGateway(`
model_list:${model('cohere', 'cohere_chat/command-a-03-2025')}${model('replicate', 'replicate/meta/meta-llama-3-8b-instruct')}${
  model('replicate-version', `replicate/meta/llama:${'0a'.repeat(32)}`)}${model('fim', 'text-completion-codestral/codestral-latest')}${
  model('ragflow', 'ragflow/agent/a-1/llm/x')}${model('sagemaker', 'sagemaker/jumpstart-llama', aws)}${model('nova', 'sagemaker_nova/my-nova', aws)}${
  model('watsonx', 'watsonx_text/ibm/granite-13b-instruct-v2', 'token: tok-given, project_id: p1')}${
  model('sap', 'sap/gpt-4o', `api_key: '{"clientid":"id-1","clientsecret":"secret-of-sap","url":"${provider.url}"}'`)}${
  model('oci', 'oci/xai.grok-4', `oci_region: us-chicago-1, oci_tenancy: ocid1.tenancy, oci_user: ocid1.user, oci_fingerprint: "aa:bb", oci_compartment_id: ocid1.compartment, oci_key: os.environ/KEY_OF_OCI`)}${
  model('oci-key', 'oci/xai.grok-4')}${model('databricks', 'databricks/databricks-meta-llama', 'client_id: app-1, client_secret: secret-of-databricks')}${
  model('nlp', 'nlp_cloud/finetuned-llama-3-70b')}
router_settings: { num_retries: 0 }
`, { environment: { KEY_OF_OCI: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n'), DATABRICKS_API_KEY: 'not-this-key' } });
});
afterAll(() => provider.stop());
afterEach(() => provider.clear());

const isToken = (call: SeenCall): boolean => call.path.endsWith('token');
const sent = (): SeenCall => {
  const call = provider.calls.find((seen) => !isToken(seen));
  if (!call) throw new Error('The provider was not called.');
  return call;
};
/** Gives tokens, this answer, and these frames to whoever asks for a stream. */
function play(answer: unknown, frames: readonly string[] = []): void {
  provider.fallback = (line, call) => {
    if (isToken(call)) return json({ access_token: 'tok-1', expires_in: 3600 })(line, call);
    return frames.length > 0 ? stream(frames)(line, call) : json(answer)(line, call);
  };
}
const frame = (data: unknown, event?: string): string => `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
const hi = [{ role: 'user', content: 'hi' }];
const ask = (model: string, more: object = {}): Promise<Response> => gateway.post('/v1/chat/completions', { model, messages: hi, ...more });
const read = async (response: Response): Promise<Record<string, unknown>> => {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
};
/** Text, tool arguments and the finish reason of a chat stream. */
async function fold(response: Response): Promise<{ text: string; calls: string; reasons: unknown[]; usage: unknown; annotations: number; done: boolean; errors: string[] }> {
  const seen = { text: '', calls: '', reasons: [] as unknown[], usage: null as unknown, annotations: 0, done: false, errors: [] as string[] };
  for (const line of (await response.text()).split('\n').filter((found) => found.startsWith('data: '))) {
    if (line === 'data: [DONE]') {
      seen.done = true;
      continue;
    }
    const chunk = JSON.parse(line.slice(6)) as { choices?: { delta?: { content?: string; annotations?: unknown[]; tool_calls?: { function?: { arguments?: string; name?: string } }[] }; finish_reason?: unknown }[]; usage?: unknown; error?: { message: string } };
    if (chunk.error) seen.errors.push(chunk.error.message);
    if (chunk.usage) seen.usage = chunk.usage;
    for (const { delta, finish_reason: reason } of chunk.choices ?? []) {
      seen.text += delta?.content ?? '';
      seen.annotations += delta?.annotations?.length ?? 0;
      for (const call of delta?.tool_calls ?? []) seen.calls += `${call.function?.name ?? ''}${call.function?.arguments ?? ''}`;
      if (reason) seen.reasons.push(reason);
    }
  }
  return seen;
}

const source = { type: 'document', id: 'd1', document: { id: 'd1', title: 'Rivers', snippet: 'A weir is a dam.' } };

test('Cohere\'s own chat takes documents and gives citations, usage and reasons', async () => {
  play({
    id: 'c-1', finish_reason: 'COMPLETE', usage: { billed_units: { input_tokens: 5, output_tokens: 7 }, tokens: { input_tokens: 71, output_tokens: 8 } },
    message: { role: 'assistant', content: [{ type: 'text', text: 'A dam.' }], citations: [{ start: 0, end: 5, text: 'A dam', sources: [source] }] },
  });
  const response = await ask('cohere', { documents: [{ id: 'd1', data: { title: 'Rivers' } }], max_completion_tokens: 9, top_p: 0.5, stop: 'x', user: 'u', logit_bias: { 1: 1 } });
  expect(response.headers.get('x-weir-dropped')?.split(',').map((name) => name.trim()).toSorted()).toEqual(['logit_bias', 'user']);
  const answer = await read(response);
  expect(sent().path).toBe('/v2/chat');
  expect(sent().json).toEqual({ model: 'command-a-03-2025', messages: hi, documents: [{ id: 'd1', data: { title: 'Rivers' } }], max_tokens: 9, p: 0.5, stop_sequences: ['x'] });
  expect(answer['model']).toBe('cohere');
  expect(answer['choices']).toMatchObject([{ finish_reason: 'stop', message: { role: 'assistant', content: 'A dam.', annotations: [{ type: 'url_citation', url_citation: { start_index: 0, end_index: 5, title: 'Rivers', url: 'source:d1' } }] } }]);
  expect(answer['usage']).toMatchObject({ prompt_tokens: 71, completion_tokens: 8, total_tokens: 79 });
  // $2.50 and $10 per million.
  expect(gateway.records.at(-1)?.costUsd).toBeCloseTo(71 * 2.5e-6 + 8 * 10e-6, 12);
});

const cohereStream = [
  frame({ type: 'message-start', id: 's-1', delta: { message: { role: 'assistant', content: [] } } }, 'message-start'),
  frame({ type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will look.' } } }, 'tool-plan-delta'),
  frame({ type: 'tool-call-start', index: 0, delta: { message: { tool_calls: { id: 't1', type: 'function', function: { name: 'look', arguments: '' } } } } }, 'tool-call-start'),
  frame({ type: 'tool-call-delta', index: 0, delta: { message: { tool_calls: { function: { arguments: '{"at":' } } } } }, 'tool-call-delta'),
  frame({ type: 'tool-call-delta', index: 0, delta: { message: { tool_calls: { function: { arguments: '1}' } } } } }, 'tool-call-delta'),
  frame({ type: 'tool-call-end', index: 0 }, 'tool-call-end'),
  frame({ type: 'message-end', id: 's-1', delta: { finish_reason: 'TOOL_CALL', usage: { tokens: { input_tokens: 11, output_tokens: 4 } } } }, 'message-end'),
];

test('its streams become chunks, in every dialect; one that is cut is no answer', async () => {
  play(null, cohereStream);
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }, { type: 'function', function: { name: 'other' } }];
  const seen = await fold(await ask('cohere', { stream: true, stream_options: { include_usage: true }, tools, tool_choice: { type: 'function', function: { name: 'look' } } }));
  expect(seen).toMatchObject({ calls: 'look{"at":1}', reasons: ['tool_calls'], done: true, usage: { prompt_tokens: 11, completion_tokens: 4 } });
  expect(sent().json).toMatchObject({ stream: true, tool_choice: 'REQUIRED', tools: [tools[0]] });
  const messages = await (await gateway.post('/v1/messages', { model: 'cohere', max_tokens: 5, stream: true, messages: hi })).text();
  expect(messages).toContain('"partial_json":"1}"');
  expect(messages).toContain('"stop_reason":"tool_use"');
  expect(messages).toContain('I will look.');
  play(null, cohereStream.slice(0, 4));
  const cut = await fold(await ask('cohere', { stream: true }));
  expect(cut.done).toBe(false);
  expect(cut.errors.length).toBe(1);
});

test('citations of a stream are annotations, and its own error is one', async () => {
  const text = (word: string): string => frame({ type: 'content-delta', index: 0, delta: { message: { content: { text: word } } } }, 'content-delta');
  const start = frame({ type: 'citation-start', index: 0, delta: { message: { citations: { start: 0, end: 2, text: 'ab', sources: [source] } } } }, 'citation-start');
  play(null, [cohereStream[0] ?? '', text('a'), text('b'), start, frame({ type: 'message-end', delta: { finish_reason: 'COMPLETE' } }, 'message-end')]);
  expect(await fold(await ask('cohere', { stream: true }))).toMatchObject({ text: 'ab', annotations: 1, reasons: ['stop'], done: true });
  play(null, [cohereStream[0] ?? '', text('a'), frame({ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'out of order' } }, 'message-end')]);
  const broken = await fold(await ask('cohere', { stream: true }));
  expect(broken.done).toBe(false);
  expect(broken.errors[0]).toContain('out of order');
});

test('a prediction of Replicate is waited for', async () => {
  const urls = { get: `${provider.url}/v1/predictions/p1`, cancel: `${provider.url}/v1/predictions/p1/cancel` };
  let asked = 0;
  provider.fallback = (line, call) => {
    if (call.method === 'POST') return json({ id: 'p1', status: 'starting', urls }, 201)(line, call);
    return json(++asked === 1 ? { id: 'p1', status: 'processing', urls } : { id: 'p1', status: 'succeeded', output: ['Hel', 'lo'], urls, metrics: { input_token_count: 3, output_token_count: 2 } })(line, call);
  };
  const answer = await read(await ask('replicate', { max_tokens: 7, temperature: 0.2, stop: ['a', 'b'] }));
  expect(answer['choices']).toMatchObject([{ finish_reason: 'stop', message: { content: 'Hello' } }]);
  expect(answer['usage']).toMatchObject({ prompt_tokens: 3, completion_tokens: 2 });
  expect(sent().path).toBe('/models/meta/meta-llama-3-8b-instruct/predictions');
  expect(sent().headers).toMatchObject({ prefer: 'wait=5', authorization: 'Bearer k' });
  expect(sent().json).toEqual({ input: { prompt: 'hi', max_tokens: 7, max_new_tokens: 7, temperature: 0.2, stop_sequences: 'a,b' } });
  expect(provider.calls.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/predictions/p1', 'GET /v1/predictions/p1']);
});

test.each([['a plain answer', false], ['a stream', true]])('a prediction is cancelled when its client leaves: %s', async (_what, streamed) => {
  const urls = { get: `${provider.url}/v1/predictions/p5`, cancel: `${provider.url}/v1/predictions/p5/cancel`, ...(streamed && { stream: `${provider.url}/v1/streams/p5` }) };
  const { promise: working, resolve: works } = Promise.withResolvers<undefined>();
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<SeenCall>();
  provider.fallback = (line, call) => {
    if (call.path.endsWith('/cancel')) {
      cancel(call);
      return json({ id: 'p5', status: 'canceled', urls })(line, call);
    }
    if (call.method === 'POST') return json({ id: 'p5', status: 'starting', urls }, 201)(line, call);
    works(undefined);
    return streamed ? line.beginStream().then(() => line.chunk(frame('Hel', 'output'))) : json({ id: 'p5', status: 'processing', urls })(line, call);
  };
  const client = new AbortController();
  const answer = gateway.post('/v1/chat/completions', { model: 'replicate', messages: [{ role: 'user', content: 'hi' }], stream: streamed }, {}, client.signal);
  await working;
  if (streamed) await (await answer).body?.getReader().read();
  client.abort();
  expect(await cancelled).toMatchObject({ method: 'POST', path: '/v1/predictions/p5/cancel', headers: { authorization: 'Bearer k' } });
  await answer.catch(() => undefined);
});

test('a prediction of which nothing is known yet when its client leaves is cancelled as soon as it is', async () => {
  const urls = { get: `${provider.url}/v1/predictions/p6`, cancel: `${provider.url}/v1/predictions/p6/cancel` };
  const { promise: arrived, resolve: arrives } = Promise.withResolvers<() => unknown>();
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<undefined>();
  provider.fallback = (line, call) => {
    if (call.path.endsWith('/cancel')) return cancel(undefined);
    arrives(() => json({ id: 'p6', status: 'processing', urls }, 201)(line, call));
  };
  const client = new AbortController();
  const answer = gateway.post('/v1/chat/completions', { model: 'replicate', messages: [{ role: 'user', content: 'hi' }] }, {}, client.signal);
  const give = await arrived;
  client.abort();
  await answer.catch(() => undefined);
  await give();
  await cancelled;
});

test('a finished prediction is not cancelled', async () => {
  const urls = { stream: `${provider.url}/v1/streams/p7`, cancel: `${provider.url}/v1/predictions/p7/cancel` };
  provider.fallback = (line, call) => (call.method === 'POST' ? json({ id: 'p7', status: 'starting', urls }, 201)(line, call) : stream([frame('Hi', 'output'), frame('{}', 'done')])(line, call));
  expect(await fold(await ask('replicate', { stream: true }))).toMatchObject({ text: 'Hi', done: true });
  play({ id: 'p8', status: 'succeeded', output: 'Hi', urls });
  await read(await ask('replicate'));
  expect(provider.calls.some(({ path }) => path.endsWith('/cancel'))).toBe(false);
});

test('its failures are errors, its streams are streams, its versions stand in the body', async () => {
  play({ id: 'p2', status: 'failed', error: 'CUDA out of memory' });
  const failed = await ask('replicate');
  expect(failed.status).toBe(400);
  expect(await failed.text()).toContain('CUDA out of memory');
  provider.clear();
  provider.fallback = (line, call) => (call.method === 'POST' ? json({ id: 'p3', status: 'starting', urls: { stream: `${provider.url}/v1/streams/s` } }, 201)
    : stream([frame('Hel', 'output'), 'event: output\ndata: lo\ndata: you\n\n', frame('{}', 'done')]))(line, call);
  expect(await fold(await ask('replicate-version', { stream: true }))).toMatchObject({ text: 'Hello\nyou', reasons: ['stop'], done: true });
  expect(sent()).toMatchObject({ path: '/predictions', json: { version: '0a'.repeat(32), stream: true } });
  expect(provider.calls[1]?.headers).toMatchObject({ accept: 'text/event-stream', authorization: 'Bearer k' });
});

test('the key is not taken to an address that the provider has no business to name', async () => {
  const other = await ScriptedProvider.start();
  for (const url of [`${other.url}/v1/predictions/x`, 'https://replicate.com.evil.test/x', `http://k:k@127.0.0.1:${provider.port}/x`]) {
    play({ id: 'p4', status: 'starting', urls: { get: url } });
    expect((await ask('replicate')).status).toBeGreaterThanOrEqual(500);
  }
  expect(other.calls.length).toBe(0);
  await other.stop();
});

test('fill-in-the-middle answers a legacy request with text', async () => {
  play({ id: 'f1', object: 'chat.completion', created: 1, model: 'codestral', choices: [{ index: 0, message: { role: 'assistant', content: 'return 1' }, finish_reason: 'stop' }], usage: { prompt_tokens: 4, completion_tokens: 3, total_tokens: 7 } });
  const answer = await read(await gateway.post('/v1/completions', { model: 'fim', prompt: 'def f():', suffix: 'print(f())', seed: 1 }));
  expect(sent().path).toBe('/fim/completions');
  expect(sent().json).toEqual({ model: 'codestral-latest', prompt: 'def f():', suffix: 'print(f())', random_seed: 1 });
  expect(answer).toMatchObject({ object: 'text_completion', model: 'fim', choices: [{ text: 'return 1', finish_reason: 'stop' }], usage: { prompt_tokens: 4 } });
  const chunk = (content: string, reason: string | null): string => frame({ id: 'f', object: 'chat.completion.chunk', model: 'codestral', choices: [{ index: 0, delta: { content }, finish_reason: reason }] });
  play(null, [chunk('ret', null), chunk('urn', 'stop'), 'data: [DONE]\n\n']);
  const text = await (await gateway.post('/v1/completions', { model: 'fim', prompt: 'def', stream: true })).text();
  expect([...text.matchAll(/"text":"([^"]*)"/g)].map((found) => found[1]).join('')).toBe('return');
  expect(text).toEndWith('data: [DONE]\n\n');
});

test('RAGFlow has its agent in the path, SageMaker Nova no model in the body', async () => {
  play({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }] });
  await read(await ask('nova'));
  expect(sent()).toMatchObject({ path: '/endpoints/my-nova/invocations', json: { messages: hi } });
  expect(sent().json['model']).toBeUndefined();
  expect(sent().headers['authorization']).toStartWith('AWS4-HMAC-SHA256');
  provider.clear();
  await read(await ask('ragflow'));
  expect(sent()).toMatchObject({ path: '/api/v1/agents_openai/a-1/chat/completions', json: { model: 'llm/x' } });
  // An id that could leave its place in the path is refused when the configuration is loaded.
  const wrong = (model: string, more = ''): LocalGateway => localGateway(`model_list: [{ model_name: m, litellm_params: { model: "${model}", api_base: "${provider.url}", api_key: k${more} } }]`);
  expect(() => wrong('ragflow/agent/a%2F..b/llm')).toThrow('may only hold letters');
  expect(() => wrong('ragflow/llm')).toThrow('may only hold letters');
  expect(() => wrong('gdc/gemini')).toThrow('vertex_project');
  wrong('gdc/gemini', ', vertex_project: p, vertex_location: l');
});

test('text generation on SageMaker and watsonx.ai', async () => {
  play([{ generated_text: 'four', details: { finish_reason: 'length', generated_tokens: 2, prefill: [{ id: 1 }, { id: 2 }, { id: 3 }] } }]);
  const sagemaker = await read(await ask('sagemaker', { max_tokens: 2, temperature: 0 }));
  expect(sent()).toMatchObject({ path: '/endpoints/jumpstart-llama/invocations', json: { inputs: 'hi', parameters: { max_new_tokens: 2, do_sample: false, details: true } } });
  expect(sagemaker['choices']).toMatchObject([{ finish_reason: 'length', message: { content: 'four' } }]);
  expect(sagemaker['usage']).toMatchObject({ prompt_tokens: 3, completion_tokens: 2 });
  provider.clear();
  const result = (text: string, reason: string): object => ({ model_id: 'ibm/granite', results: [{ generated_text: text, generated_token_count: 5, input_token_count: 9, stop_reason: reason }] });
  play(result('four', 'eos_token'));
  const watsonx = await read(await ask('watsonx', { max_tokens: 5, temperature: 0.5 }));
  expect(sent().path).toBe('/ml/v1/text/generation?version=2024-03-13');
  expect(sent().headers['authorization']).toBe('Bearer tok-given');
  expect(sent().json).toEqual({ input: 'hi', model_id: 'ibm/granite-13b-instruct-v2', project_id: 'p1', parameters: { max_new_tokens: 5, temperature: 0.5, decoding_method: 'sample' } });
  expect(watsonx).toMatchObject({ choices: [{ finish_reason: 'stop', message: { content: 'four' } }], usage: { prompt_tokens: 9, completion_tokens: 5 } });
  play(null, [frame(result('fo', 'not_finished'), 'message'), frame(result('ur', 'eos_token'), 'message')]);
  expect(await fold(await ask('watsonx', { stream: true }))).toMatchObject({ text: 'four', reasons: ['stop'], done: true });
});

test('text generation streams through AWS\'s events, whose pieces end anywhere, and whose exceptions are errors', async () => {
  const token = (text: string, more: object = {}): string => `data:${JSON.stringify({ index: 1, token: { id: 1, text, logprob: -1, special: false }, generated_text: null, details: null, ...more })}\n\n`;
  const whole = token('fo') + token('ur', { generated_text: 'four', details: { finish_reason: 'eos_token', generated_tokens: 2 } });
  provider.fallback = eventStream(partEvents([whole.slice(0, 20), whole.slice(20, 150), whole.slice(150)]));
  expect(await fold(await ask('sagemaker', { stream: true }))).toMatchObject({ text: 'four', reasons: ['stop'], done: true, errors: [] });
  expect(sent()).toMatchObject({ path: '/endpoints/jumpstart-llama/invocations-response-stream', json: { stream: true, inputs: 'hi' } });
  provider.fallback = eventStream([...partEvents([token('fo')]), exceptionEvent('ModelStreamError', 'The model broke.')]);
  const broken = await fold(await ask('sagemaker', { stream: true }));
  expect([broken.done, broken.errors[0]]).toEqual([false, expect.stringContaining('The model broke.')]);
  const chat = (content: string, reason: string | null): string => frame({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: reason }] });
  provider.fallback = eventStream(partEvents([chat('a', null), `${chat('b', 'stop')}data: [DONE]\n\n`]));
  expect(await fold(await ask('nova', { stream: true }))).toMatchObject({ text: 'ab', reasons: ['stop'], done: true });
  provider.fallback = eventStream(partEvents([token('fo')]));
  expect(await fold(await ask('sagemaker', { stream: true }))).toMatchObject({ done: false, errors: [expect.any(String)] });
});

test('SAP\'s orchestration wraps request and answer, and its service key gives the token', async () => {
  const completion = { id: 'o1', object: 'chat.completion', created: 1, model: 'gpt-4o', choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
  play({ request_id: 'r', intermediate_results: {}, final_result: completion });
  const answer = await read(await ask('sap', { temperature: 0.1, tools: [] }));
  expect(answer).toMatchObject({ model: 'sap', choices: [{ message: { content: 'ok' } }] });
  const token = provider.calls.find(isToken);
  expect(token?.path).toBe('/oauth/token');
  expect(Object.fromEntries(new URLSearchParams(token?.body.toString()))).toEqual({ grant_type: 'client_credentials', client_id: 'id-1', client_secret: 'secret-of-sap' });
  expect(sent().path).toBe('/v2/completion');
  expect(sent().headers).toMatchObject({ 'authorization': 'Bearer tok-1', 'ai-resource-group': 'default' });
  expect(sent().json).toEqual({ config: { modules: { prompt_templating: { prompt: { template: hi, tools: [] }, model: { name: 'gpt-4o', params: { temperature: 0.1 }, version: 'latest' } } } } });
  const chunk = (content: string, reason: string | null): string => frame({ request_id: 'r', final_result: { id: 'o', object: 'chat.completion.chunk', created: 1, model: 'gpt-4o', choices: [{ index: 0, delta: { content }, finish_reason: reason }] } });
  play(null, [chunk('o', null), chunk('k', 'stop'), 'data: [DONE]\n\n']);
  expect(await fold(await ask('sap', { stream: true }))).toMatchObject({ text: 'ok', reasons: ['stop'], done: true });
});

test('Oracle Cloud gets a signature that its verifier takes, or an API key', async () => {
  play({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }] });
  await read(await ask('oci'));
  const { headers, path, body } = sent();
  expect(path).toBe('/20231130/actions/v1/chat/completions');
  const [, keyId, names = '', signature = ''] = /^Signature version="1",keyId="([^"]*)",algorithm="rsa-sha256",headers="([^"]*)",signature="([^"]*)"$/.exec(headers['authorization'] ?? '') ?? [];
  expect(keyId).toBe('ocid1.tenancy/ocid1.user/aa:bb');
  const text = names.split(' ').map((name) => `${name}: ${name === '(request-target)' ? `post ${path}` : headers[name] ?? ''}`).join('\n');
  expect(createVerify('RSA-SHA256').update(text).verify(publicKey, signature, 'base64')).toBe(true);
  expect(headers['x-content-sha256']).toBe(createHash('sha256').update(body).digest('base64'));
  expect(headers).toMatchObject({ 'compartmentid': 'ocid1.compartment', 'opc-compartment-id': 'ocid1.compartment' });
  provider.clear();
  await read(await ask('oci-key'));
  expect(sent().headers['authorization']).toBe('Bearer k');
});

test('a service principal of Databricks gets a token at the workspace', async () => {
  play({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'ok' }, finish_reason: 'stop' }] });
  await read(await ask('databricks'));
  await read(await ask('databricks'));
  const tokens = provider.calls.filter(isToken);
  expect(tokens.length).toBe(1);
  expect(tokens[0]?.path).toBe('/oidc/v1/token');
  expect(tokens[0]?.headers['authorization']).toBe(`Basic ${Buffer.from('app-1:secret-of-databricks').toString('base64')}`);
  expect(tokens[0]?.body.toString()).toBe('grant_type=client_credentials&scope=all-apis');
  expect(sent().headers['authorization']).toBe('Bearer tok-1');
});

test('NLP Cloud', async () => {
  play({ generated_text: 'ok', nb_input_tokens: 2, nb_generated_tokens: 1 });
  expect(await read(await ask('nlp', { max_tokens: 3 }))).toMatchObject({ choices: [{ message: { content: 'ok' } }], usage: { prompt_tokens: 2, completion_tokens: 1 } });
  expect(sent()).toMatchObject({ path: '/finetuned-llama-3-70b/generation', json: { text: 'hi', max_length: 3 } });
  expect(sent().headers['authorization']).toBe('Token k');
  play(null);
  provider.fallback = json({ generated_text: 'whole', nb_input_tokens: 2, nb_generated_tokens: 1 });
  expect(await fold(await ask('nlp', { stream: true }))).toMatchObject({ text: 'whole', done: true });
});

test('a stream that is cut anywhere is told as broken, in every form', async () => {
  const result = (text: string, reason: string): object => ({ model_id: 'ibm/granite', results: [{ generated_text: text, generated_token_count: 5, input_token_count: 9, stop_reason: reason }] });
  const chat = (content: string, reason: string | null): object => ({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: reason }] });
  const forms: [string, string][] = [
    ['cohere', cohereStream.join('')],
    ['replicate', `${frame('Hel', 'output')}${frame('lo', 'output')}${frame('{}', 'done')}`],
    ['fim', `${frame(chat('ret', null))}${frame(chat('urn', 'stop'))}data: [DONE]\n\n`],
    ['watsonx', `${frame(result('fo', 'not_finished'), 'message')}${frame(result('ur', 'eos_token'), 'message')}`],
    ['sap', `${frame({ final_result: chat('o', null) })}${frame({ final_result: chat('k', 'stop') })}data: [DONE]\n\n`],
  ];
  for (const [model, whole] of forms) {
    // The last bytes are the blank line behind the proper end: without it, the end is not there either.
    const end = whole.lastIndexOf('\n\n', whole.length - 3) + 2;
    for (let at = 0; at < end; at += 23) {
      provider.fallback = (line, call) => {
        if (isToken(call)) return json({ access_token: 't', expires_in: 3600 })(line, call);
        if (model === 'replicate' && call.method === 'POST') return json({ id: 'p', status: 'starting', urls: { stream: `${provider.url}/s` } }, 201)(line, call);
        return stream([whole.slice(0, at)])(line, call);
      };
      const response = await ask(model, { stream: true });
      const seen = response.status === 200 ? await fold(response) : { done: false, errors: [await response.text()] };
      expect([model, at, seen.done, seen.errors.length > 0]).toEqual([model, at, false, true]);
    }
  }
});
