// `POST /spend/calculate`: what a request would cost before it is made, or what an answer cost.
import { answer, refuse, type AdminAnswer } from '../endpoint.ts';
import { costOf } from '../../accounting/cost.ts';
import { emptyUsage, type Usage } from '../../canonical/usage.ts';
import { estimateTokens } from '../../accounting/token-estimate.ts';
import { anyProvider, priceOf, type ModelPrice } from '../../accounting/prices.ts';
import { isJsonObject, stringAt, type JsonObject } from '../../lib/json.ts';
import { usageOf } from '../../dialects/openai-chat/usage.ts';
import type { Router } from '../../routing/router.ts';

/** Handles it; no database is needed. */
export function calculateSpend(body: JsonObject, router: Router): AdminAnswer {
  const model = stringAt(body, 'model');
  const completed = body['completion_response'];
  if (model !== undefined) {
    if (!Array.isArray(body['messages'])) return refuse('managed_invalid', "Bad Request - messages must be provided if 'model' is provided");
    return costAnswer(model, { ...emptyUsage(), inputTokens: estimateTokens({ messages: body['messages'] }) }, router);
  }
  if (!isJsonObject(completed)) return refuse('managed_invalid', "Bad Request - Either 'model' or 'completion_response' must be provided");
  return costAnswer(stringAt(completed, 'model') ?? '', usageOf(completed) ?? usageOfText(completed), router);
}

function costAnswer(model: string, usage: Usage, router: Router): AdminAnswer {
  const price = priceOfModel(model, router);
  if (!price) return refuse('managed_invalid', `This model isn't mapped yet. model=${model.slice(0, 200)}. Set input_cost_per_token and output_cost_per_token for it.`, { param: 'model', type: 'invalid_request_error' });
  return answer({ cost: costOf(price, usage)?.totalUsd ?? 0 });
}

/** The price of a model group, or of a model by its own name, with or without its provider. */
function priceOfModel(model: string, { groups }: Router): ModelPrice | null {
  const deployments = groups.find(model)?.deployments ?? groups.all().filter((deployment) => deployment.fullName === model || deployment.model === model);
  const [price] = deployments.flatMap((deployment) => (deployment.price ? [deployment.price] : []));
  if (price) return price;
  const slash = model.indexOf('/');
  return (slash === -1 ? null : priceOf(model.slice(0, slash), model.slice(slash + 1))) ?? priceOf(anyProvider, model);
}

// An answer without usage is counted by its text.
function usageOfText(completed: JsonObject): Usage {
  const choices = Array.isArray(completed['choices']) ? completed['choices'].filter(isJsonObject) : [];
  const text = choices.map((choice) => (isJsonObject(choice['message']) ? stringAt(choice['message'], 'content') ?? '' : '')).join('');
  return { ...emptyUsage(), outputTokens: text === '' ? 0 : estimateTokens({ prompt: text }) };
}
