// Finds the deployments for a model name: aliases, model groups, full provider names, ids of deployments and patterns.
import { nameAtProvider } from '../providers/provider.ts';
import type { Deployment } from './deployment.ts';

/** What a model name leads to. */
export interface ModelGroup {
  /** The group's name, as headers and fallback lists name it. */
  name: string;
  deployments: readonly Deployment[];
  /** What `*` stood for, when the name matched a pattern. */
  captured: string | null;
}

/** An alias of `model_group_alias`. */
export interface ModelAlias {
  group: string;
  /** Works, but is not listed by `/v1/models`. */
  hidden: boolean;
}

/** An entry of `routing_groups`: model names that can be asked for by one name. */
export interface RoutingGroup {
  name: string;
  models: readonly string[];
  /** `priority`: the order of each model; null: the deployments' own. */
  priorities: ReadonlyMap<string, number> | null;
}

const membersOf = (deployments: readonly Deployment[], order: number | undefined): readonly Deployment[] => (order === undefined ? deployments : deployments.map((deployment) => ({ ...deployment, order })));

interface Pattern {
  group: string;
  prefix: string;
  suffix: string;
  deployments: Deployment[];
}

/** The compiled model names of one configuration. */
export class ModelGroups {
  /** Every group's deployments by name, patterns included, in the order of the file. */
  readonly byName = new Map<string, Deployment[]>();
  private readonly byFullName = new Map<string, Deployment[]>();
  private readonly byId = new Map<string, Deployment>();
  private readonly patterns: Pattern[] = [];
  /** At least one deployment belongs to a team (`model_info.team_id`). */
  readonly hasTeamModels: boolean;

  /** Compiles the names of all deployments. */
  constructor(deployments: readonly Deployment[], readonly aliases: ReadonlyMap<string, ModelAlias>, routingGroups: readonly RoutingGroup[] = []) {
    this.hasTeamModels = deployments.some(({ info }) => typeof info['team_id'] === 'string');
    for (const deployment of deployments) {
      append(this.byName, deployment.group, deployment);
      if (!deployment.model.includes('*')) append(this.byFullName, deployment.fullName, deployment);
      this.byId.set(deployment.id, deployment);
    }
    for (const group of routingGroups) {
      // A model name comes before a group of the same name, as in LiteLLM.
      const members = this.byName.has(group.name) || aliases.has(group.name) ? [] : group.models.flatMap((model) => membersOf(this.byName.get(model) ?? [], group.priorities?.get(model)));
      if (members.length > 0) this.byName.set(group.name, members);
    }
    for (const [group, list] of this.byName) {
      const star = group.indexOf('*');
      if (star !== -1) this.patterns.push({ group, prefix: group.slice(0, star), suffix: group.slice(star + 1), deployments: list });
    }
    // The most specific pattern wins, as in LiteLLM.
    this.patterns.sort((a, b) => b.prefix.length + b.suffix.length - (a.prefix.length + a.suffix.length));
  }

  /** The deployments for a model name, or null when nothing serves it. */
  find(name: string): ModelGroup | null {
    const target = this.aliases.get(name)?.group ?? name;
    const named = this.byName.get(target) ?? this.byFullName.get(target);
    if (named) return { name: target, deployments: named, captured: null };
    const single = this.byId.get(target);
    if (single) return { name: single.group, deployments: [single], captured: null };
    for (const pattern of this.patterns) {
      if (target.length < pattern.prefix.length + pattern.suffix.length) continue;
      if (!target.startsWith(pattern.prefix) || !target.endsWith(pattern.suffix)) continue;
      return { name: pattern.group, deployments: pattern.deployments, captured: target.slice(pattern.prefix.length, target.length - pattern.suffix.length) };
    }
    return null;
  }

  /** The deployment with this id. */
  deployment(id: string): Deployment | undefined {
    return this.byId.get(id);
  }

  /** All deployments in the order of the file. */
  all(): Deployment[] {
    return [...this.byId.values()];
  }
}

/** The provider's model name for a request: a `*` takes what the pattern caught. */
export function providerModel(deployment: Deployment, captured: string | null): string {
  if (captured === null || !deployment.model.includes('*')) return deployment.model;
  return nameAtProvider(deployment.provider, deployment.model.replace('*', () => captured));
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
