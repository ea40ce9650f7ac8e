// Which deployments of a group may take a request, and why the others may not.
import { secondsToNextMinute } from '../limits/minute-window.ts';
import { blockingWindow, type AccessWindow } from './access-windows.ts';
import { filterByTags, type TagSettings } from './tags.ts';
import { fail, fault, ok, type Fault, type Result } from '../canonical/fault.ts';
import type { Deployment } from './deployment.ts';
import type { Exclusion, Needs, RoutingRequest } from './trail.ts';
import type { ModelGroup } from './model-groups.ts';
import type { Pool } from './pool.ts';

/** Settings by which deployments are left out. */
export interface CandidateSettings extends TagSettings {
  /** `enable_pre_call_checks`. */
  preCallChecks: boolean;
}

/** What leaves deployments out beside settings. */
export interface CandidateView {
  pool: Pool;
  nowMs: number;
  /** False for deployments whose last active check failed, where such checks steer routing. */
  isHealthy: (deployment: Deployment) => boolean;
}

/** Those that may be taken, best order first; `excluded` has a reason for every other one. */
export interface Candidates {
  open: readonly Deployment[];
  excluded: Map<Deployment, Exclusion>;
}

/** The candidates, or the fault when there is none. A deployment that was tried already is left out while there is another. */
export function candidatesOf(group: ModelGroup, request: RoutingRequest, tried: ReadonlySet<string>, settings: CandidateSettings, view: CandidateView): Result<Candidates> & { excluded?: Map<Deployment, Exclusion> } {
  const excluded = new Map<Deployment, Exclusion>();
  const without = (list: readonly Deployment[], reason: Exclusion, stays: (deployment: Deployment) => boolean): readonly Deployment[] => {
    let kept: Deployment[] | null = null;
    for (let index = 0; index < list.length; index++) {
      const deployment = list[index];
      if (!deployment) continue;
      if (stays(deployment)) kept?.push(deployment);
      else {
        kept ??= list.slice(0, index);
        excluded.set(deployment, reason);
      }
    }
    return kept ?? list;
  };
  /** The same, unless nobody would be left: then the reason does not count. */
  const rather = (list: readonly Deployment[], reason: Exclusion, stays: (deployment: Deployment) => boolean): readonly Deployment[] =>
    (list.some(stays) ? without(list, reason, stays) : list);
  const refused = (reason: Fault): ReturnType<typeof candidatesOf> => ({ ...fail(reason), excluded });

  let list = without(group.deployments, 'blocked', isOpen);
  if (request.only !== null) list = without(list, 'not-the-only-one', (deployment) => deployment.id === request.only);
  const reserved = list.some(hasWindows) ? reservations(list, request, view.nowMs) : null;
  if (reserved) {
    list = without(list, 'reserved', (deployment) => !reserved.has(deployment));
    if (list.length === 0) return refused(reservedFor(request.model, [...reserved.values()]));
  }
  if (settings.tagFilteringByGroup.get(group.name) ?? settings.tagFiltering) {
    const tagged = new Set(filterByTags(list, request, settings));
    list = without(list, 'tags', (deployment) => tagged.has(deployment));
    if (list.length === 0) return refused(fault('tags_not_allowed', `Not allowed to access model due to tags configuration. Passed model=${request.model} and tags=${JSON.stringify(request.tags)}`));
  }
  const { region } = request;
  if (region !== null) {
    list = without(list, 'region', (deployment) => isInRegion(deployment, region));
    if (list.length === 0) return refused(fault('region_not_served', `No deployment of this model is in the region '${region.slice(0, 50)}'.`));
  }
  if (settings.preCallChecks) {
    const needs = request.needs();
    list = without(list, 'context-window', (deployment) => deployment.maxInputTokens === null || needs.inputTokens <= deployment.maxInputTokens);
    if (list.length === 0) return refused(tooLong(group, needs));
    if (needs.abilities.length > 0) list = rather(list, 'ability', (deployment) => deployment.supports === null || needs.abilities.every((ability) => deployment.supports?.has(ability)));
  }
  const { account } = request;
  if (account) list = rather(list, 'other-account', (deployment) => account(deployment) && !tried.has(deployment.id) && !view.pool.isCooling(deployment));
  const awake = without(list, 'cooling', (deployment) => !view.pool.isCooling(deployment));
  if (awake.length === 0) return refused(cooling(request.model, view.pool.coolingSeconds(list)));
  const { affordable } = request;
  const paid = affordable ? without(awake, 'budget', affordable) : awake;
  if (paid.length === 0) return refused(unaffordable());
  let open = without(paid, 'limit', (deployment) => view.pool.hasRoom(deployment));
  if (open.length === 0) return refused(limited(view.nowMs));
  open = rather(open, 'unhealthy', view.isHealthy);
  if (tried.size > 0) open = rather(open, 'tried', (deployment) => !tried.has(deployment.id));
  const lowest = lowestOrder(open);
  if (lowest !== Infinity) open = without(open, 'higher-order', (deployment) => (deployment.order ?? Infinity) === lowest);
  return ok({ open, excluded });
}

const isOpen = ({ blocked }: Deployment): boolean => !blocked;
const hasWindows = ({ accessWindows }: Deployment): boolean => accessWindows.length > 0;

/** Those that are reserved for other teams at this hour, and by what. */
function reservations(list: readonly Deployment[], { teamId }: RoutingRequest, nowMs: number): Map<Deployment, AccessWindow> {
  const reserved = new Map<Deployment, AccessWindow>();
  for (const deployment of list) {
    const window = deployment.accessWindows.length === 0 ? null : blockingWindow(deployment.accessWindows, teamId, nowMs);
    if (window) reserved.set(deployment, window);
  }
  return reserved;
}

function lowestOrder(candidates: readonly Deployment[]): number {
  let lowest = Infinity;
  for (const { order } of candidates) if (order !== null && order < lowest) lowest = order;
  return lowest;
}

const regionWords: Readonly<Record<string, RegExp>> = { eu: /^(eu|europe|sweden|france|germany|switzerland|norway|italy|spain|poland|westeurope|northeurope)/i, us: /^(us|eastus|westus|centralus|northcentralus|southcentralus|northamerica)/i };

/** True when a deployment's region is the wanted one, or lies in it. A deployment without a region is in none. */
export function isInRegion({ region }: Deployment, wanted: string): boolean {
  if (region === null) return false;
  const lower = wanted.toLowerCase();
  return region.toLowerCase().startsWith(lower) || (regionWords[lower]?.test(region) ?? false);
}

const tooLong = (group: ModelGroup, needs: Needs): Fault => fault('upstream_context_window',
  `No deployment of ${group.name} has a context window for about ${needs.inputTokens} tokens. (context_length_exceeded)`);

const cooling = (model: string, seconds: number): Fault => fault('deployments_cooling',
  `No deployments available for selected model, Try again in ${seconds} seconds. All deployments for selected model are in cooldown. Passed model=${model}.`,
  { retryAfterSeconds: seconds });

/** LiteLLM's words. */
const reservedFor = (model: string, [first]: readonly AccessWindow[]): Fault => fault('deployment_reserved', `Deployment ${model.slice(0, 200)} is reserved for another team until ${first?.shownEnd ?? 'later'}`);

/** LiteLLM's words. */
export const unaffordable = (): Fault => fault('deployments_limited', 'No deployments available for selected model: all of them have crossed the budget of their provider or their own.', { retryAfterSeconds: 60 });

const limited = (nowMs: number): Fault => fault('deployments_limited',
  'No deployments available for selected model: all of them are at their limit of requests or tokens per minute.', { retryAfterSeconds: secondsToNextMinute(nowMs) });
