import { expect, test } from 'bun:test';
import { litellmNames, reasonsAgainst } from './litellm-names.ts';
import { operationProviders } from './catalog/operations-only.ts';
import { readFileSync } from 'node:fs';
import { dialectNames } from '../canonical/dialect-name.ts';
import { findProvider, providerNames, providers, splitModel } from './catalog.ts';
import { localProviders } from './catalog/local.ts';
import { bodyRulesFor, chatEndpointFor } from './provider.ts';
import type { Provider } from './provider.ts';

const local = new Set(localProviders.map((provider) => provider.name));

const provider = (name: string): Provider => {
  const found = findProvider(name);
  if (!found) throw new Error(`no row for ${name}`);
  return found;
};

/** A base URL with its parts filled in by something harmless. */
const filled = (url: string): string => url.replaceAll(/\{\w+\}/g, 'part');

test('names are unique and can stand before a slash', () => {
  expect(providerNames.length).toBe(providers.length);
  for (const name of providerNames) expect(name).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
});

for (const row of providers) {
  test(`row ${row.name} is well formed`, () => {
    const chatUrls = row.chat.map((endpoint) => endpoint.baseUrl);
    const whole = Object.values(row.operations).filter((path) => !path.startsWith('/'));
    for (const url of [row.baseUrl, ...chatUrls, ...whole, row.page]) {
      if (url === null || url === undefined) continue;
      expect(URL.canParse(filled(url))).toBe(true);
      expect(url.endsWith('/')).toBe(false);
      if (!local.has(row.name) || url === row.page) expect(new URL(filled(url)).protocol).toBe('https:');
    }
    for (const [, part] of (row.baseUrl ?? '').matchAll(/\{(\w+)\}/g)) expect(Object.keys(row.baseUrlParts ?? {})).toContain(part ?? '');
    for (const name of [...row.baseUrlVariables, ...row.keyVariables]) expect(name).toMatch(/^[A-Z][A-Z0-9_]*$/);
    for (const endpoint of row.chat) {
      expect(dialectNames).toContain(endpoint.dialect);
      for (const path of [endpoint.path, endpoint.streamPath ?? '/']) expect(path).toMatch(/^\//);
    }
    for (const dialect of Object.values(row.preferred ?? {})) expect(row.chat.some((endpoint) => endpoint.dialect === dialect)).toBe(true);
    expect(row.errorName).toMatch(/^[A-Z0-9][\w-]*Exception$/);
    expect(row.chat.length + Object.keys(row.operations).length > 0 || ['replicate', 'oci', 'sap'].includes(row.name)).toBe(true);
    // A key is wanted, so there is a way to give one; who signs in otherwise says so.
    if (row.keyRequired && ['bearer', 'header'].includes(row.authentication.kind)) expect(row.keyVariables.length).toBeGreaterThan(0);
  });
}

test('no two providers read the same variable for different hosts', () => {
  const hosts = new Map<string, Set<string>>();
  for (const row of providers) {
    if (row.baseUrl === null) continue;
    for (const name of row.keyVariables) hosts.set(name, (hosts.get(name) ?? new Set()).add(new URL(filled(row.baseUrl)).hostname));
  }
  // One company, several addresses.
  const known = new Set(['COHERE_API_KEY', 'CO_API_KEY', 'AWS_BEARER_TOKEN_BEDROCK']);
  expect([...hosts].filter(([name, set]) => set.size > 1 && !known.has(name))).toEqual([]);
});

const split = (model: string, custom?: string): [string, string] | string => {
  const result = splitModel(model, custom);
  return result.ok ? [result.provider.name, result.model] : result.message;
};

test('a prefix names the provider', () => {
  expect(split('openai/gpt-4o-mini')).toEqual(['openai', 'gpt-4o-mini']);
  expect(split('openai/deepseek/v3')).toEqual(['openai', 'deepseek/v3']);
  expect(split('anthropic/claude-sonnet-4-5-20250929')).toEqual(['anthropic', 'claude-sonnet-4-5-20250929']);
  expect(split('openrouter/deepseek/deepseek-chat-v3-0324')).toEqual(['openrouter', 'deepseek/deepseek-chat-v3-0324']);
  expect(split('openrouter/openai/gpt-4o')).toEqual(['openrouter', 'openai/gpt-4o']);
  expect(split('openrouter/auto')).toEqual(['openrouter', 'openrouter/auto']);
  expect(split('openrouter/horizon-alpha:free')).toEqual(['openrouter', 'openrouter/horizon-alpha:free']);
  expect(split('openrouter/openrouter/auto')).toEqual(['openrouter', 'openrouter/auto']);
  expect(split('openrouter/x')).toEqual(['openrouter', 'x']);
  expect(split('openrouter/*')).toEqual(['openrouter', '*']);
  expect(split('text-completion-openai/gpt-3.5-turbo-instruct')).toEqual(['text-completion-openai', 'gpt-3.5-turbo-instruct']);
  expect(split('together_ai/meta-llama/Llama-3-70b')).toEqual(['together_ai', 'meta-llama/Llama-3-70b']);
  expect(split('bedrock/converse/us.anthropic.claude-sonnet-4-5-20250929-v1:0')).toEqual(['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0']);
  expect(split('nano-gpt/x')).toEqual(['nano-gpt', 'x']);
});

test('custom_llm_provider wins over what the name looks like', () => {
  expect(split('deepseek/deepseek-chat', 'openai')).toEqual(['openai', 'deepseek/deepseek-chat']);
  expect(split('openai/gpt-4o', 'openai')).toEqual(['openai', 'gpt-4o']);
  expect(split('my-model', 'hosted_vllm')).toEqual(['hosted_vllm', 'my-model']);
  expect(split('x', 'nobody')).toContain('Unknown custom_llm_provider "nobody"');
});

test('a bare name is resolved by who makes such models', () => {
  for (const model of ['gpt-4o', 'gpt-5.2', 'o3-mini', 'chatgpt-4o-latest', 'text-embedding-3-small', 'whisper-1', 'ft:gpt-4o-mini:acme::x', '*']) expect(split(model)).toEqual(['openai', model]);
  expect(split('gpt-3.5-turbo-instruct')).toEqual(['text-completion-openai', 'gpt-3.5-turbo-instruct']);
  expect(split('claude-opus-4-5')).toEqual(['anthropic', 'claude-opus-4-5']);
  expect(split('gemini-2.5-pro')).toEqual(['vertex_ai', 'gemini-2.5-pro']);
  expect(split('deepseek-chat')).toEqual(['deepseek', 'deepseek-chat']);
  // Known to the price map only, or newer than it.
  expect(split('command-a-03-2025')).toEqual(['cohere_chat', 'command-a-03-2025']);
  expect(split('us.anthropic.claude-sonnet-4-5-20250929-v1:0')).toEqual(['bedrock', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0']);
  expect(split('eu.anthropic.claude-next-9-v1:0')).toEqual(['bedrock', 'eu.anthropic.claude-next-9-v1:0']);
  expect(split('low/1024-x-1024/gpt-image-1.5')).toEqual(['openai', 'low/1024-x-1024/gpt-image-1.5']);
});

test('an unknown name says what was expected', () => {
  expect(split('my-model')).toContain('provider/model');
  expect(split('nobody/my-model')).toContain('You passed model=nobody/my-model');
  expect(split('')).toContain('provider/model');
  expect(split('/x')).toContain('provider/model');
  expect(split('constructor/x')).toContain('provider/model');
});

const dialectFor = (name: string, inbound: Parameters<typeof chatEndpointFor>[1], model = 'm', base?: string): string | undefined => {
  const endpoint = chatEndpointFor(provider(name), inbound, model, base);
  return endpoint ? endpoint.dialect : undefined;
};

test('the same dialect is used where it is spoken, else the preferred one', () => {
  expect(dialectFor('openai', 'openai-chat')).toBe('openai-chat');
  expect(dialectFor('openai', 'openai-responses')).toBe('openai-responses');
  expect(dialectFor('openai', 'anthropic-messages')).toBe('openai-responses');
  expect(dialectFor('openai', 'gemini')).toBe('openai-chat');
  expect(dialectFor('openrouter', 'anthropic-messages')).toBe('openai-chat');
  expect(dialectFor('anthropic', 'openai-chat')).toBe('anthropic-messages');
  expect(dialectFor('text-completion-openai', 'openai-chat')).toBe('openai-completions');
  expect(dialectFor('openai', 'openai-completions', 'gpt-4o')).toBe('openai-chat');
  expect(dialectFor('openai', 'openai-completions', 'gpt-3.5-turbo-instruct')).toBe('openai-completions');
  expect(dialectFor('hosted_vllm', 'openai-completions')).toBe('openai-completions');
  expect(dialectFor('voyage', 'openai-chat')).toBeUndefined();
});

test('a model may decide the dialect', () => {
  expect(dialectFor('vertex_ai', 'openai-chat', 'claude-sonnet-4-5@20250929')).toBe('anthropic-messages');
  expect(dialectFor('vertex_ai', 'anthropic-messages', 'gemini-2.5-pro')).toBe('gemini');
  expect(dialectFor('vertex_ai', 'openai-chat', 'meta/llama-4')).toBe('openai-chat');
});

test('an address of one\'s own hides dialects that live elsewhere, unless it names theirs', () => {
  expect(dialectFor('deepseek', 'anthropic-messages')).toBe('anthropic-messages');
  expect(dialectFor('deepseek', 'anthropic-messages', 'm', 'http://127.0.0.1:9310/v1')).toBe('openai-chat');
  expect(dialectFor('minimax', 'openai-chat', 'm', 'https://api.minimaxi.com/anthropic')).toBe('anthropic-messages');
  expect(dialectFor('minimax', 'openai-chat', 'm', 'https://api.minimaxi.com/anthropic/v1/messages')).toBe('anthropic-messages');
  expect(dialectFor('cohere', 'openai-chat', 'm', 'http://127.0.0.1:9310')).toBe('openai-chat');
});

test('body rules belong to the chat dialect, unless an endpoint has its own', () => {
  const openrouter = provider('openrouter');
  const [chat, responses] = openrouter.chat;
  expect(chat && bodyRulesFor(openrouter, chat)).toEqual({ defaults: { usage: { include: true } } });
  expect(responses && bodyRulesFor(openrouter, responses)).toEqual({});
});

test('each provider of LiteLLM is a row or has a reason not to be', () => {
  const rows = new Set(providers.map(({ name }) => name));
  expect(litellmNames.filter((name) => !rows.has(name) && reasonsAgainst[name] === undefined)).toEqual([]);
  // A reason against a row that is there would be none, and so would one against a name that nobody uses.
  expect(Object.keys(reasonsAgainst).filter((name) => rows.has(name) || !litellmNames.includes(name))).toEqual([]);
  expect(new Set(litellmNames).size).toBe(litellmNames.length);
});

// What LiteLLM 1.106.2 says of its own providers: the address that it calls by itself, and the variables that it names as missing.
const facts = JSON.parse(readFileSync(new URL('../../test/fixtures/litellm/providers.json', import.meta.url), 'utf8')) as Record<string, { base: string | null; variables: string[] }>;
// Told in other pieces here: the rest stands in the path, or comes from signing in.
const toldElsewhere = new Set(['bedrock_mantle', 'datarobot', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AZURE_API_VERSION']);

test('addresses and variables are LiteLLM\'s', () => {
  for (const [name, { base, variables }] of Object.entries(facts)) {
    const row = findProvider(name);
    if (!row) continue;
    if (base !== null && !toldElsewhere.has(name)) expect([name, row.baseUrl]).toEqual([name, base]);
    const known = new Set([...row.keyVariables, ...row.baseUrlVariables, ...Object.values(row.baseUrlParts ?? {}).flatMap((part) => part.variables)]);
    expect([name, variables.filter((variable) => !known.has(variable) && !toldElsewhere.has(variable))]).toEqual([name, []]);
  }
});

test('a provider without chat has none anywhere', () => {
  expect(providers.filter(({ chat }) => chat.length === 0).map(({ name }) => name).toSorted()).toEqual(operationProviders.map(({ name }) => name).toSorted());
});

test('a compatible provider is a row of at most ten lines', () => {
  for (const file of ['hosts', 'china', 'local', 'operations-only']) {
    const text = readFileSync(new URL(`catalog/${file}.ts`, import.meta.url), 'utf8');
    for (const [row] of text.matchAll(/^ {2}(openaiCompatible|operationsOnly)\(\{$[^]*?^ {2}\}\),$/gm)) expect(row.split('\n').length).toBeLessThanOrEqual(10);
  }
});
