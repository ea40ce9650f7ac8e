// Clouds: providers with regions, accounts and ways of signing in of their own.
import { offers, oldTokenLimit, openAiReasoningModels, openaiChat, openaiCompatible, openaiCompletions, openaiResponses, openaiResponsesKept } from '../compatible.ts';
import { amazonImages, bedrockCohereEmbed, bedrockRerank, novaEmbed, stabilityImages, titanEmbed } from '../forms/bedrock.ts';
import { geminiImages, imagen, vertexEmbed } from '../forms/vertex.ts';
import { gigaChat } from '../forms/gigachat.ts';
import { sapOrchestration } from '../forms/sap-orchestration.ts';
import { textGeneration, watsonxText } from '../forms/prompt-forms.ts';
import { vertexRerank, watsonxRerank } from '../forms/ranking.ts';
import { watsonxEmbed } from '../forms/vectors-pictures.ts';
import { readBedrockModel } from '../bedrock-model.ts';
import type { ModelForm, Provider, Setting } from '../provider.ts';

const awsRegion: Setting = {
  parameter: 'aws_region_name', variables: ['AWS_REGION_NAME', 'AWS_REGION', 'AWS_DEFAULT_REGION'], otherwise: 'us-west-2',
};
const vertexLocation: Setting = { parameter: 'vertex_location', variables: ['VERTEXAI_LOCATION', 'VERTEX_LOCATION'], otherwise: 'us-central1' };
// Regions, multi-regions such as `eu`, and the one for all.
const vertexHost = (location: string): string => {
  if (location === 'global') return 'aiplatform.googleapis.com';
  return location.includes('-') ? `${location}-aiplatform.googleapis.com` : `aiplatform.${location}.rep.googleapis.com`;
};
// LiteLLM's users write `vertex_ai/gemini/<endpoint>` for tuned models and `vertex_ai/mistralai/…` for Mistral's, whose address wants the bare name.
const readVertexModel = (name: string): ModelForm => {
  const model = name.replace(/^gemini\/(?=\d+$)|^mistralai\/|^anthropic\//, '');
  return { model, knownAs: model === name ? [name] : [model, name] };
};
// A deployment's name may tell nothing: LiteLLM's users write whose kind it is before it.
const readAzureModel = (name: string): ModelForm => {
  const model = name.replace(/^(?:o_series|gpt5_series)\//, '');
  return { model, knownAs: name === model ? [name] : [name, model] };
};
const claude = /claude/i;
const exceptClaude = /^(?!.*claude)/i;
const gemini = /^(gemini|gemma-3n|learnlm|medlm)/i;
const exceptClaudeAndGemini = /^(?!.*claude|gemini|gemma-3n|learnlm|medlm|mistral|codestral|ministral|\d+$)/i;

const azure = openaiCompatible({
  name: 'azure', title: 'Azure OpenAI', page: 'https://learn.microsoft.com/azure/ai-services/openai/reference',
  baseUrl: null, addressing: 'azure', keyVariables: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'], authentication: { kind: 'azure' },
  chat: [openaiChat, openaiResponsesKept], preferred: { 'anthropic-messages': 'openai-responses' },
  operations: offers('embeddings', 'images-generations', 'images-edits', 'audio-speech', 'audio-transcriptions', 'audio-translations', 'files', 'batches'),
  query: { 'api-version': { parameter: 'api_version', variables: ['AZURE_API_VERSION'], otherwise: '2025-02-01-preview' } },
  capabilities: { developerRole: true, maxTokensField: 'max_completion_tokens' }, modelsKnown: 'all', reasoningModels: openAiReasoningModels, readModel: readAzureModel,
});

const vertex = openaiCompatible({
  name: 'vertex_ai', title: 'Google Vertex AI', page: 'https://cloud.google.com/vertex-ai/generative-ai/docs',
  baseUrl: 'https://{host}/v1/projects/{project}/locations/{location}',
  baseUrlVariables: ['VERTEXAI_API_BASE', 'VERTEX_API_BASE'], keyVariables: [], authentication: { kind: 'google' },
  baseUrlParts: {
    host: { ...vertexLocation, write: (location) => vertexHost(location) },
    project: { parameter: 'vertex_project', variables: ['VERTEXAI_PROJECT', 'GOOGLE_CLOUD_PROJECT'] },
    location: vertexLocation,
  },
  keepsBasePath: true, readModel: readVertexModel,
  operations: {
    'embeddings': '/publishers/google/models/{model}:predict', 'images-generations': '/publishers/google/models/{model}:predict',
    'rerank': 'https://discoveryengine.googleapis.com/v1/projects/{project}/locations/global/rankingConfigs/default_ranking_config:rank',
  },
  operationForms: {
    'embeddings': [{ form: vertexEmbed }],
    'images-generations': [{ form: geminiImages, models: gemini, path: '/publishers/google/models/{model}:generateContent' }, { form: imagen }],
    'rerank': [{ form: vertexRerank, pathUnder: '/rankingConfigs/default_ranking_config:rank' }],
  },
  chat: [
    {
      dialect: 'anthropic-messages', models: claude,
      path: '/publishers/anthropic/models/{model}:rawPredict', streamPath: '/publishers/anthropic/models/{model}:streamRawPredict',
      body: { defaults: { anthropic_version: 'vertex-2023-10-16' } }, unsaid: ['model'], betas: { place: 'header', table: 'vertex_ai' },
    },
    { dialect: 'gemini', models: gemini, path: '/publishers/google/models/{model}:generateContent', streamPath: '/publishers/google/models/{model}:streamGenerateContent?alt=sse' },
    // A tuned Gemini on an endpoint of one's own.
    { dialect: 'gemini', models: /^\d+$/, path: '/endpoints/{model}:generateContent', streamPath: '/endpoints/{model}:streamGenerateContent?alt=sse' },
    { dialect: 'openai-chat', models: /^(mistral|codestral|ministral)/, path: '/publishers/mistralai/models/{model}:rawPredict', streamPath: '/publishers/mistralai/models/{model}:streamRawPredict' },
    // Other partners' models: `meta/llama-…`, `deepseek-ai/…`, `qwen/…`, `openai/gpt-oss-…`.
    { dialect: 'openai-chat', models: exceptClaudeAndGemini, path: '/endpoints/openapi/chat/completions' },
  ],
  capabilities: { fileParts: true, cacheControl: true, thinkingSignatures: true },
  modelsKnown: 'all',
  // Google's own models fetch by themselves. (docs.anthropic.com/en/docs/build-with-claude/vision)
  mediaBytesModels: /claude/,
});

const awsKeys = { keyVariables: [], keyRequired: false } as const;
const sagemaker = openaiCompatible({
  name: 'sagemaker_chat', title: 'Amazon SageMaker, chat', page: 'https://docs.aws.amazon.com/sagemaker',
  baseUrl: 'https://runtime.sagemaker.{region}.amazonaws.com', baseUrlParts: { region: awsRegion }, ...awsKeys,
  authentication: { kind: 'aws', service: 'sagemaker' },
  chat: [{ dialect: 'openai-chat', path: '/endpoints/{model}/invocations', streamPath: '/endpoints/{model}/invocations-response-stream', framing: 'aws-parts' }],
});
const watsonxVersion: Setting = { parameter: 'api_version', variables: ['WATSONX_API_VERSION', 'WX_API_VERSION'], otherwise: '2024-03-13' };

const watsonxProject = { project_id: { parameter: 'project_id', variables: ['WATSONX_PROJECT_ID', 'WX_PROJECT_ID', 'PROJECT_ID'] } };
const watsonx = openaiCompatible({
  name: 'watsonx', title: 'IBM watsonx.ai', page: 'https://cloud.ibm.com/apidocs/watsonx-ai', baseUrl: 'https://{region}.ml.cloud.ibm.com',
  baseUrlParts: { region: { parameter: 'watsonx_region_name', variables: ['WATSONX_REGION', 'WX_REGION'], otherwise: 'us-south' } },
  baseUrlVariables: ['WATSONX_API_BASE', 'WATSONX_URL', 'WX_URL', 'WML_URL'],
  keyVariables: ['WATSONX_APIKEY', 'WATSONX_API_KEY', 'WX_API_KEY'],
  authentication: { kind: 'exchange', scheme: 'ibm-iam' }, query: { version: watsonxVersion },
  chat: [{ dialect: 'openai-chat', path: '/ml/v1/text/chat', streamPath: '/ml/v1/text/chat_stream' }],
  body: {
    rename: { model: 'model_id', max_completion_tokens: 'max_tokens' }, omit: ['stream', 'stream_options', 'parallel_tool_calls'], settings: watsonxProject,
  },
  operations: { embeddings: '/ml/v1/text/embeddings', rerank: '/ml/v1/text/rerank' },
  operationForms: { embeddings: [{ form: watsonxEmbed }], rerank: [{ form: watsonxRerank }] },
  operationBodies: { embeddings: { settings: watsonxProject }, rerank: { settings: watsonxProject } },
  capabilities: { streamUsage: false, reasoningField: null },
});

/** The rows. */
export const cloudProviders: readonly Provider[] = [
  azure,
  {
    ...azure, name: 'azure_text', title: 'Azure OpenAI, legacy Completions', errorName: 'Azure_textException', pricesAs: 'azure',
    chat: [openaiCompletions], preferred: {}, operations: {},
  },
  openaiCompatible({
    name: 'azure_ai', title: 'Azure AI Foundry', page: 'https://learn.microsoft.com/azure/ai-foundry', baseUrl: null,
    authentication: { kind: 'azure' },
    chat: [
      {
        dialect: 'anthropic-messages', path: '/anthropic/v1/messages', models: claude, headers: { 'anthropic-version': '2023-06-01' },
        betas: { place: 'header', table: 'azure_ai' },
      },
      { dialect: 'openai-chat', path: '/models/chat/completions?api-version=2024-05-01-preview', models: exceptClaude },
    ],
    operations: { embeddings: '/models/embeddings?api-version=2024-05-01-preview', rerank: '/v1/rerank' },
    capabilities: { fileParts: true, cacheControl: true, thinkingSignatures: true },
  }),
  openaiCompatible({
    name: 'bedrock', title: 'Amazon Bedrock', page: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
    baseUrl: 'https://bedrock-runtime.{region}.amazonaws.com',
    baseUrlVariables: ['AWS_BEDROCK_RUNTIME_ENDPOINT', 'BEDROCK_API_BASE'], baseUrlParts: { region: awsRegion },
    keyVariables: ['AWS_BEARER_TOKEN_BEDROCK'], keyRequired: false, authentication: { kind: 'aws', service: 'bedrock' },
    baseUrlParameter: 'aws_bedrock_runtime_endpoint', readModel: readBedrockModel,
    chat: [
      {
        dialect: 'bedrock-converse', path: '/model/{model}/converse', streamPath: '/model/{model}/converse-stream', framing: 'aws-events',
        betas: { place: 'fields', table: 'bedrock_converse', models: /claude|anthropic|^(?:[a-z]{2}-[\w-]+\/)?arn:/i },
      },
      {
        dialect: 'anthropic-messages', models: /claude|anthropic/i, path: '/model/{model}/invoke', streamPath: '/model/{model}/invoke-with-response-stream', framing: 'aws-chunks',
        body: { defaults: { anthropic_version: 'bedrock-2023-05-31' } }, unsaid: ['model', 'stream'], betas: { place: 'body', table: 'bedrock' },
      },
    ],
    operations: {
      'embeddings': '/model/{model}/invoke', 'images-generations': '/model/{model}/invoke', 'rerank': 'https://bedrock-agent-runtime.{region}.amazonaws.com/rerank',
    },
    operationForms: {
      'embeddings': [{ form: titanEmbed, models: /titan/ }, { form: novaEmbed, models: /nova/ }, { form: bedrockCohereEmbed, models: /cohere/ }],
      'images-generations': [{ form: stabilityImages, models: /stability/ }, { form: amazonImages }],
      'rerank': [{ form: bedrockRerank }],
    },
    capabilities: { fileParts: true, cacheControl: true, thinkingSignatures: true, jsonSchema: false, jsonSchemaByModel: true },
    modelsKnown: 'all', mediaBytesModels: /./,
  }),
  openaiCompatible({
    name: 'bedrock_mantle', title: 'Amazon Bedrock, OpenAI and Anthropic APIs',
    page: 'https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html',
    baseUrl: 'https://bedrock-mantle.{region}.api.aws', keyVariables: ['BEDROCK_MANTLE_API_KEY', 'AWS_BEARER_TOKEN_BEDROCK'],
    baseUrlParts: { region: { ...awsRegion, variables: ['BEDROCK_MANTLE_REGION', ...awsRegion.variables], otherwise: 'us-east-1' } },
    authentication: { kind: 'aws', service: 'bedrock' }, keyRequired: false,
    chat: [
      { dialect: 'anthropic-messages', path: '/anthropic/v1/messages', models: claude, headers: { 'anthropic-version': '2023-06-01' } },
      { dialect: 'openai-chat', path: '/v1/chat/completions', models: exceptClaude }, { dialect: 'openai-responses', path: '/v1/responses', models: exceptClaude },
    ],
  }),
  vertex,
  { ...vertex, name: 'vertex_ai_beta', title: 'Google Vertex AI, beta', errorName: 'Vertex_ai_betaException', pricesAs: 'vertex_ai' },
  openaiCompatible({
    name: 'gdc', title: 'Google Distributed Cloud', page: 'https://cloud.google.com/distributed-cloud/hosted/docs', baseUrl: null,
    baseUrlParts: {
      project: { parameter: 'vertex_project', variables: ['VERTEXAI_PROJECT', 'GOOGLE_CLOUD_PROJECT'] },
      location: { parameter: 'vertex_location', variables: ['VERTEXAI_LOCATION', 'VERTEX_LOCATION'] },
    },
    chat: [{ dialect: 'openai-chat', path: '/v1/projects/{project}/locations/{location}/chat/completions' }],
  }),
  openaiCompatible({
    name: 'databricks', title: 'Databricks',
    page: 'https://docs.databricks.com/machine-learning/model-serving/score-foundation-models', baseUrl: null,
    keyVariables: ['DATABRICKS_API_KEY', 'DATABRICKS_TOKEN'], authentication: { kind: 'bearer', clientCredentials: 'databricks' }, operations: offers('embeddings'),
    chat: [openaiChat, { ...openaiResponses, models: /gpt/i }, { dialect: 'anthropic-messages', path: '/anthropic/v1/messages', models: claude }],
    body: oldTokenLimit, capabilities: { cacheControl: true },
  }),
  watsonx,
  {
    ...watsonx, name: 'watsonx_text', title: 'IBM watsonx.ai, text generation', errorName: 'Watsonx_textException', pricesAs: 'watsonx',
    chat: [{
      dialect: 'openai-completions', path: '/ml/v1/text/generation', streamPath: '/ml/v1/text/generation_stream', form: watsonxText,
      body: { rename: { model: 'model_id' }, settings: watsonxProject },
    }],
  },
  openaiCompatible({
    name: 'cloudflare', title: 'Cloudflare Workers AI', page: 'https://developers.cloudflare.com/workers-ai',
    baseUrl: 'https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1',
    baseUrlParts: { account: { parameter: 'account_id', variables: ['CLOUDFLARE_ACCOUNT_ID'] } },
    operations: offers('embeddings'), body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'snowflake', title: 'Snowflake Cortex', page: 'https://docs.snowflake.com/user-guide/snowflake-cortex',
    baseUrl: 'https://{account}.snowflakecomputing.com/api/v2',
    baseUrlParts: { account: { parameter: 'account_id', variables: ['SNOWFLAKE_ACCOUNT_ID'] } },
    keyVariables: ['SNOWFLAKE_JWT'], headers: { 'X-Snowflake-Authorization-Token-Type': 'KEYPAIR_JWT' },
    // LiteLLM's users mark programmatic access tokens so.
    authentication: { kind: 'bearer', marked: { prefix: 'pat/', headers: { 'x-snowflake-authorization-token-type': 'PROGRAMMATIC_ACCESS_TOKEN' } } },
    chat: [{ dialect: 'openai-chat', path: '/cortex/v1/chat/completions' }, { dialect: 'anthropic-messages', path: '/cortex/v1/messages', models: claude }],
  }),
  openaiCompatible({
    name: 'github', title: 'GitHub Models', pricesAs: '*', page: 'https://docs.github.com/rest/models', baseUrl: 'https://models.inference.ai.azure.com',
    keyVariables: ['GITHUB_API_KEY', 'GITHUB_TOKEN'], operations: offers('embeddings'), capabilities: { reasoningField: null },
  }),
  openaiCompatible({
    name: 'github_copilot', title: 'GitHub Copilot', page: 'https://docs.github.com/copilot',
    baseUrl: 'https://api.githubcopilot.com', keyVariables: [],
    keyRequired: false, authentication: { kind: 'exchange', scheme: 'github-copilot' },
    chat: [{ ...openaiResponses, models: /codex/ }, { ...openaiChat, models: /^(?!.*codex)/ }, { dialect: 'anthropic-messages', path: '/v1/messages', models: claude }],
    operations: offers('embeddings'), headers: { 'copilot-integration-id': 'vscode-chat', 'editor-version': 'vscode/1.95.0' },
    capabilities: { developerRole: true },
  }),
  openaiCompatible({
    name: 'chatgpt', title: 'ChatGPT subscription', page: 'https://developers.openai.com/codex',
    baseUrl: 'https://chatgpt.com/backend-api/codex',
    baseUrlVariables: ['CHATGPT_API_BASE', 'OPENAI_CHATGPT_API_BASE'], keyVariables: [], keyRequired: false,
    authentication: { kind: 'bearer' },
    chat: [{ ...openaiResponses, body: { defaults: { store: false }, omit: ['max_output_tokens'] } }],
    capabilities: { developerRole: true },
  }),
  openaiCompatible({
    name: 'oci', title: 'Oracle Cloud', page: 'https://docs.oracle.com/iaas/Content/generative-ai/openai-compatible-api.htm',
    authentication: { kind: 'oci' }, keyVariables: ['OCI_GENAI_API_KEY', 'OCI_API_KEY'],
    baseUrl: 'https://inference.generativeai.{region}.oci.oraclecloud.com/20231130/actions/v1',
    baseUrlParts: { region: { parameter: 'oci_region', variables: ['OCI_REGION'], otherwise: 'us-ashburn-1' } }, keepsBasePath: true,
    chat: [openaiChat, openaiResponses],
  }),
  openaiCompatible({
    name: 'sap', title: 'SAP Generative AI Hub', page: 'https://help.sap.com/docs/sap-ai-core/generative-ai/orchestration', baseUrl: null,
    baseUrlVariables: ['SAP_API_BASE', 'AICORE_DEPLOYMENT_URL'], baseUrlParameter: 'deployment_url',
    keyVariables: ['AICORE_SERVICE_KEY'], keyRequired: false, authentication: { kind: 'exchange', scheme: 'sap' },
    headers: { 'AI-Resource-Group': { variable: 'AICORE_RESOURCE_GROUP', otherwise: 'default' } },
    chat: [{ dialect: 'openai-chat', path: '/v2/completion', form: sapOrchestration }],
  }),
  sagemaker,
  {
    ...sagemaker, name: 'sagemaker_nova', title: 'Amazon Nova on SageMaker', errorName: 'Sagemaker_novaException',
    chat: sagemaker.chat.map((endpoint) => ({ ...endpoint, unsaid: ['model'] })),
  },
  {
    ...sagemaker, name: 'sagemaker', title: 'Amazon SageMaker, text generation', errorName: 'SagemakerException',
    chat: sagemaker.chat.map((endpoint) => ({ ...endpoint, dialect: 'openai-completions', form: textGeneration })),
    capabilities: { ...sagemaker.capabilities, streamUsage: false },
  },
  openaiCompatible({
    name: 'gigachat', title: 'GigaChat', page: 'https://developers.sber.ru/docs/ru/gigachat',
    baseUrl: 'https://gigachat.devices.sberbank.ru/api/v1',
    keyVariables: ['GIGACHAT_CREDENTIALS', 'GIGACHAT_API_KEY'], authentication: { kind: 'exchange', scheme: 'gigachat' },
    operations: offers('embeddings'), chat: [{ ...openaiChat, form: gigaChat }],
    body: {
      ...oldTokenLimit,
      omit: ['stop', 'n', 'seed', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'user', 'parallel_tool_calls', 'stream_options', 'response_format', 'service_tier', 'store', 'metadata'],
    },
    capabilities: { streamUsage: false, jsonSchema: false },
  }),
];
