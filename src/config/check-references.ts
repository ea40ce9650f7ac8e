// Names in one part of the file that should exist in another: fallbacks and aliases name models that are served.
import type { Deployment, Routing } from './config.ts';
import type { ProblemList } from './problem.ts';
import { didYouMean } from './suggest.ts';
import { find } from './tree.ts';
import type { Tree } from './tree.ts';

/** Warns about fallbacks and aliases whose target nothing serves. They may be served later, by a stored model. */
export function checkReferences(tree: Tree, deployments: readonly Deployment[], routing: Routing, problems: ProblemList): void {
  const exact = new Set([...deployments.map((deployment) => deployment.modelName), ...routing.modelGroupAlias.keys()]);
  const patterns = [...exact].filter((name) => name.includes('*')).map(asPattern);
  const serves = (name: string) => exact.has(name) || patterns.some((pattern) => pattern.test(name));
  const check = (node: Tree | undefined, path: string) => {
    if (node?.kind === 'list') for (const [index, item] of node.items.entries()) check(item, `${path}[${index}]`);
    if (node?.kind !== 'scalar' || typeof node.value !== 'string' || serves(node.value)) return;
    problems.warn(node.position, path, `no deployment serves ${JSON.stringify(node.value)}${didYouMean(node.value, exact)}`);
  };
  for (const section of ['router_settings', 'litellm_settings']) {
    for (const field of ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks']) {
      const list = find(tree, section, field);
      const items = list?.kind === 'list' ? list.items : [];
      for (const [index, item] of items.entries()) {
        if (item.kind !== 'map') continue;
        for (const [name, entry] of item.entries) check(entry.value, `${section}.${field}[${index}].${name}`);
      }
    }
    check(find(tree, section, 'default_fallbacks'), `${section}.default_fallbacks`);
  }
  for (const [field, keys] of [['routing_rules', ['use']], ['mirrors', ['to']]] as const) {
    const list = find(tree, 'router_settings', field);
    for (const [index, item] of (list?.kind === 'list' ? list.items : []).entries()) {
      for (const key of keys) check(find(item, key), `router_settings.${field}[${index}].${key}`);
    }
  }
  const aliases = find(tree, 'router_settings', 'model_group_alias');
  for (const [name, entry] of aliases?.kind === 'map' ? aliases.entries : []) {
    check(entry.value.kind === 'map' ? find(entry.value, 'model') : entry.value, `router_settings.model_group_alias.${name}`);
  }
}

function asPattern(name: string): RegExp {
  return new RegExp(`^${name.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`, 's');
}
