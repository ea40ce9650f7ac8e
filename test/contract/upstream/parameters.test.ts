// Parameters that a provider does not take: `drop_params`, `additional_drop_params`, `allowed_openai_params`, `strict`, and what the client is told.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { providerDialects } from '../../support/dialects.ts';

const [chat, anthropic] = providerDialects;
let provider: ScriptedProvider;
let gateway: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const model = (name: string, of: string, more = ''): string => `
  - { model_name: ${name}, litellm_params: { model: ${of}, api_base: "${provider.url}${of.startsWith('openai') ? '/v1' : ''}", api_key: sk-1${more} } }`;
  gateway = localGateway(`
model_list:${model('claude', 'anthropic/m')}${model('dropping', 'anthropic/m', ', drop_params: true')}${model('strict', 'anthropic/m', ', drop_params: true, strict: true')}${
  model('passing', 'openai/m', ', additional_drop_params: ["temperature", "tools[*].function.strict"]')}${
  model('translated', 'anthropic/m', ', additional_drop_params: [response_format, "tools[*].function.parameters.properties.secret"], allowed_openai_params: [seed]')}
router_settings: { num_retries: 0 }
`);
});
afterAll(() => provider.stop());
afterEach(() => provider.clear());

const ask = async (model: string, more: Record<string, unknown>, headers: Record<string, string> = {}) => {
  provider.fallback = json(JSON.parse((model === 'passing' ? chat : anthropic)?.answer ?? '{}'));
  const response = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }], ...more }, headers);
  return { status: response.status, text: await response.text(), dropped: response.headers.get('x-weir-dropped'), sent: provider.calls.at(-1)?.json };
};

test('what the target does not know is refused, or left out and named', async () => {
  const refused = await ask('claude', { seed: 7 });
  expect(refused.status).toBe(400);
  expect(refused.text).toContain("does not support parameters: ['seed']");
  expect(refused.sent).toBeUndefined();
  for (const answer of [await ask('dropping', { seed: 7 }), await ask('claude', { seed: 7, drop_params: true })]) {
    expect(answer.status).toBe(200);
    expect(answer.dropped).toBe('seed');
    expect(answer.sent?.['seed']).toBeUndefined();
    expect(answer.sent?.['drop_params']).toBeUndefined();
  }
});

test('strict refuses instead of leaving out, by configuration, body or header', async () => {
  for (const answer of [
    await ask('strict', { seed: 7 }), await ask('dropping', { seed: 7, strict: true }), await ask('dropping', { logit_bias: { 5: 1 } }, { 'x-weir-strict': 'true' }),
  ]) {
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('strict is set');
    expect(answer.sent).toBeUndefined();
  }
  expect((await ask('strict', { temperature: 0.5 })).status).toBe(200);
});

test('additional_drop_params takes names and paths, where bytes pass and where they are translated', async () => {
  const tools = [{ type: 'function', function: { name: 'f', strict: true, parameters: { type: 'object', properties: { secret: { type: 'string' }, open: { type: 'string' } } } } }];
  const passed = await ask('passing', { temperature: 0.5, top_p: 1, tools });
  expect(passed.sent).toMatchObject({ top_p: 1, model: 'm' });
  expect(passed.sent?.['temperature']).toBeUndefined();
  expect(JSON.stringify(passed.sent?.['tools'])).not.toContain('strict');
  const more = await ask('passing', { top_p: 1, tools, additional_drop_params: ['top_p'] });
  expect(more.sent?.['top_p']).toBeUndefined();
  const translated = await ask('translated', { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } }, tools });
  expect(translated.status).toBe(200);
  expect(JSON.stringify(translated.sent)).not.toContain('json_schema');
  expect(JSON.stringify(translated.sent)).not.toContain('secret');
  expect(JSON.stringify(translated.sent)).toContain('open');
});

test('allowed_openai_params are sent as they came', async () => {
  expect((await ask('translated', { seed: 7 })).sent).toMatchObject({ seed: 7 });
  const asked = await ask('claude', { seed: 7, made_up: { a: 1 }, allowed_openai_params: ['seed', 'made_up', 'temperature'], temperature: 1.8 });
  expect(asked.status).toBe(200);
  expect(asked.sent).toMatchObject({ seed: 7, made_up: { a: 1 }, temperature: 1 });
});
