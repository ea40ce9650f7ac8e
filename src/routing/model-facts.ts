// What is known about a deployment's model: its price, and what its provider takes for it.
import { priceOf, uplifted, withOverrides, type ModelPrice } from '../accounting/prices.ts';
import { settingOf, type ReadParameter, type ReadVariable } from '../providers/address.ts';
import type { Capabilities } from '../dialects/dialect.ts';
import type { Deployment as ConfiguredDeployment } from '../config/config.ts';
import type { JsonObject } from '../lib/json.ts';
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

/** What the provider takes, with what is known of this one model. */
export function capabilitiesOf({ capabilities }: Provider, price: ModelPrice | null): Capabilities {
  if (!price) return capabilities;
  const { supports } = price;
  return {
    ...capabilities,
    ...(supports.has('adaptive_thinking') && { adaptiveThinking: true }),
    ...(capabilities.jsonSchemaByModel && { jsonSchema: supports.has('native_structured_output') || supports.has('bedrock_native_structured_output') }),
  };
}
