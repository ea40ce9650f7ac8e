// Encrypted reasoning items go back to the account that made them; elsewhere they are left out.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { json, ScriptedProvider, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

const answerOf = (account: string): Play => json({
  id: `resp_${account}`, object: 'response', created_at: 1, status: 'completed', model: account, usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
  output: [
    { id: `rs_${account}`, type: 'reasoning', summary: [], encrypted_content: `secret-of-${account}` },
    { id: `msg_${account}`, type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'ok', annotations: [] }] },
  ],
});
const gateway = (): LocalGateway => localGateway(JSON.stringify({
  model_list: ['a', 'b'].map((account) => ({ model_name: 'm', litellm_params: { model: `openai/${account}`, api_key: `key-of-${account}`, api_base: `${provider.url}/v1` } })),
  router_settings: { num_retries: 1, prompt_cache_affinity: false },
}));
interface Item {
  type: string;
  id?: string;
}
const ask = async (local: LocalGateway, input: unknown[]): Promise<{ status: number; output: Item[]; account: string }> => {
  const response = await local.post('/v1/responses', { model: 'm', input, store: false, include: ['reasoning.encrypted_content'] });
  const body = (await response.json()) as { output: Item[] };
  return { status: response.status, output: body.output, account: String(provider.calls.at(-1)?.json['model']) };
};
const user = (text: string) => ({ type: 'message', role: 'user', content: text });
const sent = (): Item[] => provider.calls.at(-1)?.json['input'] as Item[];

test('a conversation stays with the account that made its reasoning', async () => {
  provider.on('a', answerOf('a')).on('b', answerOf('b'));
  const local = gateway();
  for (let conversation = 0; conversation < 6; conversation++) {
    const input: unknown[] = [user(`${conversation}`)];
    const first = await ask(local, input);
    for (let turn = 0; turn < 4; turn++) {
      input.push(...first.output, user('more'));
      expect((await ask(local, input)).account).toBe(first.account);
      expect(sent()).toEqual(input as Item[]);
    }
  }
});

test('when that account cannot be used, the items are left out elsewhere', async () => {
  provider.on('a', answerOf('a')).on('b', answerOf('b'));
  const local = gateway();
  const first = await ask(local, [user('hello')]);
  provider.on(first.account, json({ error: { message: 'down', type: 'server_error' } }, 500));
  const second = await ask(local, [user('hello'), ...first.output, user('more')]);
  expect([second.status, second.account === first.account]).toEqual([200, false]);
  expect(sent().map(({ type, id }) => [type, id])).toEqual([['message', undefined], ['message', undefined], ['message', undefined]]);
});

test('where nobody knows who made them, the refusal of the provider tells', async () => {
  const refusing: Play = (line, call) => (JSON.stringify(call.json['input']).includes('encrypted_content')
    ? json({ error: { message: 'The encrypted content for item rs_1 could not be verified.', type: 'invalid_request_error', code: 'invalid_encrypted_content' } }, 400)
    : answerOf('a'))(line, call);
  provider.on('a', refusing).on('b', refusing);
  const { status } = await ask(gateway(), [user('hello'), { id: 'rs_1', type: 'reasoning', summary: [], encrypted_content: 'of somebody else' }, user('more')]);
  expect([status, provider.calls.length]).toEqual([200, 2]);
});
