// Whether a caller may call a model: its lists must allow it, and a model of a team is for that team only.
import type { Caller } from './caller.ts';
import type { ModelLayerKind, ModelNames } from './model-access.ts';

/** Model names, some of which may belong to teams. */
export interface TeamModelNames extends ModelNames {
  /** At least one deployment belongs to a team (`model_info.team_id`). */
  readonly hasTeamModels: boolean;
}

/** Who refuses the model to this caller; null: it may be called. Without a caller everything may be. */
export function modelRefusal(caller: Caller | null, model: string, names: TeamModelNames): ModelLayerKind | null {
  if (!caller) return null;
  const refusing = caller.models?.refusal(model, names) ?? null;
  if (refusing !== null || !names.hasTeamModels || caller.isAdmin) return refusing;
  const foreign = names.find(model)?.deployments.some(({ info }) => typeof info['team_id'] === 'string' && info['team_id'] !== caller.teamId) ?? false;
  return foreign ? 'team' : null;
}
