// Which models a caller may call: the lists of its key, team, user, organization and project, each of which must allow the model.

/** What the lists are held against: the model names of one configuration. */
export interface ModelNames {
  find(name: string): { name: string; deployments: readonly { group: string; info: Readonly<Record<string, unknown>> }[] } | null;
}

/** Whose list it is. */
export type ModelLayerKind = 'key' | 'team' | 'team_member' | 'user' | 'organization' | 'project' | 'end_user';

/** A list as it is stored: names, patterns, names of access groups. Special words are resolved before. */
export interface ModelLayer {
  kind: ModelLayerKind;
  models: readonly string[];
}

interface CompiledLayer {
  kind: ModelLayerKind;
  names: ReadonlySet<string>;
  patterns: readonly { prefix: string; suffix: string }[];
}

const maxDecisions = 500;

/** The compiled lists of a caller. */
export class ModelAccess {
  private readonly layers: readonly CompiledLayer[];
  private readonly decisions = new WeakMap<ModelNames, Map<string, ModelLayerKind | null>>();

  constructor(layers: readonly ModelLayer[]) {
    this.layers = layers.map(compile);
  }

  /** Whose list refuses this model; null: it may be called. */
  refusal(model: string, names: ModelNames): ModelLayerKind | null {
    const known = this.decisions.get(names) ?? new Map<string, ModelLayerKind | null>();
    this.decisions.set(names, known);
    const decided = known.get(model);
    if (decided !== undefined) return decided;
    const refusing = this.layers.find((layer) => !allows(layer, model, names))?.kind ?? null;
    if (known.size < maxDecisions) known.set(model, refusing);
    return refusing;
  }
}

/** A list as a layer; null when it permits everything: an empty one does, and so do the words for it. `no-default-models` alone permits nothing. */
export function modelLayer(kind: ModelLayerKind, models: readonly string[]): ModelLayer | null {
  if (models.length === 0 || models.includes('all-proxy-models') || models.includes('*')) return null;
  return { kind, models: models.filter((name) => name !== 'no-default-models') };
}

/** The access of these lists; null when none of them restricts anything. `null` as a list means all models. */
export function modelAccess(layers: readonly (ModelLayer | null)[]): ModelAccess | null {
  const restricting = layers.filter((layer) => layer !== null);
  return restricting.length > 0 ? new ModelAccess(restricting) : null;
}

/** True when everything that `child` permits is permitted by `parent` too; lists as they are stored, empty: everything. */
export function modelsWithin(child: readonly string[], parent: readonly string[], names: ModelNames): boolean {
  if (parent.length === 0 || parent.includes('all-proxy-models') || parent.includes('*')) return true;
  if (child.length === 0 || child.includes('all-proxy-models') || child.includes('*')) return false;
  const over = compile({ kind: 'key', models: parent });
  return child.every((name) => parent.includes(name) || name === 'no-default-models' || (name.includes('*') ? patternWithin(name, over) : allows(over, name, names)));
}

function compile({ kind, models }: ModelLayer): CompiledLayer {
  const patterns = models.filter((name) => name.includes('*')).map((name) => {
    const star = name.indexOf('*');
    return { prefix: name.slice(0, star), suffix: name.slice(star + 1) };
  });
  return { kind, names: new Set(models), patterns };
}

function allows(layer: CompiledLayer, model: string, names: ModelNames): boolean {
  if (isNamed(layer, model)) return true;
  const found = names.find(model);
  if (!found) return false;
  // An alias stands for its group; an id or a provider's name for deployments, whose groups must be allowed.
  return found.deployments.length > 0 && found.deployments.every(({ group, info }) => {
    const groups = info['access_groups'];
    return isNamed(layer, group) || (Array.isArray(groups) && groups.some((group: unknown) => typeof group === 'string' && layer.names.has(group)));
  });
}

function isNamed({ names, patterns }: CompiledLayer, name: string): boolean {
  return names.has(name) || patterns.some(({ prefix, suffix }) => name.length >= prefix.length + suffix.length && name.startsWith(prefix) && name.endsWith(suffix));
}

function patternWithin(child: string, { patterns }: CompiledLayer): boolean {
  const star = child.indexOf('*');
  return patterns.some(({ prefix, suffix }) => child.slice(0, star).startsWith(prefix) && child.slice(star + 1).endsWith(suffix));
}
