// Settings that keep requests out before they reach a deployment, or bound how long one may take, over real requests.
import { expect, test } from 'bun:test';
import { loadConfigText } from '../../../src/config/load.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const one = 'model_list:\n  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 } }\n';
const ask = (gateway: LocalGateway, more: JsonObject = {}): Promise<Response> => gateway.post('/v1/chat/completions', { model: 'one', messages: [{ role: 'user', content: 'hi' }], ...more });

/** A provider that answers when it is told to. */
function heldProvider(): { fetch: () => Promise<Response>; answer(): void; waiting(): number } {
  const held: (() => void)[] = [];
  return {
    fetch: () => new Promise((resolve) => {
      held.push(() => resolve(Response.json(answerOf)));
    }),
    answer: () => held.shift()?.(),
    waiting: () => held.length,
  };
}

async function until(test: () => boolean): Promise<void> {
  while (!test()) await Bun.sleep(2);
}

test('max_queued_requests_per_worker: so many wait for a place, the next is told to come again', async () => {
  const provider = heldProvider();
  const gateway = localGateway(`${one}general_settings:\n  max_in_flight_requests_per_worker: 1\n  max_queued_requests_per_worker: 1\n  admission_queue_timeout_seconds: 60\n`, { fetch: provider.fetch });
  const first = ask(gateway);
  await until(() => provider.waiting() === 1);
  const second = ask(gateway);
  const third = await ask(gateway);
  expect([third.status, third.headers.get('retry-after'), ((await third.json()) as JsonObject)['error']]).toEqual([503, '1', expect.objectContaining({ type: 'overloaded_error', message: 'Worker at capacity: 1 in-flight, 1 queued requests. Retry later.' })]);
  expect(provider.waiting()).toBe(1);
  provider.answer();
  expect((await first).status).toBe(200);
  await until(() => provider.waiting() === 1);
  provider.answer();
  expect((await second).status).toBe(200);
});

test('admission_queue_timeout_seconds: who has waited so long is told to come again; refused requests give their place back', async () => {
  const provider = heldProvider();
  const gateway = localGateway(`${one}general_settings:\n  max_in_flight_requests_per_worker: 1\n  max_queued_requests_per_worker: 5\n  admission_queue_timeout_seconds: 0.05\n`, { fetch: provider.fetch });
  const first = ask(gateway);
  await until(() => provider.waiting() === 1);
  expect((await ask(gateway)).status).toBe(503);
  provider.answer();
  expect((await first).status).toBe(200);
  for (let tries = 0; tries < 3; tries++) expect((await ask(gateway, { model: 'unknown' })).status).toBe(400);
  const again = ask(gateway);
  await until(() => provider.waiting() === 1);
  provider.answer();
  expect((await again).status).toBe(200);
});

test('block_requests_for_models_without_pricing: a price of 0 is a price, none is none', async () => {
  const models = `model_list:
  - { model_name: known, litellm_params: { model: openai/gpt-4o, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: free, litellm_params: { model: openai/mine, api_key: k, api_base: http://127.0.0.1:9/v1, input_cost_per_token: 0, output_cost_per_token: 0 } }
  - { model_name: unknown, litellm_params: { model: openai/mine, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: one-of-two, litellm_params: { model: openai/mine, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: one-of-two, litellm_params: { model: openai/gpt-4o, api_key: k, api_base: http://127.0.0.1:9/v1 } }
`;
  const statuses = async (settings: string): Promise<number[]> => {
    const gateway = localGateway(models + settings, { fetch: () => Promise.resolve(Response.json(answerOf)) });
    const list: number[] = [];
    for (const model of ['known', 'free', 'unknown', 'one-of-two']) list.push((await ask(gateway, { model })).status);
    return list;
  };
  expect(await statuses('')).toEqual([200, 200, 200, 200]);
  expect(await statuses('litellm_settings:\n  block_requests_for_models_without_pricing: true\n')).toEqual([200, 200, 403, 200]);
  const gateway = localGateway(`${models}litellm_settings:\n  block_requests_for_models_without_pricing: true\n`, {});
  expect(((await (await ask(gateway, { model: 'unknown' })).json()) as JsonObject)['error']).toMatchObject({ type: 'model_cost_map_missing', param: 'model', code: '403' });
});

test('timeout_by_service_tier and stream_timeout_by_service_tier: the tier of the request decides', async () => {
  const never = (_url: string, init: RequestInit): Promise<Response> => new Promise((_resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
  });
  const gateway = localGateway('model_list:\n  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1, timeout: 0.02, timeout_by_service_tier: { flex: 0.03 }, stream_timeout_by_service_tier: { flex: 0.04 } } }\nrouter_settings: { num_retries: 0 }\n', { fetch: never });
  const words = async (more: JsonObject): Promise<string | undefined> => /timeout value=([\d.]+)/.exec(await (await ask(gateway, more)).text())?.[1];
  expect([await words({}), await words({ service_tier: 'priority' }), await words({ service_tier: 'flex' }), await words({ service_tier: 'flex', stream: true }), await words({ service_tier: 'flex', timeout: 0.01 })])
    .toEqual(['0.02', '0.02', '0.03', '0.04', '0.01']);
});

test('a queue without a limit is told at the start', () => {
  const words = (yaml: string): string[] => loadConfigText(`${one}general_settings: {${yaml}}\n`, {}).warnings.map(({ path, message }) => `${path}: ${message}`);
  expect(words('max_queued_requests_per_worker: 5')).toEqual(['general_settings.max_queued_requests_per_worker: nobody waits, because max_in_flight_requests_per_worker sets no limit']);
  expect(words('max_queued_requests_per_worker: 5, max_in_flight_requests_per_worker: 5')).toEqual([]);
});
