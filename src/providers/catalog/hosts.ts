// Companies that run open models behind OpenAI's API, and gateways that resell others' models.
import { anthropicMessages, offers, oldTokenLimit, openaiChat, openaiCompatible, openaiCompletions, openaiResponses } from '../compatible.ts';
import { fillInTheMiddle, nlpCloud } from '../forms/prompt-forms.ts';
import { deepInfraRerank, fireworksRerank, huggingFaceRerank, nvidiaRerank } from '../forms/ranking.ts';
import { huggingFaceEmbed } from '../forms/vectors-pictures.ts';
import { replicateCompletions } from '../forms/replicate.ts';
import type { ModelForm, Provider } from '../provider.ts';

const chatAndCompletions = [openaiChat, openaiCompletions] as const;
const chatAndResponses = [openaiChat, openaiResponses] as const;
const allThree = [openaiChat, openaiResponses, anthropicMessages] as const;

// LiteLLM's users write `ragflow/chat/<id>/<model>` and `ragflow/agent/<id>/<model>`; both stand in the path.
const readRagflowModel = (name: string): ModelForm => {
  const [kind = '', id = '', ...rest] = name.split('/');
  const model = rest.join('/');
  return { model, knownAs: [model], parameters: { ragflow_place: kind === 'agent' ? 'agents_openai' : 'chats_openai', ragflow_id: id } };
};

/** The rows. */
export const hostProviders: readonly Provider[] = [
  openaiCompatible({
    name: 'groq', title: 'Groq', page: 'https://console.groq.com/docs/api-reference', baseUrl: 'https://api.groq.com/openai/v1',
    chat: chatAndResponses, preferred: { 'openai-responses': 'openai-chat' },
    operations: offers('audio-speech', 'audio-transcriptions', 'audio-translations'),
    body: { omit: ['logit_bias', 'logprobs', 'top_logprobs'] },
    capabilities: { reasoningField: 'reasoning', maxTokensField: 'max_completion_tokens' },
  }),
  openaiCompatible({
    name: 'together_ai', title: 'Together AI', page: 'https://docs.together.ai/reference', baseUrl: 'https://api.together.ai/v1',
    keyVariables: ['TOGETHER_API_KEY', 'TOGETHER_AI_API_KEY', 'TOGETHERAI_API_KEY', 'TOGETHER_AI_TOKEN'], chat: chatAndCompletions,
    operations: offers('embeddings', 'rerank', 'images-generations', 'audio-speech', 'audio-transcriptions'),
    body: oldTokenLimit, capabilities: { reasoningField: 'reasoning' },
  }),
  openaiCompatible({
    name: 'fireworks_ai', title: 'Fireworks AI', page: 'https://docs.fireworks.ai/api-reference',
    baseUrl: 'https://api.fireworks.ai/inference/v1',
    baseUrlVariables: ['FIREWORKS_API_BASE'],
    keyVariables: ['FIREWORKS_API_KEY', 'FIREWORKS_AI_API_KEY', 'FIREWORKSAI_API_KEY', 'FIREWORKS_AI_TOKEN'],
    chat: [openaiChat, openaiResponses, openaiCompletions], operations: offers('embeddings', 'rerank'), body: oldTokenLimit,
    operationForms: { rerank: [{ form: fireworksRerank }] },
  }),
  openaiCompatible({
    name: 'cerebras', title: 'Cerebras', page: 'https://inference-docs.cerebras.ai', baseUrl: 'https://api.cerebras.ai/v1',
    capabilities: { reasoningField: 'reasoning', maxTokensField: 'max_completion_tokens' },
  }),
  openaiCompatible({
    name: 'sambanova', title: 'SambaNova', page: 'https://docs.sambanova.ai', baseUrl: 'https://api.sambanova.ai/v1',
    operations: offers('embeddings'), body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'nvidia_nim', title: 'NVIDIA NIM', page: 'https://docs.api.nvidia.com/nim/reference',
    baseUrl: 'https://integrate.api.nvidia.com/v1', body: oldTokenLimit,
    operations: { embeddings: '/embeddings', rerank: 'https://ai.api.nvidia.com/v1/retrieval/{+model}/reranking' },
    operationForms: { rerank: [{ form: nvidiaRerank, pathUnder: '/v1/retrieval/{+model}/reranking' }] },
  }),
  openaiCompatible({
    name: 'deepinfra', title: 'DeepInfra', page: 'https://deepinfra.com/docs', baseUrl: 'https://api.deepinfra.com/v1/openai',
    operations: { ...offers('embeddings', 'images-generations', 'audio-speech', 'audio-transcriptions'), rerank: 'https://api.deepinfra.com/v1/inference/{+model}' },
    operationForms: { rerank: [{ form: deepInfraRerank, pathUnder: '/inference/{+model}' }] }, body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'huggingface', title: 'Hugging Face', page: 'https://huggingface.co/docs/inference-providers',
    baseUrl: 'https://router.huggingface.co/v1',
    baseUrlVariables: ['HF_API_BASE', 'HUGGINGFACE_API_BASE'], keyVariables: ['HUGGINGFACE_API_KEY', 'HF_TOKEN'],
    operations: { embeddings: 'https://router.huggingface.co/hf-inference/models/{+model}/pipeline/feature-extraction', rerank: '/rerank' },
    operationForms: { embeddings: [{ form: huggingFaceEmbed, atHome: true }], rerank: [{ form: huggingFaceRerank }] },
  }),
  openaiCompatible({
    name: 'baseten', title: 'Baseten', page: 'https://docs.baseten.co', baseUrl: 'https://inference.baseten.co/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'novita', title: 'Novita AI', page: 'https://novita.ai/docs', baseUrl: 'https://api.novita.ai/v3/openai',
    operations: offers('embeddings', 'rerank'),
  }),
  openaiCompatible({
    name: 'nebius', title: 'Nebius', page: 'https://docs.studio.nebius.com', baseUrl: 'https://api.studio.nebius.ai/v1',
    chat: chatAndCompletions, operations: offers('embeddings', 'images-generations'),
  }),
  openaiCompatible({
    name: 'hyperbolic', title: 'Hyperbolic', page: 'https://docs.hyperbolic.xyz', baseUrl: 'https://api.hyperbolic.xyz/v1',
    chat: chatAndCompletions,
  }),
  openaiCompatible({
    name: 'lambda_ai', title: 'Lambda', page: 'https://docs.lambda.ai', baseUrl: 'https://api.lambda.ai/v1',
    baseUrlVariables: ['LAMBDA_API_BASE'], keyVariables: ['LAMBDA_API_KEY'], chat: chatAndCompletions,
  }),
  openaiCompatible({
    name: 'featherless_ai', title: 'Featherless AI', page: 'https://featherless.ai/docs', baseUrl: 'https://api.featherless.ai/v1',
    chat: chatAndCompletions,
    baseUrlVariables: ['FEATHERLESS_API_BASE', 'FEATHERLESS_AI_API_BASE'], keyVariables: ['FEATHERLESS_API_KEY', 'FEATHERLESS_AI_API_KEY'],
  }),
  openaiCompatible({
    name: 'friendliai', title: 'FriendliAI', page: 'https://friendli.ai/docs', baseUrl: 'https://api.friendli.ai/serverless/v1',
    baseUrlVariables: ['FRIENDLI_API_BASE'], keyVariables: ['FRIENDLIAI_API_KEY', 'FRIENDLI_TOKEN'],
  }),
  openaiCompatible({
    name: 'anyscale', title: 'Anyscale', page: 'https://docs.anyscale.com', baseUrl: 'https://api.endpoints.anyscale.com/v1',
  }),
  openaiCompatible({ name: 'galadriel', title: 'Galadriel', page: 'https://docs.galadriel.com', baseUrl: 'https://api.galadriel.com/v1' }),
  openaiCompatible({
    name: 'nscale', title: 'Nscale', page: 'https://docs.nscale.com', baseUrl: 'https://inference.api.nscale.com/v1',
    operations: offers('images-generations'),
  }),
  openaiCompatible({
    name: 'crusoe', title: 'Crusoe', page: 'https://docs.crusoecloud.com', baseUrl: 'https://managed-inference-api-proxy.crusoecloud.com/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({ name: 'gmi', title: 'GMI Cloud', page: 'https://docs.gmicloud.ai', baseUrl: 'https://api.gmi-serving.com/v1' }),
  openaiCompatible({
    name: 'parasail', title: 'Parasail', page: 'https://docs.parasail.io', baseUrl: 'https://api.parasail.io/v1',
    chat: chatAndResponses,
  }),
  openaiCompatible({
    name: 'chutes', title: 'Chutes', page: 'https://chutes.ai/docs', baseUrl: 'https://llm.chutes.ai/v1', chat: chatAndCompletions,
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'synthetic', title: 'Synthetic', page: 'https://dev.synthetic.new/docs', baseUrl: 'https://api.synthetic.new/openai/v1',
    chat: chatAndCompletions, body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'wandb', title: 'W&B Inference', page: 'https://docs.wandb.ai/inference', baseUrl: 'https://api.inference.wandb.ai/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'scaleway', title: 'Scaleway', page: 'https://www.scaleway.com/en/docs/generative-apis',
    baseUrl: 'https://api.scaleway.ai/v1', keyVariables: ['SCW_SECRET_KEY'],
    operations: offers('embeddings', 'audio-transcriptions'),
  }),
  openaiCompatible({
    name: 'ovhcloud', title: 'OVHcloud AI Endpoints', page: 'https://endpoints.ai.cloud.ovh.net',
    baseUrl: 'https://oai.endpoints.kepler.ai.cloud.ovh.net/v1',
    operations: offers('embeddings', 'audio-transcriptions'),
  }),
  openaiCompatible({
    name: 'gradient_ai', title: 'DigitalOcean Gradient', page: 'https://docs.digitalocean.com/products/gradient-ai-platform',
    baseUrl: 'https://inference.do-ai.run', baseUrlVariables: [], chat: [{ dialect: 'openai-chat', path: '/v1/chat/completions' }],
  }),
  openaiCompatible({
    name: 'heroku', title: 'Heroku', page: 'https://devcenter.heroku.com/articles/heroku-inference', baseUrl: null,
    chat: [{ dialect: 'openai-chat', path: '/v1/chat/completions' }],
  }),
  openaiCompatible({
    name: 'compactifai', title: 'CompactifAI', page: 'https://docs.compactif.ai', baseUrl: 'https://api.compactif.ai/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'predibase', title: 'Predibase', page: 'https://docs.predibase.com', baseUrl: 'https://serving.app.predibase.com/{tenant}',
    baseUrlParts: { tenant: { parameter: 'tenant_id', variables: ['PREDIBASE_TENANT_ID'] } },
    chat: [{ dialect: 'openai-chat', path: '/deployments/v2/llms/{model}/v1/chat/completions' }], body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'clarifai', title: 'Clarifai', page: 'https://docs.clarifai.com', baseUrl: 'https://api.clarifai.com/v2/ext/openai/v1',
    keyVariables: ['CLARIFAI_API_KEY', 'CLARIFAI_PAT'],
  }),
  openaiCompatible({
    name: 'datarobot', title: 'DataRobot', page: 'https://docs.datarobot.com', baseUrl: 'https://app.datarobot.com/api/v2',
    baseUrlVariables: ['DATAROBOT_ENDPOINT'], keyVariables: ['DATAROBOT_API_TOKEN'],
    chat: [{ dialect: 'openai-chat', path: '/genai/llmgw/chat/completions' }],
  }),
  openaiCompatible({
    name: 'replicate', title: 'Replicate', page: 'https://replicate.com/docs', baseUrl: 'https://api.replicate.com/v1',
    keyVariables: ['REPLICATE_API_KEY', 'REPLICATE_API_TOKEN'], capabilities: { streamUsage: false },
    chat: [
      { dialect: 'openai-completions', models: /:[0-9a-f]{64}$/, path: '/predictions', form: replicateCompletions },
      { dialect: 'openai-completions', models: /^deployments\//, path: '/{+model}/predictions', form: replicateCompletions },
      { dialect: 'openai-completions', path: '/models/{+model}/predictions', form: replicateCompletions },
    ],
  }),
  openaiCompatible({
    name: 'nlp_cloud', title: 'NLP Cloud', page: 'https://docs.nlpcloud.com', baseUrl: 'https://api.nlpcloud.io/v1/gpu',
    authentication: { kind: 'header', name: 'Authorization', prefix: 'Token ' }, capabilities: { streamUsage: false },
    chat: [{ dialect: 'openai-completions', path: '/{+model}/generation', form: nlpCloud }],
  }),
  openaiCompatible({
    name: 'ragflow', title: 'RAGFlow', page: 'https://ragflow.io/docs/dev/http_api_reference', baseUrl: null, readModel: readRagflowModel,
    baseUrlParts: { place: { parameter: 'ragflow_place', variables: [] }, id: { parameter: 'ragflow_id', variables: [] } },
    chat: [{ dialect: 'openai-chat', path: '/api/v1/{place}/{id}/chat/completions' }],
  }),
  openaiCompatible({
    name: 'morph', title: 'Morph', page: 'https://docs.morphllm.com', baseUrl: 'https://api.morphllm.com/v1',
    operations: offers('embeddings'),
  }),
  openaiCompatible({
    name: 'inception', title: 'Inception', page: 'https://docs.inceptionlabs.ai', baseUrl: 'https://api.inceptionlabs.ai/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'text-completion-inception', title: 'Inception, fill-in-the-middle', page: 'https://docs.inceptionlabs.ai',
    baseUrl: 'https://api.inceptionlabs.ai/v1', baseUrlVariables: ['INCEPTION_API_BASE'], keyVariables: ['INCEPTION_API_KEY'], pricesAs: 'inception',
    chat: [{ dialect: 'openai-completions', path: '/fim/completions', form: fillInTheMiddle }], capabilities: { streamUsage: false },
  }),
  openaiCompatible({ name: 'v0', title: 'v0', page: 'https://v0.dev/docs/api', baseUrl: 'https://api.v0.dev/v1' }),
  openaiCompatible({
    name: 'codestral', title: 'Mistral Codestral', page: 'https://docs.mistral.ai/capabilities/code_generation',
    baseUrl: 'https://codestral.mistral.ai/v1', body: { ...oldTokenLimit, omit: ['stream_options'] },
    capabilities: { streamUsage: false },
  }),
  openaiCompatible({
    name: 'text-completion-codestral', title: 'Mistral Codestral, fill-in-the-middle', page: 'https://docs.mistral.ai/api/endpoint/fim',
    baseUrl: 'https://codestral.mistral.ai/v1', baseUrlVariables: ['CODESTRAL_API_BASE'], keyVariables: ['CODESTRAL_API_KEY'],
    chat: [{ dialect: 'openai-completions', path: '/fim/completions', form: fillInTheMiddle, body: { rename: { seed: 'random_seed' }, omit: ['stream_options', 'user', 'n'] } }],
    capabilities: { streamUsage: false },
  }),
  openaiCompatible({
    name: 'meta_llama', title: 'Meta Llama API', page: 'https://llama.developer.meta.com/docs',
    baseUrl: 'https://api.llama.com/compat/v1', baseUrlVariables: ['LLAMA_API_BASE'], keyVariables: ['LLAMA_API_KEY'],
  }),
  openaiCompatible({
    name: 'meta', title: 'Meta Model API', page: 'https://dev.meta.ai', baseUrl: 'https://api.meta.ai/v1', chat: allThree,
    operations: offers('images-generations', 'images-edits', 'audio-transcriptions'),
  }),
  openaiCompatible({
    name: 'amazon_nova', title: 'Amazon Nova', page: 'https://nova.amazon.com/dev/documentation',
    baseUrl: 'https://api.nova.amazon.com/v1',
  }),
  openaiCompatible({
    name: 'ai21', title: 'AI21', page: 'https://docs.ai21.com', baseUrl: 'https://api.ai21.com/studio/v1', body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'ai21_chat', title: 'AI21, chat', page: 'https://docs.ai21.com', baseUrl: 'https://api.ai21.com/studio/v1',
    baseUrlVariables: ['AI21_API_BASE'], keyVariables: ['AI21_API_KEY'], body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'maritalk', title: 'Maritaca', page: 'https://docs.maritaca.ai', baseUrl: 'https://chat.maritaca.ai/api',
    body: oldTokenLimit,
  }),
  openaiCompatible({ name: 'reka', title: 'Reka', page: 'https://docs.reka.ai', baseUrl: 'https://api.reka.ai/v1' }),
  openaiCompatible({
    name: 'sarvam', title: 'Sarvam', page: 'https://docs.sarvam.ai', baseUrl: 'https://api.sarvam.ai/v1',
    authentication: { kind: 'header', name: 'api-subscription-key' }, body: oldTokenLimit,
  }),
  openaiCompatible({ name: 'empower', title: 'Empower', page: 'https://docs.empower.dev', baseUrl: 'https://app.empower.dev/api/v1' }),
  openaiCompatible({
    name: 'bytez', title: 'Bytez', page: 'https://docs.bytez.com', baseUrl: 'https://api.bytez.com/models/v2/openai/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'publicai', title: 'Public AI', page: 'https://platform.publicai.co', baseUrl: 'https://api.publicai.co/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'veniceai', title: 'Venice.ai', page: 'https://docs.venice.ai', baseUrl: 'https://api.venice.ai/api/v1',
    keyVariables: ['VENICE_AI_API_KEY'], baseUrlVariables: ['VENICE_AI_API_BASE'],
  }),
  openaiCompatible({
    name: 'abliteration', title: 'Abliteration', page: 'https://docs.abliteration.ai', baseUrl: 'https://api.abliteration.ai/v1',
  }),
  openaiCompatible({
    name: 'llamagate', title: 'LlamaGate', page: 'https://llamagate.dev', baseUrl: 'https://api.llamagate.dev/v1',
    operations: offers('embeddings'), body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'assemblyai', title: 'AssemblyAI', page: 'https://www.assemblyai.com/docs/llm-gateway',
    baseUrl: 'https://llm-gateway.assemblyai.com/v1',
  }),
  openaiCompatible({
    name: 'charity_engine', title: 'Charity Engine', page: 'https://www.charityengine.com',
    baseUrl: 'https://api.charityengine.services/remotejobs/v2/inference', body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'darkbloom', title: 'Darkbloom', page: 'https://darkbloom.dev', baseUrl: 'https://api.darkbloom.dev/v1',
    body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'neosantara', title: 'Neosantara', page: 'https://docs.neosantara.xyz', baseUrl: 'https://api.neosantara.xyz/v1',
    chat: chatAndResponses, body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'tensormesh', title: 'Tensormesh', page: 'https://docs.tensormesh.ai', baseUrl: 'https://serverless.tensormesh.ai/v1',
    baseUrlVariables: ['TENSORMESH_SERVERLESS_BASE_URL'],
    keyVariables: ['TENSORMESH_INFERENCE_API_KEY'], chat: chatAndResponses, body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'libertai', title: 'LibertAI', page: 'https://docs.libertai.io', baseUrl: 'https://api.libertai.io/v1',
    operations: offers('embeddings'), body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'empiriolabs', title: 'EmpirioLabs', page: 'https://empiriolabs.ai', baseUrl: 'https://api.empiriolabs.ai/v1',
    chat: chatAndResponses, body: oldTokenLimit,
  }),
  openaiCompatible({ name: 'cognition', title: 'Cognition', page: 'https://docs.cognition.ai', baseUrl: 'https://api.cognition.ai/v1' }),
  openaiCompatible({
    name: 'coralbricks', title: 'CoralBricks', page: 'https://coralbricks.ai', baseUrl: 'https://inference.coralbricks.ai/v1',
    chat: allThree,
  }),
  openaiCompatible({
    name: 'cortecs', title: 'Cortecs', page: 'https://docs.cortecs.ai', baseUrl: 'https://api.cortecs.ai/v1', chat: allThree,
  }),
  openaiCompatible({
    name: 'pinstripes', title: 'Pinstripes', page: 'https://pinstripes.io', baseUrl: 'https://pinstripes.io/v1',
    chat: chatAndResponses, body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'scx-ai', title: 'SCX.ai', page: 'https://scx.ai', baseUrl: 'https://api.scx.ai/v1', keyVariables: ['SCX_API_KEY'],
    baseUrlVariables: ['SCX_API_BASE'], body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'prism', title: 'Prism', page: 'https://prisminference.com', baseUrl: 'https://api.prisminference.com/v1', chat: allThree,
  }),
  openaiCompatible({
    name: 'sail', title: 'Sail', page: 'https://docs.sailresearch.com', baseUrl: 'https://api.sailresearch.com/v1', chat: allThree,
  }),
  openaiCompatible({
    name: 'openinfer', title: 'OpenInfer', page: 'https://openinfer.ai', baseUrl: 'https://api.openinfer.ai/v1', chat: allThree,
  }),
  openaiCompatible({
    name: 'inferenceapis', title: 'Inference APIs', page: 'https://inferenceapis.com', baseUrl: 'https://api.inferenceapis.com/v1',
    chat: allThree,
  }),
  openaiCompatible({ name: 'aiand', title: 'ai&', page: 'https://aiand.com', baseUrl: 'https://api.aiand.com/v1', chat: allThree }),
  openaiCompatible({
    name: 'refuseless', title: 'Refuseless', page: 'https://refuseless.com', baseUrl: 'https://api.refuseless.com/v1',
    chat: chatAndResponses,
  }),
  openaiCompatible({ name: 'kyma', title: 'Kyma', page: 'https://kymaapi.com', baseUrl: 'https://kymaapi.com/v1' }),
  openaiCompatible({
    name: 'zerogpu', title: 'ZeroGPU', page: 'https://zerogpu.ai', baseUrl: 'https://api.zerogpu.ai/v1', chat: chatAndResponses,
  }),
  openaiCompatible({
    name: 'hostinger_router', title: 'Hostinger Router', page: 'https://router.hostinger.com',
    baseUrl: 'https://router.hostinger.com/v1', operations: offers('embeddings'),
  }),
  openaiCompatible({
    name: 'clf_ai_gateway', title: 'CLF AI Gateway', page: 'https://clfaigateway.dev', baseUrl: 'https://api.clfaigateway.dev/v1',
  }),
  // Gateways that resell other companies' models, and agents.
  openaiCompatible({ name: 'nadir', title: 'Nadir', page: 'https://getnadir.com', baseUrl: 'https://api.getnadir.com/v1', pricesAs: '*' }),
  openaiCompatible({
    name: 'manus', title: 'Manus', page: 'https://open.manus.im/docs', baseUrl: 'https://api.manus.im',
    authentication: { kind: 'header', name: 'API_KEY' }, chat: [{ dialect: 'openai-responses', path: '/v1/responses' }],
  }),
  openaiCompatible({
    name: 'helicone', title: 'Helicone', page: 'https://docs.helicone.ai/gateway', baseUrl: 'https://ai-gateway.helicone.ai',
    capabilities: { cacheControl: true },
  }),
  openaiCompatible({
    name: 'vercel_ai_gateway', title: 'Vercel AI Gateway', page: 'https://vercel.com/docs/ai-gateway',
    baseUrl: 'https://ai-gateway.vercel.sh/v1', keyVariables: ['VERCEL_AI_GATEWAY_API_KEY', 'VERCEL_OIDC_TOKEN'], chat: allThree,
    preferred: { 'anthropic-messages': 'openai-chat' }, operations: offers('embeddings'),
    capabilities: { reasoningField: 'reasoning', cacheControl: true },
  }),
  openaiCompatible({
    name: 'aihubmix', title: 'AIHubMix', page: 'https://docs.aihubmix.com', baseUrl: 'https://aihubmix.com/v1',
    operations: offers('embeddings', 'rerank'),
  }),
  openaiCompatible({
    name: 'cometapi', title: 'CometAPI', page: 'https://api.cometapi.com/doc', baseUrl: 'https://api.cometapi.com/v1',
    baseUrlVariables: ['COMETAPI_API_BASE', 'COMETAPI_BASE_URL'],
    keyVariables: ['COMETAPI_KEY', 'COMETAPI_API_KEY'], operations: offers('embeddings', 'images-generations'),
  }),
  openaiCompatible({
    name: 'aiml', title: 'AI/ML API', page: 'https://docs.aimlapi.com', baseUrl: 'https://api.aimlapi.com/v1',
    keyVariables: ['AIML_API_KEY', 'AIMLAPI_KEY'], operations: offers('embeddings', 'images-generations'),
  }),
  openaiCompatible({
    name: 'edenai', title: 'Eden AI', page: 'https://docs.edenai.co', baseUrl: 'https://api.edenai.run/v3',
    chat: [openaiChat, openaiResponses, { dialect: 'anthropic-messages', path: '/v1/messages' }], operations: offers('embeddings'),
  }),
  openaiCompatible({
    name: 'nano-gpt', title: 'NanoGPT', page: 'https://docs.nano-gpt.com', baseUrl: 'https://nano-gpt.com/api/v1',
    keyVariables: ['NANOGPT_API_KEY'], baseUrlVariables: ['NANOGPT_API_BASE'], chat: chatAndCompletions, body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'poe', title: 'Poe', page: 'https://creator.poe.com/docs', baseUrl: 'https://api.poe.com/v1', body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'apertis', title: 'Apertis', page: 'https://docs.stima.tech', baseUrl: 'https://api.stima.tech/v1',
    keyVariables: ['STIMA_API_KEY'], baseUrlVariables: ['STIMA_API_BASE'], body: oldTokenLimit,
  }),
  openaiCompatible({
    name: 'opencode_go', title: 'OpenCode Go', page: 'https://opencode.ai/docs/go', baseUrl: 'https://opencode.ai/inference/go/openai/v1',
    keyVariables: ['OPENCODE_GO_API_KEY', 'OPENCODE_API_KEY'],
    chat: [
      { ...anthropicMessages, models: /^(claude|qwen|minimax-m3$)/, baseUrl: 'https://opencode.ai/inference/go/anthropic/v1' },
      { ...openaiResponses, models: /^(gpt|grok|muse)/ },
      { ...openaiChat, models: /^(?!claude|qwen|minimax-m3$|gpt|grok|muse)/ },
    ],
  }),
  openaiCompatible({
    name: 'litellm_proxy', title: 'LiteLLM Proxy, or another Weir', pricesAs: '*', page: 'https://docs.litellm.ai', baseUrl: null,
    chat: [openaiChat, openaiResponses, openaiCompletions], keyRequired: false,
    operations: offers('embeddings', 'rerank', 'moderations', 'images-generations', 'images-edits', 'audio-speech', 'audio-transcriptions'),
    capabilities: { developerRole: true, fileParts: true, cacheControl: true, webSearch: 'options' },
  }),
];
