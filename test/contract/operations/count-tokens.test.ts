// Input tokens: counted by the provider where it counts, else estimated, and always said which.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;
const config = (base: string): string => `
model_list:
  - {model_name: claude, litellm_params: {model: anthropic/claude-x, api_key: sk-provider-1, api_base: ${base}}}
  - {model_name: claude/*, litellm_params: {model: anthropic/*, api_key: sk-provider-1, api_base: ${base}}}
  - {model_name: flash, litellm_params: {model: gemini/flash-x, api_key: g-provider-1, api_base: ${base}}}
  - {model_name: chat, litellm_params: {model: openai/chat-x, api_key: sk-provider-1, api_base: ${base}/v1}}
`;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(config(provider.url));
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

const messages = [{ role: 'user', content: 'hello world' }];
const asked = async (path: string, body: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await local.post(path, body);
  return { status: response.status, body: await response.json() as Record<string, unknown> };
};

test('Anthropic counts for its own models, by their own names', async () => {
  provider.on('claude-x', json({ input_tokens: 4711 }));
  expect(await asked('/v1/messages/count_tokens', { model: 'claude', system: 's', messages })).toEqual({ status: 200, body: { input_tokens: 4711, litellm_count_source: 'provider' } });
  const [call] = provider.calls;
  expect(call?.path).toBe('/v1/messages/count_tokens');
  expect(call?.headers['x-api-key']).toBe('sk-provider-1');
  expect(call?.json).toEqual({ model: 'claude-x', system: 's', messages });
  provider.on('claude-y', json({ input_tokens: 3 }));
  expect((await asked('/v1/messages/count_tokens', { model: 'claude/claude-y', messages })).body['input_tokens']).toBe(3);
});

test('Gemini counts for its own models and tells the details', async () => {
  provider.on('flash-x', json({ totalTokens: 12, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }] }));
  const counted = await asked('/v1beta/models/flash:countTokens', { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] });
  expect(counted.body).toEqual({ totalTokens: 12, promptTokensDetails: [{ modality: 'TEXT', tokenCount: 12 }], litellm_count_source: 'provider' });
  expect(provider.calls[0]?.path).toContain('models/flash-x:countTokens');
});

test('the others are estimated here, and so is what a provider fails to count', async () => {
  expect((await asked('/v1/messages/count_tokens', { model: 'chat', messages })).body).toEqual({ input_tokens: 9, litellm_count_source: 'local_estimate' });
  expect(provider.calls).toHaveLength(0);
  provider.on('claude-x', json({ type: 'error', error: { type: 'overloaded_error', message: 'busy' } }, 529));
  expect((await asked('/v1/messages/count_tokens', { model: 'claude', messages })).body).toEqual({ input_tokens: 9, litellm_count_source: 'local_estimate' });
  provider.on('claude-x', json({ input_tokens: 'many' }));
  expect((await asked('/v1/messages/count_tokens', { model: 'claude', messages })).body['litellm_count_source']).toBe('local_estimate');
});

test('the counter of the utilities asks the provider only when it is told to', async () => {
  const plain = await asked('/utils/token_counter', { model: 'claude', messages });
  expect(plain.body).toEqual({
    total_tokens: 9, request_model: 'claude', model_used: 'claude-x', tokenizer_type: 'estimate', count_source: 'local_estimate', original_response: null, error: false, error_message: null, status_code: null,
  });
  provider.on('claude-x', json({ input_tokens: 10 }));
  expect((await asked('/utils/token_counter?call_endpoint=true', { model: 'claude', messages })).body).toMatchObject({ total_tokens: 10, tokenizer_type: 'anthropic_api', count_source: 'provider', original_response: { input_tokens: 10 } });
  expect(await asked('/utils/token_counter', { model: 'chat' })).toEqual({ status: 400, body: { detail: 'prompt or messages or contents must be provided' } });
  expect((await asked('/utils/token_counter', { model: 'chat', prompt: 'hello world' })).body['total_tokens']).toBe(2);
});
