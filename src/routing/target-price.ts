// The price of what a request really calls. A deployment that serves a pattern (`openai/*`) has as many prices as models.
import { priceOf, type ModelPrice } from '../accounting/prices.ts';
import { costOf, type Cost, type Units } from '../accounting/cost.ts';
import { withSurcharge } from '../accounting/surcharge.ts';
import type { Usage } from '../canonical/usage.ts';
import type { Deployment } from './deployment.ts';

// A pattern may be asked for any number of names; beyond this its prices are looked up anew.
const mostModels = 1_000;
const known = new WeakMap<Deployment, Map<string, ModelPrice | null>>();

/** What an answer of a deployment's model costs, with discount and margin; null when no price is known. */
export function costAt(deployment: Deployment, model: string, usage: Usage, units?: Units): Cost | null {
  const cost = costOf(priceAt(deployment, model), usage, units);
  return cost && deployment.surcharge ? withSurcharge(cost, deployment.surcharge) : cost;
}

/** The price of a deployment's model by the name that it is called with; null: not known. Prices of the configuration hold for all models of a pattern. */
export function priceAt(deployment: Deployment, model: string): ModelPrice | null {
  if (!deployment.model.includes('*') || deployment.price?.configured) return deployment.price;
  let prices = known.get(deployment);
  if (!prices) known.set(deployment, (prices = new Map()));
  let price = prices.get(model);
  if (price === undefined) {
    if (prices.size >= mostModels) prices.clear();
    price = priceOf(deployment.provider.pricesAs ?? deployment.provider.name, model) ?? deployment.price;
    prices.set(model, price);
  }
  return price;
}
