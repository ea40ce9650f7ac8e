// Questions that come again byte for byte: they are known by their bytes, and nothing may be different for that.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { configOf, providerOf } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { ScriptedProvider } from '../../support/provider.ts';

let provider: ScriptedProvider;
let local: LocalGateway;
const source = providerOf('deepseek');
const good = either(source.answer, source.frames);

beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => {
  provider.clear();
  provider.on('m', good);
  local = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], { litellm_settings: { cache: true } }), { environment: {} });
});
afterAll(() => provider.stop());

const say = (content: string, more: Record<string, unknown> = {}): Promise<Response> => local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content }], ...more });
const keyOf = async (content: string, more: Record<string, unknown> = {}): Promise<string | null> => (await say(content, more)).headers.get('x-litellm-cache-key');
const asked = (): number => provider.callsOf('m').length;

test('a question that comes again and again stays a hit, and is looked at anew where anything in it differs', async () => {
  await say('hello');
  const key = await keyOf('hello');
  expect(key).toMatch(/^[0-9a-f]{64}$/);
  for (let round = 0; round < 3; round++) expect(await keyOf('hello')).toBe(key);
  expect(asked()).toBe(1);
  // Not in the same words, and yet the same question; the same length, and another question.
  expect(await keyOf('hello', { stream: true })).toBe(key);
  expect(await keyOf('hellO')).not.toBe(key);
  expect(asked()).toBe(2);
  // What a request says of the cache holds for a body that is known, too.
  await say('hello', { cache: { 'no-cache': true } });
  await say('hello', { cache: { 'no-cache': true } });
  expect(asked()).toBe(4);
});
