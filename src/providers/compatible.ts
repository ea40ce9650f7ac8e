// Short forms for rows: a provider that speaks a known dialect says only what is its own.
import type { Capabilities } from '../dialects/dialect.ts';
import type { ChatEndpoint, OperationName, Provider } from './provider.ts';

/** What a provider takes unless its row says otherwise: the common ground of servers that copy OpenAI's chat API. */
const compatibleCapabilities: Capabilities = {
  streamUsage: true, developerRole: false, jsonSchema: true, fileParts: false, cacheControl: false,
  reasoningField: 'reasoning_content', thinkingSignatures: false, maxTokensField: 'max_tokens',
};

/** OpenAI's chat API under a base URL that ends with its version. */
export const openaiChat: ChatEndpoint = { dialect: 'openai-chat', path: '/chat/completions' };
/** OpenAI's Responses API, likewise. */
export const openaiResponses: ChatEndpoint = { dialect: 'openai-responses', path: '/responses' };
/** The same where the provider keeps answers under their ids. */
export const openaiResponsesKept: ChatEndpoint = { ...openaiResponses, keepsAnswers: true };
/** OpenAI's legacy Completions API, likewise. */
export const openaiCompletions: ChatEndpoint = { dialect: 'openai-completions', path: '/completions' };
/** Anthropic's Messages API, likewise. */
export const anthropicMessages: ChatEndpoint = { dialect: 'anthropic-messages', path: '/messages' };

type Defaulted = 'errorName' | 'baseUrlVariables' | 'keyVariables' | 'keyRequired' | 'authentication' | 'chat' | 'operations' | 'capabilities';

/** What a row must say, and what it may. */
export type Row = Omit<Provider, Defaulted> & Partial<Omit<Pick<Provider, Defaulted>, 'capabilities'>> & { capabilities?: Partial<Capabilities> };

/**
 * A provider that copies OpenAI's API. By LiteLLM's habit, `NAME_API_KEY` holds the key and `NAME_API_BASE` another base URL.
 */
export function openaiCompatible(row: Row): Provider {
  const variable = row.name.toUpperCase().replaceAll('-', '_');
  return {
    errorName: `${row.name.slice(0, 1).toUpperCase()}${row.name.slice(1)}Exception`,
    baseUrlVariables: [`${variable}_API_BASE`],
    keyVariables: [`${variable}_API_KEY`],
    keyRequired: true,
    authentication: { kind: 'bearer' },
    chat: [openaiChat],
    operations: {},
    ...row,
    capabilities: { ...compatibleCapabilities, ...row.capabilities },
  };
}

/** A provider that has operations but no chat that Weir speaks. */
export const operationsOnly = (row: Row): Provider => openaiCompatible({ chat: [], ...row });

/** OpenAI's operations and Cohere's rerank at their usual paths under a base URL that ends with its version. */
export const usualPaths: Readonly<Record<OperationName, string>> = {
  'embeddings': '/embeddings', 'moderations': '/moderations', 'rerank': '/rerank',
  'images-generations': '/images/generations', 'images-edits': '/images/edits', 'images-variations': '/images/variations',
  'audio-speech': '/audio/speech', 'audio-transcriptions': '/audio/transcriptions', 'audio-translations': '/audio/translations',
  'responses-compact': '/responses/compact', 'responses-input-tokens': '/responses/input_tokens',
  'files': '/files', 'batches': '/batches', 'pass-through': '/',
};

/** These operations, each at its usual path. */
export function offers(...names: OperationName[]): Provider['operations'] {
  return Object.fromEntries(names.map((name) => [name, usualPaths[name]]));
}

/** OpenAI's models that think, by their names; those for chat alone do not. Azure's users write LiteLLM's word before a deployment's name. */
export const openAiReasoningModels = /^(?:o_series|gpt5_series)\/|^(?:o\d|gpt-(?:[5-9]|\d\d)(?!-chat|.*search))/;

/** For providers that only know the older name of the output limit. */
export const oldTokenLimit = { rename: { max_completion_tokens: 'max_tokens' } } as const;
