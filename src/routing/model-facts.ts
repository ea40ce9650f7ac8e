// What is known about a deployment's model: its price, and what its provider takes for it.
import { priceOf, withOverrides, type ModelPrice } from '../accounting/prices.ts';
import type { Capabilities } from '../dialects/dialect.ts';
import type { Deployment as ConfiguredDeployment } from '../config/config.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ModelForm, Provider } from '../providers/provider.ts';

/** The price of a deployment's model under the best of its names, with what the configuration says instead. */
export function priceFor(entry: ConfiguredDeployment, provider: Provider, { knownAs }: Pick<ModelForm, 'knownAs'>): ModelPrice | null {
  const priceName = provider.pricesAs ?? provider.name;
  const names = entry.info.baseModel === undefined ? knownAs : [entry.info.baseModel];
  const found = names.map((name) => priceOf(priceName, name)).find((price) => price !== null) ?? null;
  return withOverrides(found, priceName, { ...entry.info.all, ...entry.prices } as JsonObject);
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
