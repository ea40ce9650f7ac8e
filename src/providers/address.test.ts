import { expect, test } from 'bun:test';
import { baseUrlOf, endpointUrl, requestUrl } from './address.ts';
import { findProvider } from './catalog.ts';
import type { Provider } from './provider.ts';

const none = (): undefined => undefined;
const from = (values: Record<string, string>) => (name: string): string | undefined => values[name];
const row = (name: string): Provider => findProvider(name) ?? (() => { throw new Error(name); })();
const base = (name: string, apiBase?: string, parameters = {}, environment = {}): string => {
  const result = baseUrlOf(row(name), apiBase, from(parameters), from(environment));
  return result.ok ? result.baseUrl : result.message;
};

test('the deployment\'s address comes before the environment\'s, and that before the row\'s', () => {
  expect(base('openai')).toBe('https://api.openai.com/v1');
  expect(base('openai', undefined, {}, { OPENAI_API_BASE: 'http://b/v1', OPENAI_BASE_URL: 'http://a/v1/' })).toBe('http://a/v1');
  expect(base('openai', 'http://host/v1//', {}, { OPENAI_API_BASE: 'http://b/v1' })).toBe('http://host/v1');
  expect(base('hosted_vllm')).toContain('set api_base or HOSTED_VLLM_API_BASE');
});

test('parts of an address come from parameters or the environment, and cannot leave their place', () => {
  expect(base('bedrock')).toBe('https://bedrock-runtime.us-west-2.amazonaws.com');
  expect(base('bedrock', undefined, { aws_region_name: 'eu-central-1' })).toBe('https://bedrock-runtime.eu-central-1.amazonaws.com');
  expect(base('vertex_ai', undefined, { vertex_project: 'p', vertex_location: 'global' })).toBe('https://aiplatform.googleapis.com/v1/projects/p/locations/global');
  expect(base('vertex_ai', undefined, {}, { VERTEXAI_PROJECT: 'p' })).toBe('https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1');
  expect(base('cloudflare')).toContain('CLOUDFLARE_ACCOUNT_ID');
  expect(base('bedrock', undefined, { aws_region_name: 'x.evil.example/#' })).toContain('may only hold');
});

test('a path is put behind a base URL once', () => {
  expect(endpointUrl('http://host/v1', '/chat/completions')).toBe('http://host/v1/chat/completions');
  expect(endpointUrl('http://127.0.0.1:9310', '/v1/messages')).toBe('http://127.0.0.1:9310/v1/messages');
  expect(endpointUrl('http://127.0.0.1:9310/v1', '/v1/messages')).toBe('http://127.0.0.1:9310/v1/messages');
  expect(endpointUrl('http://127.0.0.1:9310/v1/messages', '/v1/messages')).toBe('http://127.0.0.1:9310/v1/messages');
  expect(endpointUrl('http://127.0.0.1:9310/v2/rerank', '/v2/rerank')).toBe('http://127.0.0.1:9310/v2/rerank');
  expect(endpointUrl('https://host/proxy/chat', '/chat/completions')).toBe('https://host/proxy/chat/chat/completions');
  expect(endpointUrl('https://host/v1?tenant=a', '/chat/completions')).toBe('https://host/v1/chat/completions?tenant=a');
  expect(endpointUrl('http://mine', 'https://other.example/rerank')).toBe('https://other.example/rerank');
});

test('a model\'s name stays in its segment of the path', () => {
  const path = '/models/{model}:streamGenerateContent?alt=sse';
  expect(endpointUrl('https://g/v1beta', path, 'gemini-2.5-pro')).toBe('https://g/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse');
  expect(endpointUrl('https://g/v1beta', path, '../../x?key=1#')).toBe('https://g/v1beta/models/..%2F..%2Fx%3Fkey%3D1%23:streamGenerateContent?alt=sse');
  expect(endpointUrl('https://b', '/model/{model}/converse', 'amazon.nova-lite-v1:0')).toBe('https://b/model/amazon.nova-lite-v1:0/converse');
  expect(endpointUrl('https://b', '/model/{model}/converse', '$&{model}')).toBe('https://b/model/%24%26%7Bmodel%7D/converse');
});

const azure = (baseUrl: string, path: string, parameters = {}, environment = {}): string => requestUrl(row('azure'), baseUrl, path, 'my gpt', from(parameters), from(environment));

test('Azure\'s addresses hold the deployment and the version, or are the newer API\'s', () => {
  const dated = 'https://r.openai.azure.com/openai/deployments/my%20gpt/chat/completions?api-version=2024-10-21';
  expect(azure('https://r.openai.azure.com', '/chat/completions', { api_version: '2024-10-21' })).toBe(dated);
  expect(azure('https://r.openai.azure.com/openai', '/chat/completions', {}, { AZURE_API_VERSION: '2024-10-21' })).toBe(dated);
  expect(azure(dated, '/chat/completions', { api_version: '2099-01-01' })).toBe(dated);
  expect(azure('https://r.openai.azure.com/openai/deployments/other', '/chat/completions')).toBe('https://r.openai.azure.com/openai/deployments/other/chat/completions?api-version=2025-02-01-preview');
  expect(azure('https://r.openai.azure.com', '/chat/completions', { api_version: 'v1' })).toBe('https://r.openai.azure.com/openai/v1/chat/completions');
  expect(azure('https://r.openai.azure.com', '/responses', { api_version: 'preview' })).toBe('https://r.openai.azure.com/openai/v1/responses?api-version=preview');
  expect(azure('https://r.openai.azure.com/openai/v1', '/chat/completions')).toBe('https://r.openai.azure.com/openai/v1/chat/completions');
  expect(azure('https://r.openai.azure.com', '/responses')).toBe('https://r.openai.azure.com/openai/responses?api-version=2025-02-01-preview');
});

const watsonx = (baseUrl: string): string => requestUrl(row('watsonx'), baseUrl, '/ml/v1/text/chat', 'm', none, none);

test('a provider\'s own query is added once', () => {
  expect(watsonx('https://w')).toBe('https://w/ml/v1/text/chat?version=2024-03-13');
  expect(watsonx('https://w?version=2025-01-01')).toBe('https://w/ml/v1/text/chat?version=2025-01-01');
});
