// Servers that people run themselves. They want no key by default, and their addresses are plain http on this machine.
import { anthropicMessages, offers, openaiChat, openaiCompatible, openaiCompletions, openaiResponses } from '../compatible.ts';
import type { Provider } from '../provider.ts';


const vllm = openaiCompatible({
  name: 'hosted_vllm', title: 'vLLM', page: 'https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html', baseUrl: null, keyRequired: false,
  chat: [openaiChat, openaiResponses, openaiCompletions, anthropicMessages], preferred: { 'anthropic-messages': 'openai-chat' },
  operations: offers('embeddings', 'rerank', 'audio-transcriptions', 'audio-translations'),
});

const ollama = openaiCompatible({
  name: 'ollama', title: 'Ollama', page: 'https://docs.ollama.com/api/openai-compatibility', baseUrl: 'http://localhost:11434', keyRequired: false,
  chat: [{ dialect: 'openai-chat', path: '/v1/chat/completions' }, { dialect: 'openai-completions', path: '/v1/completions' }],
  operations: { embeddings: '/v1/embeddings' }, capabilities: { reasoningField: 'reasoning' },
});

/** The rows. */
export const localProviders: readonly Provider[] = [
  ollama,
  { ...ollama, name: 'ollama_chat', title: 'Ollama, chat', errorName: 'Ollama_chatException', pricesAs: 'ollama' },
  vllm,
  { ...vllm, name: 'vllm', title: 'vLLM, another prefix of LiteLLM', errorName: 'VllmException', pricesAs: 'hosted_vllm' },
  openaiCompatible({
    name: 'llama_cpp', title: 'llama.cpp server', page: 'https://github.com/ggml-org/llama.cpp/tree/master/tools/server',
    baseUrl: 'http://localhost:8080/v1', keyRequired: false, chat: [openaiChat, openaiCompletions],
    operations: offers('embeddings', 'rerank'),
  }),
  openaiCompatible({
    name: 'sglang', title: 'SGLang', page: 'https://docs.sglang.ai', baseUrl: 'http://localhost:30000/v1', keyRequired: false,
    chat: [openaiChat, openaiCompletions], operations: offers('embeddings', 'rerank'),
  }),
  openaiCompatible({
    name: 'lm_studio', title: 'LM Studio', page: 'https://lmstudio.ai/docs/developer/openai-compat',
    baseUrl: 'http://localhost:1234/v1', keyRequired: false, chat: [openaiChat, openaiResponses, openaiCompletions],
    preferred: { 'openai-responses': 'openai-chat' }, operations: offers('embeddings'),
  }),
  openaiCompatible({
    name: 'llamafile', title: 'llamafile', page: 'https://github.com/mozilla-ai/llamafile', baseUrl: 'http://127.0.0.1:8080/v1',
    keyRequired: false, chat: [openaiChat, openaiCompletions], operations: offers('embeddings'),
  }),
  openaiCompatible({
    name: 'lemonade', title: 'Lemonade', page: 'https://lemonade-server.ai/docs', baseUrl: 'http://localhost:8000/api/v1',
    keyRequired: false, chat: [openaiChat, openaiCompletions], operations: { embeddings: '/embeddings', rerank: '/reranking' },
  }),
  openaiCompatible({
    name: 'docker_model_runner', title: 'Docker Model Runner', page: 'https://docs.docker.com/ai/model-runner',
    baseUrl: 'http://localhost:22088/engines/llama.cpp', keyRequired: false,
    chat: [{ dialect: 'openai-chat', path: '/v1/chat/completions' }], operations: { embeddings: '/v1/embeddings' },
  }),
  openaiCompatible({
    name: 'xinference', title: 'Xinference', page: 'https://inference.readthedocs.io', baseUrl: 'http://127.0.0.1:9997/v1',
    keyRequired: false,
    operations: offers('embeddings', 'rerank', 'images-generations', 'audio-speech', 'audio-transcriptions', 'audio-translations'),
  }),
  openaiCompatible({
    name: 'oobabooga', title: 'Text generation web UI', page: 'https://github.com/oobabooga/text-generation-webui', baseUrl: null,
    keyRequired: false, chat: [{ dialect: 'openai-chat', path: '/v1/chat/completions' }],
    operations: { embeddings: '/v1/embeddings' },
  }),
  openaiCompatible({
    name: 'openai_like', title: 'A server like OpenAI\'s', page: 'https://platform.openai.com/docs/api-reference', baseUrl: null,
    keyRequired: false, operations: offers('embeddings'),
  }),
  openaiCompatible({
    name: 'aiohttp_openai', title: 'OpenAI, under another prefix of LiteLLM',
    page: 'https://platform.openai.com/docs/api-reference', baseUrl: 'https://api.openai.com/v1',
    baseUrlVariables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE'], keyVariables: ['OPENAI_API_KEY'],
    capabilities: { developerRole: true, fileParts: true, maxTokensField: 'max_completion_tokens' }, pricesAs: 'openai',
  }),
  openaiCompatible({
    name: 'demo', title: 'Demo model, built in', page: 'https://github.com', baseUrl: 'weir-demo://local', keyRequired: false, keyVariables: [], baseUrlVariables: [],
  }),
];
