// The table of routes: the only way in. What is not here does not exist, and what has no `access` does not compile.
import { backlog, health, liveness, readiness, readinessDetails, test } from './handlers/health.ts';
import { healthOfService, listAlerts, testAlert } from './handlers/alerts.ts';
import { cacheDelete, cacheFlush, cachePing, cacheRedisInfo } from './handlers/cache.ts';
import { chat } from './handlers/chat.ts';
import { compact } from './handlers/compact.ts';
import { countGeminiTokens, countMessageTokens, countTokens } from './handlers/tokens.ts';
import { drain } from './handlers/drain.ts';
import { healthHistory, healthLatest } from './handlers/health-history.ts';
import { home, listRoutes, settings } from './handlers/about.ts';
import { listGeminiModels, listModels, listProviders, listSupportedParams, lookUpModel, modelGroupInfo, modelInfo, priceMap, pricePage, publicModels, publicModelsInfo, showModel } from './handlers/models.ts';
import { metrics, toMetrics } from './handlers/metrics.ts';
import { operation } from './handlers/operation.ts';
import { configFields, dashboardConfig, emptyList, emptyPage, newUserSettings, picture } from './handlers/dashboard.ts';
import { favicon, license, logoUrl, reportedTo, sharedHealth, signInSettings, themeSettings } from './handlers/dashboard-settings.ts';
import { openApi, referencePage } from './handlers/reference.ts';
import { cancelResponse, countInputTokens, deleteResponse, listInputItems, showResponse } from './handlers/responses.ts';
import { changeConfiguration, checkConfiguration, earlierConfiguration, showConfiguration } from './handlers/configuration.ts';
import { dashboard, toDashboard } from './handlers/site.ts';
import { endSession, loginByForm, loginByJson, showSession, startSession } from './handlers/session.ts';
import { finishSso, signInPage, ssoReadiness, startSso } from './handlers/single-sign-on.ts';
import { acceptInvitation, showInvitation } from './handlers/invitation.ts';
import { databaseRoutes } from '../admin/without-database.ts';
import { endpoints } from '../admin/endpoints.ts';
import { ofProvider, storedAtProvider } from './handlers/provider-routes.ts';
import { readSharedConversation } from './handlers/shared-conversation.ts';
import { explainBody, explainRequest } from './handlers/explain.ts';
import { transform } from './handlers/transform.ts';
import { managed } from './handlers/managed.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Access, Handler, Route } from './route.ts';

const row = (method: Route['method'], path: string, access: Access, summary: string, handler: Handler, dialect: DialectName = 'openai-chat'): Route =>
  ({ method, path, access, summary, handler, dialect });

/** The same handler under several paths. */
const rows = (method: Route['method'], paths: readonly string[], access: Access, summary: string, handler: Handler, dialect: DialectName = 'openai-chat'): Route[] =>
  paths.map((path) => row(method, path, access, summary, handler, dialect));

/** The paths under which LiteLLM and its clients know an OpenAI route. */
const openaiPaths = (name: string): string[] => [`/v1/${name}`, `/${name}`, `/engines/{model*}/${name}`, `/openai/deployments/{model*}/${name}`];
const responsePaths = (name: string): string[] => [`/v1/responses/${name}`, `/responses/${name}`, `/openai/v1/responses/${name}`];
/** The same without the oldest form, which only text models ever had. */
const mediaPaths = (name: string): string[] => [`/v1/${name}`, `/${name}`, `/openai/deployments/{model*}/${name}`];
const geminiPaths = (verb: string): string[] => [`/v1beta/models/{model*}:${verb}`, `/v1/models/{model*}:${verb}`, `/models/{model*}:${verb}`];

const filePaths = (name: string): string[] => [`/v1/${name}`, `/${name}`, `/{provider}/v1/${name}`];
/** Providers whose own routes are reachable, and under which prefix. */
const passedProviders: readonly [string, string][] = [
  ['anthropic', '/anthropic'], ['openai', '/openai_passthrough'], ['gemini', '/gemini'], ['cohere', '/cohere'], ['mistral', '/mistral'], ['openrouter', '/openrouter'],
];

/** All routes. */
export const routes: readonly Route[] = [
  ...rows('POST', [...openaiPaths('chat/completions'), '/cursor/chat/completions'], 'models.call', 'Chat in the dialect of OpenAI Chat Completions', chat('openai-chat')),
  ...rows('POST', openaiPaths('completions'), 'models.call', 'Text in the dialect of the legacy Completions', chat('openai-completions'), 'openai-completions'),
  ...rows('POST', ['/v1/responses', '/responses', '/openai/v1/responses'], 'models.call', 'Answers in the dialect of OpenAI Responses', chat('openai-responses'), 'openai-responses'),
  ...rows('POST', responsePaths('compact'), 'models.call', 'Makes a long conversation short', compact, 'openai-responses'),
  ...rows('POST', responsePaths('input_tokens'), 'models.call', 'Input tokens of a Responses request', countInputTokens, 'openai-responses'),
  ...rows('GET', responsePaths('{response_id}'), 'models.call', 'An earlier answer', showResponse, 'openai-responses'),
  ...rows('DELETE', responsePaths('{response_id}'), 'models.call', 'Forgets an earlier answer', deleteResponse, 'openai-responses'),
  ...rows('POST', responsePaths('{response_id}/cancel'), 'models.call', 'Stops an answer in the background', cancelResponse, 'openai-responses'),
  ...rows('GET', responsePaths('{response_id}/input_items'), 'models.call', 'What an earlier answer was given', listInputItems, 'openai-responses'),
  row('POST', '/v1/messages', 'models.call', 'Chat in the dialect of Anthropic Messages', chat('anthropic-messages'), 'anthropic-messages'),
  row('POST', '/v1/messages/count_tokens', 'models.call', 'Input tokens of an Anthropic request', countMessageTokens, 'anthropic-messages'),
  ...rows('POST', geminiPaths('generateContent'), 'models.call', 'Chat in the dialect of Gemini', chat('gemini', false), 'gemini'),
  ...rows('POST', geminiPaths('streamGenerateContent'), 'models.call', 'Streamed chat in the dialect of Gemini', chat('gemini', true), 'gemini'),
  ...rows('POST', geminiPaths('countTokens'), 'models.call', 'Input tokens of a Gemini request', countGeminiTokens, 'gemini'),
  row('POST', '/utils/token_counter', 'models.call', 'Input tokens of an OpenAI request', countTokens),

  ...rows('POST', openaiPaths('embeddings'), 'models.call', 'Embeddings', operation('embeddings')),
  ...rows('POST', mediaPaths('images/generations'), 'models.call', 'Makes images', operation('images-generations')),
  ...rows('POST', mediaPaths('images/edits'), 'models.call', 'Changes images', operation('images-edits')),
  ...rows('POST', mediaPaths('images/variations'), 'models.call', 'Varies an image', operation('images-variations')),
  ...rows('POST', mediaPaths('audio/speech'), 'models.call', 'Speaks a text', operation('audio-speech')),
  ...rows('POST', mediaPaths('audio/transcriptions'), 'models.call', 'Writes down what is spoken', operation('audio-transcriptions')),
  ...rows('POST', mediaPaths('audio/translations'), 'models.call', 'Writes down in English what is spoken', operation('audio-translations')),
  ...rows('POST', ['/v1/moderations', '/moderations'], 'models.call', 'Judges content', operation('moderations')),
  ...rows('POST', ['/v1/rerank', '/rerank', '/v2/rerank'], 'models.call', 'Orders documents by how well they answer a question', operation('rerank')),

  ...rows('GET', ['/v1/models', '/models', '/cursor/models', '/cursor/v1/models'], 'models.list', 'The models', listModels),
  row('GET', '/v1beta/models', 'models.list', 'The models in the form of Gemini', listGeminiModels, 'gemini'),
  ...rows('GET', ['/v1/models/{model*}', '/models/{model*}'], 'models.list', 'One model', showModel),
  ...rows('GET', ['/model/info', '/v1/model/info'], 'model.read', 'The deployments', modelInfo),
  row('GET', '/model_group/info', 'model.read', 'The model groups', modelGroupInfo),
  // Claude Code tells here what it does; nobody listens.
  row('POST', '/api/event_logging/batch', 'gateway.look', 'Takes what Claude Code tells of itself, and keeps none of it', emptyPage({ status: 'ok' })),
  row('GET', '/utils/supported_openai_params', 'models.list', 'The parameters that a model is sent', listSupportedParams),
  row('GET', '/utils/model_info', 'models.list', 'What the price map knows of a model', lookUpModel),
  row('GET', '/public/model_hub', 'public', 'The models of `public_model_groups`', publicModels),
  row('GET', '/public/model_hub/info', 'public', 'About the list of public models', publicModelsInfo),
  row('GET', '/public/agent_hub', 'public', 'The public agents', emptyList(null)),
  row('GET', '/public/providers', 'public', 'The providers', listProviders),
  row('GET', '/public/litellm_model_cost_map', 'public', 'The price map', priceMap),
  row('GET', '/public/prices', 'public', 'The price map page by page, searched and sorted', pricePage),

  ...rows('GET', ['/health/liveliness', '/health/liveness'], 'public', 'Whether the process is alive', liveness),
  row('GET', '/health/readiness', 'public', 'Whether requests are taken', readiness),
  row('GET', '/health/readiness/details', 'gateway.look', 'The same, with what the gateway works with', readinessDetails),
  row('GET', '/health/drain', 'public', 'Takes the process out of service (`enable_drain_endpoint`)', drain),
  row('GET', '/health', 'gateway.look', 'Calls every deployment', health),
  row('GET', '/health/license', 'gateway.read', 'About the licence; none is needed', license),
  row('GET', '/health/shared-status', 'gateway.read', 'Whether instances share their checks', sharedHealth),
  row('GET', '/health/backlog', 'gateway.look', 'Requests under way, waiting and refused', backlog),
  row('GET', '/alerts', 'gateway.read', 'What was told lately, to whom, and what came of it', listAlerts),
  row('POST', '/alerts/test', 'gateway.change', 'Sends a test alert to one place', testAlert),
  row('GET', '/health/services', 'gateway.change', 'Tests a place that is reported to', healthOfService),
  row('GET', '/health/latest', 'gateway.read', 'The last result of each health check', healthLatest),
  row('GET', '/health/history', 'gateway.read', 'Earlier results of health checks', healthHistory),
  row('GET', '/test', 'public', 'Answers with its own path', test),
  row('GET', '/metrics', 'metrics', 'Leads to /metrics/', toMetrics),
  row('GET', '/metrics/', 'metrics', 'Metrics for Prometheus', metrics),

  row('GET', '/cache/ping', 'gateway.look', 'Whether the response cache works', cachePing),
  row('POST', '/cache/delete', 'gateway.change', 'Forgets cached answers', cacheDelete),
  row('POST', '/cache/flushall', 'gateway.change', 'Forgets all cached answers', cacheFlush),
  row('GET', '/cache/redis/info', 'gateway.read', 'About Redis, when the cache is there', cacheRedisInfo),

  ...filePaths('files').flatMap((path) => [
    ...rows('GET', [path, `${path}/{file_id}`, `${path}/{file_id}/content`], 'provider.call', 'Files at the provider', storedAtProvider('files')),
    row('POST', path, 'provider.call', 'Puts a file to the provider', storedAtProvider('files')),
    row('DELETE', `${path}/{file_id}`, 'provider.call', 'Deletes a file at the provider', storedAtProvider('files')),
  ]),
  ...filePaths('batches').flatMap((path) => [
    ...rows('GET', [path, `${path}/{batch_id}`], 'provider.call', 'Batches at the provider', storedAtProvider('batches', 'internal_server_error')),
    ...rows('POST', [path, `${path}/{batch_id}/cancel`], 'provider.call', 'Starts or stops a batch at the provider', storedAtProvider('batches', 'internal_server_error')),
  ]),
  ...passedProviders.flatMap(([name, prefix]) => (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).map((method) =>
    row(method, `${prefix}/{endpoint*}`, 'provider.call', "The provider's own routes, with this installation's key", ofProvider(name, prefix)))),
  row('POST', '/utils/transform_request', 'provider.call', 'Shows what a provider would be sent', transform),
  ...rows('POST', ['/router/explain'], 'models.call', 'What would become of a request, without sending it', explainBody),
  row('GET', '/router/explain/{request_id}', 'models.call', 'Why a request went where it went', explainRequest),

  ...databaseRoutes.map((route) => row(route.method, route.path, route.access, endpoints[`${route.method} ${route.path}`]?.withoutDatabase ? 'Management' : 'Management; needs a database', managed(route))),
  ...rows('GET', ['/v1/mcp/server', '/v1/mcp/server/health'], 'gateway.read', 'The MCP servers', emptyList(null)),
  row('GET', '/v1/mcp/access_groups', 'gateway.read', 'The groups of MCP servers', emptyList('access_groups')),
  row('GET', '/v1/mcp/tools', 'gateway.look', 'The tools of the MCP servers', emptyList('tools')),
  ...rows('GET', ['/guardrails/list', '/v2/guardrails/list'], 'gateway.look', 'The guardrails', emptyList('guardrails')),
  row('GET', '/prompts/list', 'gateway.look', 'The prompts', emptyList('prompts')),
  ...rows('GET', ['/v1/agents', '/v1/agents/identity_providers'], 'gateway.look', 'The agents', emptyList(null)),
  ...rows('GET', ['/v1/vector_store/list', '/vector_store/list'], 'gateway.look', 'The vector stores', emptyPage({ object: 'list', data: [], total_count: 0, current_page: 1, total_pages: 0 })),
  ...rows('GET', ['/v1/search/tools', '/search/tools'], 'gateway.look', 'The search tools', emptyPage({ object: 'list', data: [] })),
  row('GET', '/policies/list', 'gateway.read', 'The policies', emptyPage({ policies: [], total_count: 0 })),
  row('GET', '/policy/list', 'gateway.read', 'The policies by name', emptyPage({ policies: {}, total_count: 0 })),
  row('GET', '/policies/attachments/list', 'gateway.read', 'What policies hold for', emptyPage({ attachments: [], total_count: 0 })),
  row('GET', '/public/mcp_hub', 'public', 'The public MCP servers', emptyList(null)),
  ...rows('GET', ['/.well-known/litellm-ui-config', '/litellm/.well-known/litellm-ui-config'], 'public', 'How to sign in to the dashboard', dashboardConfig),
  row('GET', '/get/internal_user_settings', 'config.read', 'What new users start with', newUserSettings),
  row('GET', '/configuration', 'config.read', 'The configuration file without its secrets, and where each setting comes from', showConfiguration),
  row('PUT', '/configuration', 'config.change', 'Takes a changed configuration over', changeConfiguration),
  row('POST', '/configuration/check', 'config.change', 'What is wrong with a configuration; nothing is changed', checkConfiguration),
  row('GET', '/configuration/history/{id}', 'config.read', 'An earlier configuration without its secrets', earlierConfiguration),
  row('GET', '/config/yaml', 'config.read', 'Refuses: LiteLLM wants a body here', configFields),
  row('GET', '/get_image', 'public', 'The mark of Weir as PNG', picture),
  row('GET', '/get_favicon', 'public', 'The mark of Weir as an icon', favicon),
  row('GET', '/get_logo_url', 'public', 'Where another mark is; nowhere', logoUrl),
  row('GET', '/get/ui_theme_settings', 'public', 'The pictures of the dashboard', themeSettings),
  row('GET', '/sso/get/ui_settings', 'gateway.read', 'How the dashboard is signed in to', signInSettings),
  row('GET', '/get/config/callbacks', 'config.read', 'Where requests and alerts are reported to', reportedTo),

  row('GET', '/chat/shared/{token}', 'public', 'A conversation that somebody gave a link to', readSharedConversation),
  row('GET', '/ui/session', 'public', 'Who is signed in to the dashboard, and how to sign in', showSession),
  row('POST', '/ui/session', 'public', 'Signs in to the dashboard by a key, or by name and password', startSession),
  row('DELETE', '/ui/session', 'public', 'Signs out of the dashboard', endSession),
  row('GET', '/ui/invitation/{id}', 'public', 'Whether an invitation is open, and for whom', showInvitation),
  row('POST', '/ui/invitation/{id}', 'public', 'Sets the password of the invited account, and signs in', acceptInvitation),
  row('GET', '/ui', 'public', 'Leads to the dashboard', toDashboard),
  row('GET', '/ui/', 'public', 'The dashboard', dashboard),
  row('GET', '/ui/{path*}', 'public', "The dashboard's pages and files; they hold no data", dashboard),
  ...rows('POST', ['/login', '/fallback/login'], 'public', 'Signs in to the dashboard from a form', loginByForm),
  row('GET', '/fallback/login', 'public', 'Leads to signing in', signInPage),
  row('POST', '/v2/login', 'public', 'Signs in to the dashboard by name and password', loginByJson),
  row('GET', '/sso/key/generate', 'public', 'Signs in by an identity provider', startSso),
  row('GET', '/sso/callback', 'public', 'Where the identity provider sends the browser back to', finishSso),
  row('GET', '/sso/readiness', 'gateway.read', 'Whether an identity provider is set', ssoReadiness),

  row('GET', '/', 'public', 'A page that says that Weir is here', home),
  row('GET', '/routes', 'gateway.look', 'This table', listRoutes(() => routes)),
  row('GET', '/openapi.json', 'gateway.look', 'This table as OpenAPI', openApi(() => routes)),
  row('GET', '/redoc', 'gateway.look', 'This table as a page', referencePage(() => routes)),
  ...rows('GET', ['/settings', '/active/callbacks'], 'gateway.read', 'Where requests are reported to', settings),
];
