import { expect, test } from 'bun:test';
import { findProvider } from './catalog.ts';
import { credentialHeaders, credentialOf, staticHeaders } from './credential.ts';
import type { Provider } from './provider.ts';

const row = (name: string): Provider => findProvider(name) ?? (() => { throw new Error(name); })();
const from = (values: Record<string, string>) => (name: string): string | undefined => values[name];

const headers = (name: string, key: string, url = 'https://h/', variable: string | null = null): unknown => {
  const result = credentialHeaders(row(name), { key, variable }, url);
  return result.ok ? result.headers : result.message;
};

test('the deployment\'s key comes first, then the variables in their order', () => {
  const environment = from({ OR_API_KEY: 'b', OPENROUTER_API_KEY: 'a' });
  expect(credentialOf(row('openrouter'), 'own', environment)).toEqual({ key: 'own', variable: null });
  expect(credentialOf(row('openrouter'), undefined, environment)).toEqual({ key: 'a', variable: 'OPENROUTER_API_KEY' });
  expect(credentialOf(row('openrouter'), '', from({}))).toBeNull();
});

test('each provider gets the key in its own header', () => {
  expect(headers('openai', 'sk')).toEqual({ authorization: 'Bearer sk' });
  expect(headers('anthropic', 'sk-ant-api03')).toEqual({ 'x-api-key': 'sk-ant-api03' });
  expect(headers('snowflake', 'jwt')).toEqual({ authorization: 'Bearer jwt' });
  expect(headers('snowflake', 'pat/tok')).toEqual({ authorization: 'Bearer tok', 'x-snowflake-authorization-token-type': 'PROGRAMMATIC_ACCESS_TOKEN' });
  expect(headers('gemini', 'g')).toEqual({ 'x-goog-api-key': 'g' });
  expect(headers('azure', 'k')).toEqual({ 'api-key': 'k' });
  expect(headers('azure', 'eyJhbGciOi.x.y')).toEqual({ authorization: 'Bearer eyJhbGciOi.x.y' });
  expect(headers('anthropic', 'token', 'https://h/', 'ANTHROPIC_AUTH_TOKEN')).toEqual({ authorization: 'Bearer token' });
});

test('a key never stands in an address', () => {
  for (const name of ['gemini', 'vertex_ai', 'azure', 'openai']) expect(JSON.stringify(row(name).chat)).not.toMatch(/key=/);
});

test('subscription tokens go to Anthropic\'s own host and nowhere else', () => {
  expect(headers('anthropic', 'sk-ant-oat01-x', 'https://api.anthropic.com/v1/messages')).toEqual({ 'authorization': 'Bearer sk-ant-oat01-x', 'anthropic-beta': 'oauth-2025-04-20' });
  const elsewhere = [
    'https://proxy.example/v1/messages', 'http://api.anthropic.com/v1/messages', 'https://api.anthropic.com.evil.example/', 'https://api.anthropic.com@evil.example/',
    'https://evil.example/api.anthropic.com', 'https://api.anthropic.com:8443/', 'no address',
  ];
  for (const url of elsewhere) expect(headers('anthropic', 'sk-ant-oat01-x', url)).toBeString();
});

test('static headers take values from the environment', () => {
  expect(staticHeaders(row('openrouter'), null, from({}))).toEqual({ 'http-referer': 'https://litellm.ai', 'x-title': 'liteLLM' });
  expect(staticHeaders(row('openrouter'), null, from({ OR_SITE_URL: 'https://me.example', OR_APP_NAME: 'Mine' }))).toEqual({ 'http-referer': 'https://me.example', 'x-title': 'Mine' });
  expect(staticHeaders(row('anthropic'), null, from({}))).toEqual({ 'anthropic-version': '2023-06-01' });
});
