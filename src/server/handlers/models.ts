// `/v1/models`, `/model/info`, `/model_group/info` and what else tells about models.
import { anthropicModelList, deploymentInfo, fallbackTypes, geminiModelList, groupInfo, groupInfos, mayCall, modelEntry, modelList, unhealthyNames } from '../../operations/models.ts';
import { currentPriceMap, lookUp, modelKeys } from '../../accounting/price-map.ts';
import { fieldMissing, json } from '../reply.ts';
import { priceOf, type ModelPrice } from '../../accounting/prices.ts';
import { servedTarget, targetAtProvider } from '../../operations/model-of-name.ts';
import { splitModel } from '../../providers/catalog.ts';
import { supportedParams } from '../../operations/supported-params.ts';
import type { JsonObject } from '../../lib/json.ts';
import { listPage, type ListTable } from '../../operations/list-page.ts';
import { priceRows, priceTable } from '../../operations/price-rows.ts';
import { providers } from '../../providers/catalog.ts';
import type { AnyReply } from '../../http/reply.ts';
import type { Deployment } from '../../routing/deployment.ts';
import { checkedHealth } from '../../routing/believed-health.ts';
import type { Services } from '../services.ts';
import type { Handler } from '../route.ts';
import type { Router } from '../../routing/router.ts';

/** `GET /v1/models`: in Anthropic's form for its clients, else in OpenAI's. */
export const listModels: Handler = ({ services, request, search, caller }) => {
  const { router } = services.pipeline;
  const query = new URLSearchParams(search);
  const hidden = hiddenNames(services, query);
  if (request.headers.has('anthropic-version')) return json(anthropicModelList(router, caller, hidden));
  // Only access groups: no name of a group is a model's here.
  if (query.get('only_model_access_groups') === 'true') return json({ data: [], object: 'list' });
  const type = query.get('fallback_type') ?? 'general';
  const fallbacks = query.get('include_metadata') === 'true' ? fallbackTypes.find((known) => known === type) : null;
  if (fallbacks === undefined) return json({ detail: `Invalid fallback_type. Must be one of: [${fallbackTypes.map((known) => `'${known}'`).join(', ')}]` }, 400);
  return json(modelList(router, { wildcards: query.get('return_wildcard_routes') === 'true', fallbacks, hidden }, caller));
};

// Who hides nothing asks nobody.
const hiddenNames = ({ config, pipeline: { router, health } }: Services, query: URLSearchParams): ReadonlySet<string> =>
  (config.generalSettings.modelListHealthyOnly || query.get('healthy_only') === 'true' ? unhealthyNames(router.groups, checkedHealth(config, health)) : new Set());

/** `GET /v1beta/models`. */
export const listGeminiModels: Handler = ({ services, caller }) => json(geminiModelList(services.pipeline.router, caller));

/** `GET /v1/models/{model}`. */
export const showModel: Handler = ({ services, params, caller }) => {
  const name = params['model'] ?? '';
  const { groups } = services.pipeline.router;
  const routed = caller?.modelAliases.get(name) ?? name;
  const deployment = groups.find(routed)?.deployments[0];
  if (deployment && mayCall(caller, routed, groups)) return json(modelEntry(name, deployment, deployment.provider.name));
  return json({ detail: `The model \`${name.slice(0, 200)}\` does not exist or is not accessible` }, 404);
};

const deploymentTable: ListTable<Deployment> = {
  id: ({ id }) => id, usual: 'name', searched: ({ group, fullName, provider, id }) => [group, fullName, provider.name, id],
  columns: {
    name: ({ group }) => group, model: ({ fullName }) => fullName, provider: ({ provider }) => provider.name, input_cost: ({ price }) => price?.numbers['input_cost_per_token'], output_cost: ({ price }) => price?.numbers['output_cost_per_token'],
    context: ({ price }) => price?.numbers['max_input_tokens'],
  },
};

/** The same, and by how deployments are right now, as the metrics tell. Worse is more: cooling, failing, never called, fine. */
function liveTable(router: Router): ListTable<Deployment> {
  const { pool } = router;
  const health = (deployment: Deployment): number => {
    if (pool.isCooling(deployment)) return 3;
    const { successes, failures } = pool.history(deployment);
    if (successes + failures === 0) return 1;
    return failures > successes ? 2 : 0;
  };
  const calls = (deployment: Deployment): number => {
    const { successes, failures } = pool.history(deployment);
    return successes + failures;
  };
  return { ...deploymentTable, columns: { ...deploymentTable.columns, health, calls } };
}

/** `GET /model/info`: all of them, or with `size` a page (`src/operations/list-page.ts`). */
export const modelInfo: Handler = ({ services, search, caller }) => {
  const { groups } = services.pipeline.router;
  const query = new URLSearchParams(search);
  const wanted = query.get('litellm_model_id');
  if (wanted === null && query.has('size')) return pageOf(groups.all().filter(({ group }) => mayCall(caller, group, groups)), query, liveTable(services.pipeline.router), deploymentInfo);
  const hidden = hiddenNames(services, query);
  if (wanted === null) return json({ data: groups.all().filter(({ group }) => !hidden.has(group) && mayCall(caller, group, groups)).map(deploymentInfo) });
  const deployment = groups.deployment(wanted);
  return deployment && mayCall(caller, deployment.group, groups) ? json({ data: [deploymentInfo(deployment)] })
    : json({ detail: { error: `Model id = ${wanted.slice(0, 200)} not found on litellm proxy` } }, 400);
};

/** `GET /public/prices`: the price map page by page. */
export const pricePage: Handler = ({ search }) => pageOf(priceRows(), new URLSearchParams(search), priceTable, (row) => row);

function pageOf<Item>(all: readonly Item[], query: URLSearchParams, table: ListTable<Item>, view: (item: Item) => unknown): AnyReply {
  const page = listPage(all, query, table);
  if ('wrong' in page) return json({ error: { message: `Invalid ${page.wrong}.`, type: 'invalid_request_error', param: page.wrong, code: '400' } }, 400);
  return json({ data: page.items.map(view), total: page.total, next_cursor: page.nextCursor });
}

/** `GET /model_group/info`. */
export const modelGroupInfo: Handler = ({ services, search, caller }) => {
  const shown = new Set(services.config.litellmSettings.publicModelGroups ?? []);
  return json(groupInfos(services.pipeline.router.groups, caller, new URLSearchParams(search).get('model_group'), (name) => shown.has(name)));
};

/** `GET /utils/supported_openai_params`: of a name of this gateway, or of `provider/model`. */
export const listSupportedParams: Handler = ({ services, search, caller }) => {
  const name = new URLSearchParams(search).get('model');
  if (name === null) return fieldMissing('query', 'model');
  const { groups } = services.pipeline.router;
  const routed = caller?.modelAliases.get(name) ?? name;
  const served = mayCall(caller, routed, groups) ? servedTarget(routed, groups) : null;
  const target = served ?? targetAtProvider(name, services.config);
  return target ? json({ supported_openai_params: supportedParams(target.deployment) }) : json({ detail: { error: `Could not map model=${name.slice(0, 200)}` } }, 400);
};

/** `GET /utils/model_info`: what the price map knows of a model, whether it is served here or not. */
export const lookUpModel: Handler = ({ search }) => {
  const query = new URLSearchParams(search);
  const [name, provider] = [query.get('model'), query.get('custom_llm_provider')];
  if (name === null) return fieldMissing('query', 'model');
  const split = splitModel(name, provider ?? undefined);
  const price = split.ok ? priceOf(split.provider.pricesAs ?? split.provider.name, split.model) : null;
  if (!split.ok || !price) return json({ detail: { error: `model=${name.slice(0, 200)}, custom_llm_provider=${(provider ?? 'None').slice(0, 100)} is not in the model cost map` } }, 404);
  return json({ model: split.model, custom_llm_provider: split.provider.name, model_info: { key: price.key, ...priceFacts(price) } });
};

const priceFacts = (price: ModelPrice): JsonObject => ({
  litellm_provider: price.provider, mode: price.mode, ...price.numbers, ...Object.fromEntries([...price.supports].map((ability) => [`supports_${ability}`, true])),
});

/** `GET /public/providers`. */
export const listProviders: Handler = () => json(providers.map((provider) => provider.name));

/** `GET /public/litellm_model_cost_map`: the price map that this gateway uses. */
export const priceMap: Handler = () => {
  const map = currentPriceMap();
  const entries = modelKeys(map).map((key) => {
    const price = lookUp(map, key);
    return [key, price && priceFacts(price)];
  });
  return json(Object.fromEntries(entries), 200, { 'x-weir-price-map': map.header.source });
};

/** `GET /public/model_hub`: the models of `public_model_groups`, for everybody; none when nothing is set. */
export const publicModels: Handler = ({ services }) => {
  const shown = new Set(services.config.litellmSettings.publicModelGroups ?? []);
  return json([...services.pipeline.router.groups.byName].filter(([name]) => shown.has(name)).map(([name, deployments]) => groupInfo(name, deployments, true)));
};

/** `GET /public/model_hub/info`. */
export const publicModelsInfo: Handler = ({ services }) => json({ docs_title: 'Weir', custom_docs_description: null, litellm_version: null, useful_links: services.config.litellmSettings.publicModelGroupsLinks ?? {} });
