// A model as LiteLLM's utilities take it: a name of this gateway, or `provider/model` at its provider's own address.
import { compileDeployments } from '../routing/compile-deployments.ts';
import { loadConfigText } from '../config/load.ts';
import { providerModel, type ModelGroups } from '../routing/model-groups.ts';
import { splitModel } from '../providers/catalog.ts';
import type { Config } from '../config/config.ts';
import type { Target } from '../routing/deployment.ts';

/** The first deployment that serves a name; `captured` is what a pattern's `*` stood for. Null: none does. */
export function servedTarget(name: string, groups: ModelGroups): (Target & { captured: string | null }) | null {
  const group = groups.find(name);
  const [deployment] = group?.deployments ?? [];
  return group && deployment ? { deployment, model: providerModel(deployment, group.captured), captured: group.captured } : null;
}

/** Stands for the key where no request is sent; LiteLLM's word for it. */
export const standInKey = 'my-fake-api-key';

/** A model at its provider, with what the environment says about it; null when no provider is known for the name. */
export function targetAtProvider(name: string, config: Config): Target | null {
  if (!splitModel(name).ok) return null;
  const loaded = loadConfigText(JSON.stringify({ model_list: [{ model_name: name, litellm_params: { model: name, api_key: standInKey } }] }), {});
  if (loaded.kind === 'error') return null;
  const [deployment] = compileDeployments({ ...config, deployments: loaded.config.deployments }).deployments;
  return deployment ? { deployment, model: deployment.model } : null;
}
