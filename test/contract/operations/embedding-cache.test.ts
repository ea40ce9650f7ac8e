// The response cache and lists of embedding inputs: only what is not known yet is asked for, and only that is billed.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { json, ScriptedProvider, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(`
model_list: [{model_name: vectors, litellm_params: {model: openai/embed, api_key: k, api_base: ${provider.url}/v1, input_cost_per_token: 0.001}}]
litellm_settings: {cache: true}
`);
  // Each input's vector tells its text; four tokens each.
  const play: Play = (line, call) => {
    const input = call.json['input'] as string[];
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: [text.charCodeAt(0)] }));
    return json({ object: 'list', model: 'embed', data: data.toReversed(), usage: { prompt_tokens: 4 * input.length, total_tokens: 4 * input.length } })(line, call);
  };
  provider.on('embed', play);
});
afterAll(() => provider.stop());

const embed = async (input: unknown): Promise<{ embeddings: unknown[]; tokens: unknown }> => {
  const response = await local.post('/v1/embeddings', { model: 'vectors', input });
  const body = await response.json() as { data: { index: number; embedding: unknown }[]; usage: { prompt_tokens: number } };
  return { embeddings: body.data.toSorted((a, b) => a.index - b.index).map((item) => item.embedding), tokens: body.usage.prompt_tokens };
};

test('known inputs of a list are not asked for again', async () => {
  expect(await embed(['a', 'b'])).toEqual({ embeddings: [[97], [98]], tokens: 8 });
  expect(await embed(['c', 'a', 'd', 'b'])).toEqual({ embeddings: [[99], [97], [100], [98]], tokens: 16 });
  expect(provider.calls.map((call) => call.json['input'])).toEqual([['a', 'b'], ['c', 'd']]);
  expect(local.records.map(({ cache, costUsd }) => [cache, costUsd])).toEqual([['miss', 0.008], ['miss', 0.008]]);
  expect(await embed(['d', 'a'])).toEqual({ embeddings: [[100], [97]], tokens: 8 });
  expect(provider.calls).toHaveLength(2);
  expect(local.records[2]).toMatchObject({ cache: 'hit', costUsd: 0 });
});

test('a list of token numbers is one input', async () => {
  provider.on('embed', json({ object: 'list', model: 'embed', data: [{ object: 'embedding', index: 0, embedding: [7] }], usage: { prompt_tokens: 2, total_tokens: 2 } }));
  expect(await embed([1, 2])).toEqual({ embeddings: [[7]], tokens: 2 });
  expect(await embed([1, 2])).toEqual({ embeddings: [[7]], tokens: 2 });
  expect(provider.calls).toHaveLength(3);
});
