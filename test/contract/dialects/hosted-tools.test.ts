// Tools that a provider runs itself, and blocks that only one dialect has: told in the other dialects' words where they have some, and named
// where they have none.
import { describe, expect, test } from 'bun:test';
import { dialectOf } from '../../../src/dialects/registry.ts';
import { target } from './recorded.ts';
import type { Capabilities } from '../../../src/dialects/dialect.ts';
import type { DialectName } from '../../../src/canonical/dialect-name.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

interface Written {
  body: JsonObject;
  sent: string;
  dropped: string[];
}

function write(from: DialectName, body: JsonObject, to: DialectName, { model = 'm', capabilities = {} }: { model?: string; capabilities?: Partial<Capabilities> } = {}): Written {
  const read = dialectOf(from).readRequest(body, 'm', false);
  if (!read.ok) throw new Error(read.fault.message);
  const written = dialectOf(to).writeRequest(read.value, { ...target, model, capabilities: { ...target.capabilities, ...capabilities }, dropParams: true });
  if (!written.ok) throw new Error(written.fault.message);
  return { body: written.value.body, sent: JSON.stringify(written.value.body), dropped: written.value.dropped };
}

const user = { role: 'user', content: 'hi' };
const place = { city: 'Bern', country: 'CH' };
const searches: Readonly<Partial<Record<DialectName, JsonObject>>> = {
  'anthropic-messages': { max_tokens: 64, messages: [user], tools: [{ type: 'web_search_20250305', name: 'web_search', allowed_domains: ['a.example'], user_location: { type: 'approximate', ...place } }] },
  'openai-responses': { input: 'hi', tools: [{ type: 'web_search', filters: { allowed_domains: ['a.example'] }, user_location: { type: 'approximate', ...place } }] },
  'openai-chat': { messages: [user], web_search_options: { search_context_size: 'high', user_location: { type: 'approximate', approximate: place } } },
  gemini: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }], tools: [{ googleSearch: {} }] },
};
const withSearch: Readonly<Partial<Record<DialectName, JsonObject>>> = {
  'anthropic-messages': { tools: [{ type: 'web_search_20250305', name: 'web_search' }] }, 'openai-responses': { tools: [{}] }, gemini: { tools: [{ googleSearch: {} }] },
};

describe.each(Object.entries(searches) as [DialectName, JsonObject][])('a search of the web from %s', (from, body) => {
  test.each((Object.keys(withSearch) as DialectName[]).filter((to) => to !== from))('to %s', (to) => {
    const { body: sent, sent: text, dropped } = write(from, body, to);
    expect(sent).toMatchObject(withSearch[to] ?? {});
    const told = JSON.stringify(body);
    for (const [said, member] of [['Bern', 'user_location'], ['a.example', 'allowed_domains']] as const) if (told.includes(said)) expect(text.includes(said) || dropped.join().includes(member), `${text} ${dropped.join()}`).toBe(true);
  });

  test('to chat: the models that search are told, and of the others it is named', () => {
    if (from === 'openai-chat') return;
    expect(write(from, body, 'openai-chat', { capabilities: { webSearch: 'options' } }).body).toHaveProperty('web_search_options');
    expect(write(from, body, 'openai-chat', { capabilities: { webSearch: 'plugin' } }).body).toMatchObject({ plugins: [{ id: 'web' }] });
    const { body: sent, dropped } = write(from, body, 'openai-chat');
    expect(Object.keys(sent)).not.toContain('web_search_options');
    expect(dropped).toContain('tools[0]');
  });

  test('to Amazon: Nova searches, the others are named', () => {
    expect(write(from, body, 'bedrock-converse', { model: 'us.amazon.nova-pro-v1:0' }).body['toolConfig']).toMatchObject({ tools: [{ systemTool: { name: 'nova_grounding' } }] });
    expect(write(from, body, 'bedrock-converse', { model: 'meta.llama3' }).dropped.join()).toMatch(/tools\[0\]|web_search_options/);
  });
});

test('what OpenAI has in store is no search of the web', () => {
  expect(write('openai-responses', { input: 'hi', tools: [{ type: 'web_search', external_web_access: false }] }, 'anthropic-messages').dropped).toEqual(['tools[0]']);
});

test('the words of chat about a search stay in chat', () => {
  expect(write('openai-chat', searches['openai-chat'] ?? {}, 'openai-chat').body['web_search_options']).toEqual({ search_context_size: 'high', user_location: { type: 'approximate', approximate: place } });
});

const result = (content: JsonObject[]): JsonObject => ({
  max_tokens: 64,
  messages: [user, { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content }] }],
});
const others: readonly DialectName[] = ['openai-chat', 'openai-responses', 'gemini', 'bedrock-converse'];

describe.each(others)('blocks of Anthropic’s in a tool’s result, to %s', (to) => {
  test('that say something are told in words', () => {
    const { sent, dropped } = write('anthropic-messages', result([
      { type: 'tool_reference', tool_name: 'Deferred' }, { type: 'search_result', source: 'https://a.example', title: 'TITLE', content: [{ type: 'text', text: 'FOUND' }] },
    ]), to, { model: to === 'bedrock-converse' ? 'meta.llama3' : 'm' });
    for (const word of ['Deferred', 'TITLE', 'a.example', 'FOUND']) expect(sent).toContain(word);
    expect(dropped).toEqual([]);
  });

  test('that say nothing to anybody else are named', () => {
    expect(write('anthropic-messages', result([{ type: 'text', text: 'x' }, { type: 'from_the_future' }]), to).dropped.join()).toContain('content');
  });
});

test('members of a tool that only its own dialect knows are named, and never sent to another one', () => {
  const body: JsonObject = { max_tokens: 64, messages: [user], tools: [{ name: 'look', input_schema: { type: 'object' }, defer_loading: true }] };
  for (const to of others) {
    const { sent, dropped } = write('anthropic-messages', body, to);
    expect(sent).not.toContain('defer_loading');
    expect(dropped).toEqual(['tools[0].defer_loading']);
  }
});

test('Nova takes a plain schema: no references, and nothing at the top but type, properties and required', () => {
  const parameters: JsonObject = {
    $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', additionalProperties: false, required: ['where'], title: 'T',
    properties: { where: { $ref: '#/$defs/Place', description: 'WHERE' }, tree: { $ref: '#/$defs/Tree' } },
    $defs: { Place: { type: 'object', properties: { city: { type: 'string' } } }, Tree: { type: 'object', properties: { left: { $ref: '#/$defs/Tree' } } } },
  };
  const { body, sent } = write('openai-chat', { messages: [user], tools: [{ type: 'function', function: { name: 'look', parameters } }] }, 'bedrock-converse', { model: 'us.amazon.nova-pro-v1:0' });
  expect(body['toolConfig']).toMatchObject({ tools: [{ toolSpec: { inputSchema: { json: { type: 'object', required: ['where'], properties: { where: { type: 'object', description: 'WHERE', properties: { city: { type: 'string' } } } } } } } }] });
  expect(sent).not.toMatch(/\$ref|\$schema|additionalProperties|\$defs/);
  expect(sent.length).toBeLessThan(4_000);
});

describe('what a model takes only one way', () => {
  const loop: JsonObject = { messages: [user, { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'look', arguments: '{}' } }] }, { role: 'tool', tool_call_id: 'call_1', content: 'x' }] };

  test('only Gemini’s third generation wants a signature for calls that have none', () => {
    expect(write('openai-chat', loop, 'gemini', { model: 'gemini-3-pro-preview' }).sent).toContain('skip_thought_signature_validator');
    expect(write('openai-chat', loop, 'gemini', { model: 'gemini-2.5-flash' }).sent).not.toContain('thoughtSignature');
  });

  test('Anthropic is sent no text of white space alone', () => {
    const { body } = write('openai-chat', { messages: [{ role: 'user', content: [{ type: 'text', text: ' \n' }, { type: 'text', text: 'hi' }] }] }, 'anthropic-messages');
    expect(body['messages']).toEqual([{ role: 'user', content: [{ type: 'text', text: 'hi' }] }]);
  });
});

test('wishes without a place are named, and only those that the client had', () => {
  const chat: JsonObject = { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example/a.png', detail: 'high' } }] }], verbosity: 'low', service_tier: 'flex', prompt_cache_key: 'k' };
  const named = ['service_tier', 'prompt_cache_key', 'verbosity', 'messages[0].content[0].detail'].toSorted();
  for (const to of ['anthropic-messages', 'gemini'] as const) expect(write('openai-chat', chat, to).dropped.toSorted()).toEqual(named);
  const session = { max_tokens: 64, messages: [user], metadata: { user_id: JSON.stringify({ session_id: '11111111-2222' }) } };
  expect(write('anthropic-messages', session, 'gemini').dropped).toEqual(['user']);
});
