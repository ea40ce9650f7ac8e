// Every provider by name, and what `provider/model` means.
import { currentPriceMap, lookUp } from '../accounting/price-map.ts';
import { chinaProviders } from './catalog/china.ts';
import { cloudProviders } from './catalog/clouds.ts';
import { hostProviders } from './catalog/hosts.ts';
import { localProviders } from './catalog/local.ts';
import { majorProviders } from './catalog/major.ts';
import { operationProviders } from './catalog/operations-only.ts';
import { nameAtProvider, type ModelForm, type Provider } from './provider.ts';

/** All rows, in the order of the documentation. */
export const providers: readonly Provider[] = [...majorProviders, ...cloudProviders, ...hostProviders, ...chinaProviders, ...localProviders, ...operationProviders];

const byName = new Map(providers.map((provider) => [provider.name, provider]));

/** All names, sorted. */
export const providerNames: readonly string[] = [...byName.keys()].toSorted();

/** The provider with this name (the part before the slash in `provider/model`), or null. */
export const findProvider = (name: string): Provider | null => byName.get(name) ?? null;

/** A model at its provider, or what was expected instead. */
export type SplitModel = ({ ok: true; provider: Provider } & ModelForm) | { ok: false; message: string };

/**
 * Reads `provider/model` as LiteLLM does: the first segment when it is a provider's name, a given provider
 * (`custom_llm_provider`) before that, and for a bare name the provider that is known to make it.
 */
export function splitModel(providerModel: string, customProvider?: string): SplitModel {
  const slash = providerModel.indexOf('/');
  const prefix = slash > 0 ? providerModel.slice(0, slash) : '';
  const name = customProvider ?? (byName.has(prefix) ? prefix : makerOf(providerModel));
  const provider = name === null ? null : findProvider(name);
  if (!provider) return { ok: false, message: refusal(providerModel, customProvider) };
  const given = prefix === provider.name ? modelAfterPrefix(provider, providerModel) : providerModel;
  return { ok: true, provider, ...(provider.readModel?.(given) ?? bridged(provider, given) ?? { model: given, knownAs: [given] }) };
}

/** LiteLLM's word for models that are asked by the Responses API only: `openai/responses/o3-pro`. */
function bridged({ chat }: Provider, given: string): ModelForm | undefined {
  if (!given.startsWith(responsesWord) || !chat.some((offered) => offered.dialect === 'openai-responses')) return undefined;
  const model = given.slice(responsesWord.length);
  return { model, knownAs: [model], dialect: 'openai-responses' };
}
const responsesWord = 'responses/';

const modelAfterPrefix = (provider: Provider, providerModel: string): string => nameAtProvider(provider, providerModel.slice(provider.name.length + 1));

function refusal(providerModel: string, customProvider: string | undefined): string {
  if (customProvider !== undefined) return `Unknown custom_llm_provider "${customProvider}". Known providers: ${providerNames.join(', ')}.`;
  return `LLM Provider NOT provided. Pass in the LLM provider you are trying to call. You passed model=${providerModel}. `
    + 'Write it as "provider/model", for example "openai/gpt-4o" or "anthropic/claude-sonnet-4-5".';
}

/** The provider of a bare name: the price map's, else the one whose models are named like this. */
function makerOf(model: string): string | null {
  if (model === '*') return 'openai';
  const inMap = model === '' ? null : lookUp(currentPriceMap(), model);
  return (inMap && rowForMap(inMap.provider)) ?? makers.find(([pattern]) => pattern.test(model))?.[1] ?? null;
}

/** The map splits some providers: `bedrock_converse` and `vertex_ai-language-models` are `bedrock` and `vertex_ai` here. */
const rowForMap = (name: string): string | null =>
  byName.has(name) ? name : providerNames.findLast((row) => name.startsWith(`${row}_`) || name.startsWith(`${row}-`)) ?? null;

// How makers name their models: for models that are newer than the price map.
const makers: readonly [RegExp, string][] = [
  [/^(gpt-3\.5-turbo-instruct|(ft:)?(davinci|babbage)-002)/, 'text-completion-openai'],
  [/^(gpt-|chatgpt-|o[1-9](-|$)|codex-|computer-use-preview|text-embedding-(3|ada)|omni-moderation|text-moderation|whisper-1|tts-1|dall-e-|sora-|ft:(gpt|o[1-9]))/, 'openai'],
  [/^([a-z-]+\.)?anthropic\.claude-/, 'bedrock'],
  [/^claude-/, 'anthropic'],
  // LiteLLM's choice: the bare names are Vertex AI's; Google AI Studio's are `gemini/…`.
  [/^(gemini-|imagen-|veo-)/, 'vertex_ai'],
  [/^deepseek-(chat|reasoner|coder)/, 'deepseek'],
];
