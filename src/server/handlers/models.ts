// `/v1/models`, `/model/info`, `/model_group/info` and what else tells about models.
import { anthropicModelList, deploymentInfo, geminiModelList, groupInfo, modelEntry, modelList, supportedParams } from '../../operations/models.ts';
import { fault } from '../../canonical/fault.ts';
import { bundledPriceMap, lookUp, modelKeys } from '../../accounting/price-map.ts';
import { json, refusal } from '../reply.ts';
import { providers } from '../../providers/catalog.ts';
import type { Handler } from '../route.ts';

/** `GET /v1/models`: in Anthropic's form for its clients, else in OpenAI's. */
export const listModels: Handler = ({ services, request, query }) => {
  const { router } = services.pipeline;
  if (request.headers.has('anthropic-version')) return json(anthropicModelList(router));
  return json(modelList(router, { wildcards: query.get('return_wildcard_routes') === 'true', metadata: query.get('include_metadata') === 'true' }));
};

/** `GET /v1beta/models`. */
export const listGeminiModels: Handler = ({ services }) => json(geminiModelList(services.pipeline.router));

/** `GET /v1/models/{model}`. */
export const showModel: Handler = ({ services, params }) => {
  const name = params['model'] ?? '';
  const deployment = services.pipeline.router.groups.find(name)?.deployments[0];
  if (deployment) return json(modelEntry(name, deployment));
  return json({ detail: `The model \`${name.slice(0, 200)}\` does not exist or is not accessible` }, 404);
};

/** `GET /model/info`. */
export const modelInfo: Handler = ({ services, query, route, id }) => {
  const { groups } = services.pipeline.router;
  const wanted = query.get('litellm_model_id');
  if (wanted === null) return json({ data: groups.all().map(deploymentInfo) });
  const deployment = groups.deployment(wanted);
  return deployment ? json({ data: [deploymentInfo(deployment)] })
    : refusal(fault('item_not_found', `Model id = ${wanted.slice(0, 200)} not found on this gateway.`), route.dialect, id);
};

/** `GET /model_group/info`. */
export const modelGroupInfo: Handler = ({ services, query }) => {
  const wanted = query.get('model_group');
  const groups = [...services.pipeline.router.groups.byName].filter(([name]) => wanted === null || name === wanted);
  return json({ data: groups.map(([name, deployments]) => groupInfo(name, deployments)) });
};

/** `GET /utils/supported_openai_params`. */
export const listSupportedParams: Handler = () => json({ supported_openai_params: supportedParams });

/** `GET /public/providers`. */
export const listProviders: Handler = () => json(providers.map((provider) => provider.name));

/** `GET /public/litellm_model_cost_map`: the price map that this gateway uses. */
export const priceMap: Handler = () => {
  const map = bundledPriceMap();
  const entries = modelKeys(map).map((key) => {
    const price = lookUp(map, key);
    return [key, price && {
      litellm_provider: price.provider, mode: price.mode, ...price.numbers,
      ...Object.fromEntries([...price.supports].map((ability) => [`supports_${ability}`, true])),
    }];
  });
  return json(Object.fromEntries(entries));
};
