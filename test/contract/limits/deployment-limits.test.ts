// Limits of deployments: requests under way, input and output tokens of a minute. Who has no room is passed over; without another one it is 429.
import { expect, test } from 'bun:test';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

const answer = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } };

/** A gateway with two deployments of `both` and one of `one`, and a provider that answers when it is let. */
function site(limits: string, router = ''): { gateway: LocalGateway; called: string[]; letGo: () => void } {
  const called: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const entry = (name: string, host: string): string => `
  - model_name: ${name}
    litellm_params: { model: openai/m, api_key: sk-x, api_base: "http://${host}.test/v1"${limits} }
    model_info: { id: ${name}-${host} }`;
  const gateway = localGateway(`model_list:${entry('one', 'a')}${entry('both', 'b')}${entry('both', 'c')}\nrouter_settings: { num_retries: 0${router} }\n`, {
    async fetch(url: string, init: RequestInit) {
      called.push(new URL(url).hostname);
      if (Buffer.from(init.body as Uint8Array).includes('slow')) await promise;
      return Response.json(answer);
    },
  });
  return { gateway, called, letGo: resolve };
}

const ask = (model: string, content = 'hi'): object => ({ model, messages: [{ role: 'user', content }] });

test.each([['of its own', ', max_parallel_requests: 1', ''], ['of the router', '', ', default_max_parallel_requests: 1']])('a limit of requests under way %s', async (_whose, limits, router) => {
  const { gateway, called, letGo } = site(limits, router);
  const post = (model: string, content?: string): Promise<Response> => gateway.post('/v1/chat/completions', ask(model, content));
  const slow = post('one', 'slow');
  while (called.length === 0) await Bun.sleep(1);
  const refused = await post('one');
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  const held = [post('both', 'slow')];
  while (called.length === 1) await Bun.sleep(1);
  expect((await post('both')).status).toBe(200);
  expect(new Set(called.slice(1))).toEqual(new Set(['b.test', 'c.test']));
  letGo();
  expect((await Promise.all([slow, ...held])).map((response) => response.status)).toEqual([200, 200]);
  expect((await post('one')).status).toBe(200);
});

test.each([['input', ', itpm: 100'], ['output', ', otpm: 20']])('a limit of %s tokens in a minute', async (_kind, limits) => {
  const { gateway, called } = site(limits);
  const statuses: number[] = [];
  for (let count = 0; count < 3; count++) statuses.push((await gateway.post('/v1/chat/completions', ask('both'))).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect(new Set(called)).toEqual(new Set(['b.test', 'c.test']));
});
