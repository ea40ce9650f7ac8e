// Servers that people run themselves. They want no key by default, and their addresses are plain http on this machine.
import { anthropicMessages, openaiChat, openaiCompatible, openaiCompletions, openaiResponses } from '../compatible.ts';
import type { Provider } from '../provider.ts';

/** The rows. */
export const localProviders: readonly Provider[] = [
  openaiCompatible({
    name: 'hosted_vllm', title: 'vLLM', page: 'https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html',
    baseUrl: null, keyRequired: false,
    chat: [openaiChat, openaiResponses, openaiCompletions, anthropicMessages], preferred: { 'anthropic-messages': 'openai-chat' },
    operations: {
      'embeddings': '/embeddings', 'rerank': '/rerank',
      'audio-transcriptions': '/audio/transcriptions', 'audio-translations': '/audio/translations',
    },
  }),
];
