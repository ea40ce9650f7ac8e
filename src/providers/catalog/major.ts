// The makers of the large models, and the gateways that most people use to reach them.
import { anthropicMessages, offers, oldTokenLimit, openAiReasoningModels, openaiChat, openaiCompatible, openaiCompletions, openaiResponses, openaiResponsesKept } from '../compatible.ts';
import { cohereChat } from '../forms/cohere-chat.ts';
import { cohereEmbed } from '../forms/cohere-voyage.ts';
import { geminiSpeech } from '../forms/sound.ts';
import type { ChatEndpoint, Provider } from '../provider.ts';

// What hides behind a server of somebody's own is not known.
const anyServer = openaiCompatible({
  name: 'openai', title: 'OpenAI', page: 'https://platform.openai.com/docs/api-reference', errorName: 'OpenAIException',
  baseUrl: 'https://api.openai.com/v1', baseUrlVariables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'],
  // Only these know the legacy API; for the others a legacy request becomes a chat, as in LiteLLM.
  chat: [openaiChat, openaiResponsesKept, { ...openaiCompletions, models: /^(gpt-3\.5-turbo-instruct|(ft:)?(davinci|babbage)-002)/ }],
  preferred: { 'anthropic-messages': 'openai-responses' }, textAtOwnServers: openaiCompletions,
  operations: offers(
    'embeddings', 'moderations', 'images-generations', 'images-edits', 'images-variations', 'audio-speech', 'audio-transcriptions', 'audio-translations',
    'files', 'batches',
  ),
  capabilities: { developerRole: true, fileParts: true, maxTokensField: 'max_completion_tokens' },
});
const openai: Provider = { ...anyServer, modelsKnown: 'all', reasoningModels: openAiReasoningModels, searchModels: /-search-/ };

// Its routers, and makers' models that it offers under a name of its own before they are announced. (openrouter.ai/models)
const openRouterOwnModels = /^(?:auto|free|fusion|bodybuilder|pareto-code|[\w.-]+-(?:alpha|beta))(?::\w+)?$/;

// OpenRouter's own routing and sampling, and what it adds to a prompt. (openrouter.ai/docs/api-reference/parameters)
const openRouterMembers = [
  'provider', 'models', 'route', 'transforms', 'plugins', 'preset', 'reasoning', 'include_reasoning', 'usage', 'web_search_options', 'min_p', 'top_a', 'repetition_penalty',
];

// What Cohere's own chat has no word for is left out by rule, so that it is named.
const cohereOwn: ChatEndpoint = {
  dialect: 'openai-chat', path: '/v2/chat', form: cohereChat,
  body: {
    omit: [
      'n', 'user', 'parallel_tool_calls', 'stream_options', 'logit_bias', 'top_logprobs', 'store', 'metadata', 'service_tier', 'modalities', 'prediction', 'audio', 'prompt_cache_key',
      'prompt_cache_retention', 'safety_identifier', 'verbosity', 'web_search_options',
    ],
  },
};

/** The rows. */
export const majorProviders: readonly Provider[] = [
  openai,
  // The same API at an address that the deployment gives.
  {
    ...anyServer, name: 'custom_openai', title: 'Any server with OpenAI\'s API', errorName: 'Custom_openaiException', baseUrl: null,
    chat: [openaiChat], preferred: {}, keyRequired: false,
    capabilities: { ...anyServer.capabilities, developerRole: false, fileParts: false, maxTokensField: 'max_tokens' },
  },
  {
    ...anyServer, name: 'text-completion-openai', title: 'OpenAI, legacy Completions', errorName: 'Text-completion-openaiException',
    chat: [openaiCompletions], preferred: {}, operations: {},
  },
  openaiCompatible({
    name: 'anthropic', title: 'Anthropic', page: 'https://docs.claude.com/en/api/messages',
    baseUrl: 'https://api.anthropic.com', baseUrlVariables: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
    keyVariables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN'],
    authentication: {
      kind: 'header', name: 'x-api-key', bearerVariables: ['ANTHROPIC_AUTH_TOKEN'],
      oauth: { keyPrefix: 'sk-ant-oat', host: 'api.anthropic.com', headers: { 'anthropic-beta': 'oauth-2025-04-20' } },
    },
    chat: [{ dialect: 'anthropic-messages', path: '/v1/messages' }],
    headers: { 'anthropic-version': '2023-06-01' },
    capabilities: { fileParts: true, cacheControl: true, thinkingSignatures: true, reasoningField: null }, statesStream: true, modelsKnown: 'all',
  }),
  openaiCompatible({
    name: 'gemini', title: 'Google AI Studio', page: 'https://ai.google.dev/api/generate-content',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta', keyVariables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    // In a header, never in the URL, which ends up in logs.
    authentication: { kind: 'header', name: 'x-goog-api-key' },
    chat: [
      { dialect: 'gemini', path: '/models/{model}:generateContent', streamPath: '/models/{model}:streamGenerateContent?alt=sse' },
    ],
    operations: { 'embeddings': '/openai/embeddings', 'images-generations': '/openai/images/generations', 'audio-speech': '/models/{model}:generateContent' },
    operationForms: { 'audio-speech': [{ form: geminiSpeech }] },
    capabilities: { fileParts: true, reasoningField: null, thinkingSignatures: true }, modelsKnown: 'all',
  }),
  openaiCompatible({
    name: 'openrouter', title: 'OpenRouter', page: 'https://openrouter.ai/docs/api-reference',
    baseUrl: 'https://openrouter.ai/api/v1', keyVariables: ['OPENROUTER_API_KEY', 'OR_API_KEY'],
    chat: [openaiChat, openaiResponses, anthropicMessages], preferred: { 'anthropic-messages': 'openai-chat' },
    operations: offers('embeddings'),
    // LiteLLM's, so that the account's statistics by app go on. New installations say their own name: scripts/start writes it into .env.
    headers: { 'HTTP-Referer': { variable: 'OR_SITE_URL', otherwise: 'https://litellm.ai' }, 'X-Title': { variable: 'OR_APP_NAME', otherwise: 'liteLLM' } },
    body: { defaults: { usage: { include: true } } },
    capabilities: { developerRole: true, fileParts: true, cacheControl: true, reasoningField: 'reasoning', endUser: false, ownMembers: openRouterMembers, webSearch: 'plugin' },
    costInUsage: true, ownModels: openRouterOwnModels, statesStream: true, cacheControlModels: /claude|gemini|anthropic/,
  }),
  openaiCompatible({
    name: 'mistral', title: 'Mistral', page: 'https://docs.mistral.ai/api',
    baseUrl: 'https://api.mistral.ai/v1', baseUrlVariables: ['MISTRAL_AZURE_API_BASE', 'MISTRAL_API_BASE'],
    keyVariables: ['MISTRAL_AZURE_API_KEY', 'MISTRAL_API_KEY'],
    operations: offers('embeddings', 'moderations', 'audio-transcriptions', 'audio-speech'),
    body: { rename: { max_completion_tokens: 'max_tokens', seed: 'random_seed' }, omit: ['stream_options', 'logit_bias', 'user'] },
    capabilities: { streamUsage: false, reasoningField: null }, modelsKnown: 'thinking',
  }),
  openaiCompatible({
    name: 'xai', title: 'xAI', page: 'https://docs.x.ai/docs/api-reference', baseUrl: 'https://api.x.ai/v1',
    chat: [openaiChat, openaiResponsesKept],
    operations: offers('images-generations', 'images-edits'),
    capabilities: { developerRole: true, fileParts: true, maxTokensField: 'max_completion_tokens' }, modelsKnown: 'thinking',
  }),
  openaiCompatible({
    name: 'cohere', title: 'Cohere', page: 'https://docs.cohere.com/reference',
    baseUrl: 'https://api.cohere.com', keyVariables: ['COHERE_API_KEY', 'CO_API_KEY'],
    chat: [
      cohereOwn,
      // Where the deployment's address names it.
      { ...openaiChat, baseUrl: 'https://api.cohere.ai/compatibility/v1', body: oldTokenLimit },
    ],
    operations: { embeddings: 'https://api.cohere.ai/compatibility/v1/embeddings', rerank: '/v2/rerank' },
    operationForms: { embeddings: [{ form: cohereEmbed, paths: ['/v1/embed', '/v2/embed'] }] }, capabilities: { streamUsage: false },
  }),
  openaiCompatible({
    name: 'cohere_chat', title: 'Cohere, chat', page: 'https://docs.cohere.com/reference/chat',
    baseUrl: 'https://api.cohere.com', baseUrlVariables: ['COHERE_API_BASE'], keyVariables: ['COHERE_API_KEY', 'CO_API_KEY'],
    chat: [
      cohereOwn,
      { ...openaiChat, baseUrl: 'https://api.cohere.ai/compatibility/v1', body: oldTokenLimit },
    ],
    capabilities: { streamUsage: false },
  }),
  openaiCompatible({
    name: 'perplexity', title: 'Perplexity', page: 'https://docs.perplexity.ai/api-reference', baseUrl: 'https://api.perplexity.ai',
    keyVariables: ['PERPLEXITYAI_API_KEY', 'PERPLEXITY_API_KEY'],
    chat: [openaiChat, { dialect: 'openai-responses', path: '/v1/responses' }],
    operations: { embeddings: '/v1/embeddings' }, body: { ...oldTokenLimit, omit: ['stream_options'] },
    capabilities: { streamUsage: false, reasoningField: null, webSearch: 'options' },
  }),
  openaiCompatible({
    name: 'deepseek', title: 'DeepSeek', page: 'https://api-docs.deepseek.com',
    baseUrl: 'https://api.deepseek.com/beta',
    chat: [openaiChat, { dialect: 'anthropic-messages', path: '/v1/messages', baseUrl: 'https://api.deepseek.com/anthropic' }],
    body: oldTokenLimit, capabilities: { jsonSchema: false },
  }),
];
