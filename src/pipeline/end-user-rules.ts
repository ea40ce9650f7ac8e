// What an end user's own rules make of a request: the models that it may be answered by, and the region.
import { everyFallback } from './request-fallbacks.ts';
import { isInRegion } from '../routing/candidates.ts';
import { modelRefusal } from '../access/model-refusal.ts';
import { modelRefused } from './access-stage.ts';
import type { EndUserRules } from '../limits/scope-source.ts';
import type { Exchange } from './exchange.ts';
import type { Fault } from '../canonical/fault.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { ModelGroups } from '../routing/model-groups.ts';

/** Why the request may not be answered for this end user; null: it may, and knows its region. */
export function endUserRefusal(exchange: Exchange, body: JsonBody, { models, region, defaultModel }: EndUserRules, groups: ModelGroups): Fault | null {
  if (region !== null) {
    exchange.region = region;
    const served = groups.find(exchange.routed)?.deployments.some((deployment) => isInRegion(deployment, region)) ?? false;
    // LiteLLM's meaning of a customer's `default_model`: it answers where the model that was asked for is not to be had in the region.
    if (!served && defaultModel !== null && modelRefusal(exchange.caller, defaultModel, groups) === null) {
      exchange.routed = defaultModel;
      exchange.group = groups.find(defaultModel)?.name ?? null;
    }
  }
  if (!models) return null;
  if (models.refusal(exchange.routed, groups) !== null) return modelRefused(exchange.model, 'end_user');
  const named = everyFallback(body).find((name) => models.refusal(name, groups) !== null);
  return named === undefined ? null : modelRefused(named, 'end_user');
}
