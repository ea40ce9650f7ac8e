// `/v1/models`, `/model/info`, `/model_group/info` and what else tells about models.
import { anthropicModelList, deploymentInfo, geminiModelList, groupInfo, mayCall, modelEntry, modelList, supportedParams } from '../../operations/models.ts';
import { fault } from '../../canonical/fault.ts';
import { currentPriceMap, lookUp, modelKeys } from '../../accounting/price-map.ts';
import { json, refusal } from '../reply.ts';
import { providers } from '../../providers/catalog.ts';
import type { Handler } from '../route.ts';

/** `GET /v1/models`: in Anthropic's form for its clients, else in OpenAI's. */
export const listModels: Handler = ({ services, request, search, caller }) => {
  const { router } = services.pipeline;
  if (request.headers.has('anthropic-version')) return json(anthropicModelList(router, caller));
  const query = new URLSearchParams(search);
  const asked = (name: string): boolean => query.get(name) === 'true';
  return json(modelList(router, { wildcards: asked('return_wildcard_routes'), metadata: asked('include_metadata'), onlyAccessGroups: asked('only_model_access_groups') }, caller));
};

/** `GET /v1beta/models`. */
export const listGeminiModels: Handler = ({ services, caller }) => json(geminiModelList(services.pipeline.router, caller));

/** `GET /v1/models/{model}`. */
export const showModel: Handler = ({ services, params, caller }) => {
  const name = params['model'] ?? '';
  const { groups } = services.pipeline.router;
  const routed = caller?.modelAliases.get(name) ?? name;
  const deployment = groups.find(routed)?.deployments[0];
  if (deployment && mayCall(caller, routed, groups)) return json({ ...modelEntry(name, deployment), owned_by: deployment.provider.name });
  return json({ detail: `The model \`${name.slice(0, 200)}\` does not exist or is not accessible` }, 404);
};

/** `GET /model/info`. */
export const modelInfo: Handler = ({ services, search, route, id, caller }) => {
  const { groups } = services.pipeline.router;
  const wanted = new URLSearchParams(search).get('litellm_model_id');
  if (wanted === null) return json({ data: groups.all().filter(({ group }) => mayCall(caller, group, groups)).map(deploymentInfo) });
  const deployment = groups.deployment(wanted);
  return deployment && mayCall(caller, deployment.group, groups) ? json({ data: [deploymentInfo(deployment)] })
    : refusal(fault('item_not_found', `Model id = ${wanted.slice(0, 200)} not found on this gateway.`), route.dialect, id);
};

/** `GET /model_group/info`. */
export const modelGroupInfo: Handler = ({ services, search, caller }) => {
  const wanted = new URLSearchParams(search).get('model_group');
  const all = services.pipeline.router.groups;
  const groups = [...all.byName].filter(([name]) => (wanted === null || name === wanted) && mayCall(caller, name, all));
  return json({ data: groups.map(([name, deployments]) => groupInfo(name, deployments)) });
};

/** `GET /utils/supported_openai_params`. */
export const listSupportedParams: Handler = () => json({ supported_openai_params: supportedParams });

/** `GET /public/providers`. */
export const listProviders: Handler = () => json(providers.map((provider) => provider.name));

/** `GET /public/litellm_model_cost_map`: the price map that this gateway uses. */
export const priceMap: Handler = () => {
  const map = currentPriceMap();
  const entries = modelKeys(map).map((key) => {
    const price = lookUp(map, key);
    return [key, price && {
      litellm_provider: price.provider, mode: price.mode, ...price.numbers,
      ...Object.fromEntries([...price.supports].map((ability) => [`supports_${ability}`, true])),
    }];
  });
  return json(Object.fromEntries(entries), 200, { 'x-weir-price-map': map.header.source });
};

/** `GET /public/model_hub`: the models of `public_model_groups`, for everybody; none when nothing is set. */
export const publicModels: Handler = ({ services }) => {
  const shown = new Set(services.config.litellmSettings.publicModelGroups ?? []);
  return json([...services.pipeline.router.groups.byName].filter(([name]) => shown.has(name)).map(([name, deployments]) => ({ ...groupInfo(name, deployments), is_public_model_group: true })));
};

/** `GET /public/model_hub/info`. */
export const publicModelsInfo: Handler = () => json({ docs_title: 'Weir', custom_docs_description: null, litellm_version: null, useful_links: {} });
