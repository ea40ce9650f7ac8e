// The table of routes: the only way in. What is not here does not exist, and what has no `access` does not compile.
import { backlog, health, healthHistory, liveness, readiness, test } from './handlers/health.ts';
import { healthOfService, listAlerts, testAlert } from './handlers/alerts.ts';
import { cacheDelete, cacheFlush, cachePing, cacheRedisInfo } from './handlers/cache.ts';
import { chat } from './handlers/chat.ts';
import { countGeminiTokens, countMessageTokens, countTokens } from './handlers/tokens.ts';
import { home, listRoutes, settings } from './handlers/about.ts';
import { listGeminiModels, listModels, listProviders, listSupportedParams, modelGroupInfo, modelInfo, priceMap, showModel } from './handlers/models.ts';
import { metrics, toMetrics } from './handlers/metrics.ts';
import { operation } from './handlers/operation.ts';
import { configFields, dashboardConfig, emptyList, newUserSettings, picture } from './handlers/dashboard.ts';
import { cancelResponse, countInputTokens, deleteResponse, listInputItems, showResponse } from './handlers/responses.ts';
import { databaseRoutes } from '../admin/without-database.ts';
import { ofProvider, storedAtProvider } from './handlers/provider-routes.ts';
import { transform } from './handlers/transform.ts';
import { withoutDatabase } from './handlers/without-database.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Access, Handler, Route } from './route.ts';

const row = (method: Route['method'], path: string, access: Access, summary: string, handler: Handler, dialect: DialectName = 'openai-chat'): Route =>
  ({ method, path, access, summary, handler, dialect });

/** The same handler under several paths. */
const rows = (method: Route['method'], paths: readonly string[], access: Access, summary: string, handler: Handler, dialect: DialectName = 'openai-chat'): Route[] =>
  paths.map((path) => row(method, path, access, summary, handler, dialect));

/** The paths under which LiteLLM and its clients know an OpenAI route. */
const openaiPaths = (name: string): string[] => [`/v1/${name}`, `/${name}`, `/engines/{model}/${name}`, `/openai/deployments/{model}/${name}`];
const responsePaths = (name: string): string[] => [`/v1/responses/${name}`, `/responses/${name}`, `/openai/v1/responses/${name}`];
/** The same without the oldest form, which only text models ever had. */
const mediaPaths = (name: string): string[] => [`/v1/${name}`, `/${name}`, `/openai/deployments/{model}/${name}`];
const geminiPaths = (verb: string): string[] => [`/v1beta/models/{model*}:${verb}`, `/v1/models/{model*}:${verb}`, `/models/{model*}:${verb}`];

const filePaths = (name: string): string[] => [`/v1/${name}`, `/${name}`, `/{provider}/v1/${name}`];
/** Providers whose own routes are reachable, and under which prefix. */
const passedProviders: readonly [string, string][] = [
  ['anthropic', '/anthropic'], ['openai', '/openai_passthrough'], ['gemini', '/gemini'], ['cohere', '/cohere'], ['mistral', '/mistral'], ['openrouter', '/openrouter'],
];

/** All routes. */
export const routes: readonly Route[] = [
  ...rows('POST', [...openaiPaths('chat/completions'), '/cursor/chat/completions'], 'key', 'Chat in the dialect of OpenAI Chat Completions', chat('openai-chat')),
  ...rows('POST', openaiPaths('completions'), 'key', 'Text in the dialect of the legacy Completions', chat('openai-completions'), 'openai-completions'),
  ...rows('POST', ['/v1/responses', '/responses', '/openai/v1/responses'], 'key', 'Answers in the dialect of OpenAI Responses', chat('openai-responses'), 'openai-responses'),
  ...rows('POST', responsePaths('compact'), 'key', 'Makes a long conversation short', operation('responses-compact'), 'openai-responses'),
  ...rows('POST', responsePaths('input_tokens'), 'key', 'Input tokens of a Responses request', countInputTokens, 'openai-responses'),
  ...rows('GET', responsePaths('{response_id}'), 'key', 'An earlier answer', showResponse, 'openai-responses'),
  ...rows('DELETE', responsePaths('{response_id}'), 'key', 'Forgets an earlier answer', deleteResponse, 'openai-responses'),
  ...rows('POST', responsePaths('{response_id}/cancel'), 'key', 'Stops an answer in the background', cancelResponse, 'openai-responses'),
  ...rows('GET', responsePaths('{response_id}/input_items'), 'key', 'What an earlier answer was given', listInputItems, 'openai-responses'),
  row('POST', '/v1/messages', 'key', 'Chat in the dialect of Anthropic Messages', chat('anthropic-messages'), 'anthropic-messages'),
  row('POST', '/v1/messages/count_tokens', 'key', 'Input tokens of an Anthropic request', countMessageTokens, 'anthropic-messages'),
  ...rows('POST', geminiPaths('generateContent'), 'key', 'Chat in the dialect of Gemini', chat('gemini', false), 'gemini'),
  ...rows('POST', geminiPaths('streamGenerateContent'), 'key', 'Streamed chat in the dialect of Gemini', chat('gemini', true), 'gemini'),
  ...rows('POST', geminiPaths('countTokens'), 'key', 'Input tokens of a Gemini request', countGeminiTokens, 'gemini'),
  row('POST', '/utils/token_counter', 'key', 'Input tokens of an OpenAI request', countTokens),

  ...rows('POST', openaiPaths('embeddings'), 'key', 'Embeddings', operation('embeddings')),
  ...rows('POST', mediaPaths('images/generations'), 'key', 'Makes images', operation('images-generations')),
  ...rows('POST', mediaPaths('images/edits'), 'key', 'Changes images', operation('images-edits')),
  ...rows('POST', mediaPaths('images/variations'), 'key', 'Varies an image', operation('images-variations')),
  ...rows('POST', mediaPaths('audio/speech'), 'key', 'Speaks a text', operation('audio-speech')),
  ...rows('POST', mediaPaths('audio/transcriptions'), 'key', 'Writes down what is spoken', operation('audio-transcriptions')),
  ...rows('POST', mediaPaths('audio/translations'), 'key', 'Writes down in English what is spoken', operation('audio-translations')),
  ...rows('POST', ['/v1/moderations', '/moderations'], 'key', 'Judges content', operation('moderations')),
  ...rows('POST', ['/v1/rerank', '/rerank', '/v2/rerank'], 'key', 'Orders documents by how well they answer a question', operation('rerank')),

  ...rows('GET', ['/v1/models', '/models'], 'key', 'The models', listModels),
  row('GET', '/v1beta/models', 'key', 'The models in the form of Gemini', listGeminiModels, 'gemini'),
  ...rows('GET', ['/v1/models/{model*}', '/models/{model*}'], 'key', 'One model', showModel),
  ...rows('GET', ['/model/info', '/v1/model/info'], 'key', 'The deployments', modelInfo),
  row('GET', '/model_group/info', 'key', 'The model groups', modelGroupInfo),
  row('GET', '/utils/supported_openai_params', 'key', 'Parameters that every provider is sent', listSupportedParams),
  row('GET', '/public/providers', 'public', 'The providers', listProviders),
  row('GET', '/public/litellm_model_cost_map', 'public', 'The price map', priceMap),

  ...rows('GET', ['/health/liveliness', '/health/liveness'], 'public', 'Whether the process is alive', liveness),
  row('GET', '/health/readiness', 'public', 'Whether requests are taken', readiness),
  row('GET', '/health', 'key', 'Calls every deployment', health),
  row('GET', '/health/backlog', 'key', 'Requests under way', backlog),
  row('GET', '/alerts', 'admin', 'What was told lately, to whom, and what came of it', listAlerts),
  row('POST', '/alerts/test', 'admin', 'Sends a test alert to one place', testAlert),
  row('GET', '/health/services', 'admin', 'Tests a place that is reported to', healthOfService),
  ...rows('GET', ['/health/latest', '/health/history'], 'admin', 'Earlier results of /health', healthHistory),
  row('GET', '/test', 'public', 'Answers with its own path', test),
  row('GET', '/metrics', 'metrics', 'Leads to /metrics/', toMetrics),
  row('GET', '/metrics/', 'metrics', 'Metrics for Prometheus', metrics),

  row('GET', '/cache/ping', 'key', 'Whether the response cache works', cachePing),
  row('POST', '/cache/delete', 'admin', 'Forgets cached answers', cacheDelete),
  row('POST', '/cache/flushall', 'admin', 'Forgets all cached answers', cacheFlush),
  row('GET', '/cache/redis/info', 'admin', 'About Redis, when the cache is there', cacheRedisInfo),

  ...filePaths('files').flatMap((path) => [
    ...rows('GET', [path, `${path}/{file_id}`, `${path}/{file_id}/content`], 'admin', 'Files at the provider', storedAtProvider('files')),
    row('POST', path, 'admin', 'Puts a file to the provider', storedAtProvider('files')),
    row('DELETE', `${path}/{file_id}`, 'admin', 'Deletes a file at the provider', storedAtProvider('files')),
  ]),
  ...filePaths('batches').flatMap((path) => [
    ...rows('GET', [path, `${path}/{batch_id}`], 'admin', 'Batches at the provider', storedAtProvider('batches', 'internal_server_error')),
    ...rows('POST', [path, `${path}/{batch_id}/cancel`], 'admin', 'Starts or stops a batch at the provider', storedAtProvider('batches', 'internal_server_error')),
  ]),
  ...passedProviders.flatMap(([name, prefix]) => (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) =>
    row(method, `${prefix}/{endpoint*}`, 'admin', "The provider's own routes, with this installation's key", ofProvider(name, prefix)))),
  row('POST', '/utils/transform_request', 'admin', 'Shows what a provider would be sent', transform),

  ...databaseRoutes.map((route) => row(route.method, route.path, route.access, 'Needs a database', withoutDatabase(route))),
  ...rows('GET', ['/v1/mcp/server', '/v1/mcp/access_groups'], 'admin', 'The MCP servers', emptyList(null)),
  row('GET', '/v1/mcp/tools', 'key', 'The tools of the MCP servers', emptyList('tools')),
  ...rows('GET', ['/guardrails/list', '/v2/guardrails/list'], 'key', 'The guardrails', emptyList('guardrails')),
  row('GET', '/prompts/list', 'key', 'The prompts', emptyList('prompts')),
  ...rows('GET', ['/.well-known/litellm-ui-config', '/litellm/.well-known/litellm-ui-config'], 'public', 'How to sign in to the dashboard', dashboardConfig),
  row('GET', '/get/internal_user_settings', 'admin', 'What new users start with', newUserSettings),
  row('GET', '/config/yaml', 'admin', 'Refuses: LiteLLM wants a body here', configFields),
  row('GET', '/get_image', 'public', 'The mark of Weir as PNG', picture),

  row('GET', '/', 'public', 'A page that says that Weir is here', home),
  row('GET', '/routes', 'key', 'This table', listRoutes(() => routes)),
  ...rows('GET', ['/settings', '/active/callbacks'], 'admin', 'Where requests are reported to', settings),
];
