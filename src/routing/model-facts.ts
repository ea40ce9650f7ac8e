// What is known about a deployment's model: its price, and what its provider takes for it.
import { priceOf, uplifted, withOverrides, type ModelPrice } from '../accounting/prices.ts';
import { settingOf, type ReadParameter, type ReadVariable } from '../providers/address.ts';
import type { Capabilities } from '../dialects/dialect.ts';
import type { Deployment } from './deployment.ts';
import type { Deployment as ConfiguredDeployment } from '../config/config.ts';
import { defined, type JsonObject } from '../lib/json.ts';
import { priceAt } from './target-price.ts';
import type { ModelForm, Provider } from '../providers/provider.ts';

/** The price of a deployment's model under the best of its names, with what the configuration says instead. */
export function priceFor(entry: ConfiguredDeployment, provider: Provider, { knownAs }: Pick<ModelForm, 'knownAs'>, parameter: ReadParameter, variable: ReadVariable): ModelPrice | null {
  const priceName = provider.pricesAs ?? provider.name;
  const names = entry.info.baseModel === undefined ? knownAs : [entry.info.baseModel];
  const found = names.map((name) => priceOf(priceName, name)).find((price) => price !== null) ?? null;
  const factor = found?.numbers['regional_endpoint_uplift_multiplier'];
  const region = provider.baseUrlParts?.['location'];
  const isRegional = region !== undefined && settingOf(region, parameter, variable) !== 'global';
  const regional = found && factor !== undefined && isRegional ? uplifted(found, factor) : found;
  return withOverrides(regional, priceName, { ...entry.info.all, ...entry.prices } as JsonObject);
}

/** What the provider takes, with what is known of this one model; `name` is the model's public name. */
export function capabilitiesOf(provider: Provider, price: ModelPrice | null, name: string): Capabilities {
  const { capabilities, modelsKnown, reasoningModels, searchModels } = provider;
  const supports = price?.supports;
  // Who verifies signatures speaks Anthropic's own API; gateways see to such things themselves.
  const isClaude = capabilities.thinkingSignatures && /claude/.test(name);
  const known = {
    ...(isClaude && { sampling: claudeSampling(name, supports), ...claudeFacts(name, supports ?? retired(name)) }),
    ...(searchModels?.test(name) && { webSearch: 'options' as const }),
    ...(reasoningModels?.test(name) && { sampling: restsUnasked.test(name) ? 'not-asked-to-think' as const : 'not-thinking' as const }),
  };
  if (!price || !supports) return Object.keys(known).length > 0 ? defined<Capabilities>({ ...capabilities, ...known }) : capabilities;
  const limit = price.numbers['max_output_tokens'];
  return defined<Capabilities>({
    ...capabilities, ...known,
    ...(supports.has('adaptive_thinking') && { adaptiveThinking: true }),
    ...(capabilities.jsonSchemaByModel && { jsonSchema: supports.has('native_structured_output') || supports.has('bedrock_native_structured_output') }),
    // A row that names no abilities says nothing about them.
    ...(modelsKnown && supports.size > 1 && !supports.has('reasoning') && { reasoning: false }),
    ...(modelsKnown === 'all' && limit !== undefined && { maxOutputTokens: limit }),
    ...(modelsKnown && (reasoningModels?.test(name) || (isClaude && supports.has('output_config'))) && { efforts: effortsOf(supports) }),
  });
}

const effortsOf = (supports: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(['low', 'medium', 'high', ...['none', 'minimal', 'xhigh', 'max'].filter((effort) => supports.has(`${effort}_reasoning_effort`))]);

// Facts from LiteLLM's price map and llms/anthropic/common_utils.py, version 1.106.2: since 4.7 Claude takes no sampling, and since 4.1
// only one of its two numbers.
function claudeSampling(name: string, supports: ReadonlySet<string> | undefined): Capabilities['sampling'] {
  if (supports?.has('adaptive_thinking') && !supports.has('legacy_thinking')) return 'none';
  return takesBothNumbers.test(name) ? undefined : 'one';
}
const takesBothNumbers = /claude-(?:instant|2|3|v\d)|claude-(?:opus|sonnet)-4(?:@|-0|-2\d{7}|$)|claude-4-(?:opus|sonnet)/;
const alwaysThinks = /claude-(?:fable|mythos)/;
const onlyOffersTools = /claude-(?:(?:fable|mythos)-5-1|(?:opus|sonnet)-5-5)/;

// The map forgets models that are no longer sold; some clouds still have them.
const retired = (name: string): ReadonlySet<string> | undefined => (takesBothNumbers.test(name) ? new Set(/claude-(?:3-7|\w+-4|4)/.test(name) ? ['reasoning'] : []) : undefined);

function claudeFacts(name: string, supports: ReadonlySet<string> | undefined): Partial<Capabilities> {
  if (!supports) return {};
  return {
    midConversationSystem: supports.has('mid_conversation_system'), adaptiveThinking: supports.has('adaptive_thinking'), effortParameter: supports.has('output_config'),
    ...(!supports.has('reasoning') && { reasoning: false }), ...(onlyOffersTools.test(name) && { forcedToolChoice: false }), ...(alwaysThinks.test(name) && { alwaysThinks: true }),
  };
}

// OpenAI's models that do not think unless they are told to (`default_reasoning_effort: none` in the same map).
const restsUnasked = /^gpt-5\.[124](?!\d)(?!-(?:pro|codex|chat))/;

// A pattern may be asked for any number of names; beyond this they are looked up anew.
const mostModels = 1_000;
const ofPatterns = new WeakMap<Deployment, Map<string, Capabilities>>();

/** What a deployment's model takes by the name that it is called with: a deployment that serves a pattern (`openai/*`) has as many as models. */
export function capabilitiesAt(deployment: Deployment, model: string): Capabilities {
  if (!deployment.model.includes('*')) return deployment.capabilities;
  let known = ofPatterns.get(deployment);
  if (!known) ofPatterns.set(deployment, (known = new Map()));
  let capabilities = known.get(model);
  if (!capabilities) {
    if (known.size >= mostModels) known.clear();
    capabilities = capabilitiesOf(deployment.provider, priceAt(deployment, model), model);
    known.set(model, capabilities);
  }
  return capabilities;
}
