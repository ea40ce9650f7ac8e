// Limits as a stage between the caller's permission and the cache: a request is admitted against all its scopes at once, and whatever
// becomes of it, `settle` gives back what it held.
import { endUserOf, firstOf } from './end-user.ts';
import { endUserRefusal } from './end-user-rules.ts';
import { fail, fault, ok, type Fault, type Result } from '../canonical/fault.ts';
import { forecastOf, requestSize } from './request-size.ts';
import { priceAt } from '../routing/target-price.ts';
import { priceKind } from '../accounting/price-forecast.ts';
import { providerModel, type ModelGroup, type ModelGroups } from '../routing/model-groups.ts';
import { unaffordable } from '../routing/candidates.ts';
import type { AdmissionGate, GateSettings } from '../limits/admission-gate.ts';
import type { Admission, Extension, Limiter, LimitRequest } from '../limits/limiter.ts';
import type { Deployment, Target } from '../routing/deployment.ts';
import type { Exchange } from './exchange.ts';
import type { ExchangeLimits } from './exchange-limits.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { LimitScope } from '../limits/scope.ts';
import type { OutputHistory } from '../limits/output-history.ts';
import type { RequestSize } from '../accounting/price-forecast.ts';
import type { Router } from '../routing/router.ts';
import type { ScopeSource } from '../limits/scope-source.ts';

/** What the stage works with. */
export interface LimitParts {
  limiter: Limiter;
  outputs: OutputHistory;
  /** Limits of end users and tags; null: none are kept anywhere. */
  source: ScopeSource | null;
  /** Limits of providers and deployments, by the deployment's id. */
  deployments: ReadonlyMap<string, readonly LimitScope[]>;
  /** Headers that name the end user, and those that name the user of a key without one (`user_header_name`, `user_header_mappings`). */
  userHeaders: readonly string[];
  internalUserHeaders: readonly string[];
  /** Replaces what is learned from earlier answers (`general_settings.max_hold_output_tokens`). */
  holdOutputTokens: number | null;
  /** Requests beyond what this process takes wait here; null: nobody waits. */
  gate: { gate: AdmissionGate; settings: GateSettings } | null;
  /** Models without a price are refused (`block_requests_for_models_without_pricing`). */
  pricedOnly: boolean;
}

const none: readonly never[] = [];

type Parts = { limits: LimitParts; router: Router };

/** Admits a request, or says why not. Waits only where limits are looked up or shared, and at the gate of a process that is full. */
export function admit(exchange: Exchange, body: JsonBody, fileBytes: number, parts: Parts): Result<null> | Promise<Result<null>> {
  const { gate, pricedOnly } = parts.limits;
  const unpriced = pricedOnly ? unpricedFault(exchange, parts.router.groups) : null;
  if (unpriced) return fail(unpriced);
  if (!gate) return admitInside(exchange, body, fileBytes, parts);
  const entered = gate.gate.enter(exchange, exchange.signal, gate.settings);
  const go = (inside: boolean): Result<null> | Promise<Result<null>> => (inside ? admitInside(exchange, body, fileBytes, parts) : fail(gateFull(gate.gate)));
  return entered instanceof Promise ? entered.then(go) : go(entered);
}

/** LiteLLM's answer of a process that is full. */
function gateFull(gate: AdmissionGate): Fault {
  const { inside, waiting } = gate.counts();
  return fault('overloaded', `Worker at capacity: ${inside} in-flight, ${waiting} queued requests. Retry later.`, { type: 'overloaded_error', retryAfterSeconds: 1 });
}

/** Why a model whose price nobody knows is refused, in LiteLLM's words; null: a deployment of it has one. */
function unpricedFault({ routed, model }: Exchange, groups: ModelGroups): Fault | null {
  const targets = targetsOf(groups.find(routed));
  if (targets.length === 0 || targets.some((target) => priceKind(priceAt(target.deployment, target.model)) !== 'unknown')) return null;
  return fault('model_unpriced', `Model '${model.slice(0, 200)}' has no pricing in the cost map, so litellm cannot price the request. Requests for unpriced models are blocked because `
    + "'block_requests_for_models_without_pricing' is enabled. Add pricing (input_cost_per_token/output_cost_per_token) to allow the request.");
}

function admitInside(exchange: Exchange, body: JsonBody, fileBytes: number, parts: Parts): Result<null> | Promise<Result<null>> {
  const { limits, router } = parts;
  exchange.endUser = exchange.caller?.endUserId ?? endUserOf(exchange.headers, body, limits.userHeaders);
  if (limits.internalUserHeaders.length > 0 && exchange.caller?.userId == null) exchange.onBehalfOf = firstOf(exchange.headers, limits.internalUserHeaders);
  const extra = limits.source && (exchange.endUser !== null || exchange.tags.length > 0) ? extraScopes(exchange, body, limits.source, router.groups) : null;
  if (!extra) return admitWith(exchange, none, body, fileBytes, parts);
  return extra.then((scopes) => (scopes.ok ? admitWith(exchange, scopes.value, body, fileBytes, parts) : scopes));
}

function admitWith(exchange: Exchange, extra: readonly LimitScope[], body: JsonBody, fileBytes: number, { limits, router }: { limits: LimitParts; router: Router }): Result<null> | Promise<Result<null>> {
  let size: RequestSize | null = null;
  const sizeOf = (): RequestSize => (size ??= requestSize(exchange.kind, body, expectedOutput(exchange, limits), fileBytes));
  const request: LimitRequest = {
    model: exchange.routed, group: exchange.group, scopes: exchange.caller?.scopes ?? none, extra, mayExtend: limits.deployments.size > 0, nowMs: Date.now(), refusals: null,
    forecast: () => forecastOf(sizeOf(), targetsOf(router.groups.find(exchange.routed))),
  };
  const admitted = limits.limiter.admit(request);
  return admitted instanceof Promise ? admitted.then((result) => note(exchange, request, sizeOf, result, limits)) : note(exchange, request, sizeOf, admitted, limits);
}

function note(exchange: Exchange, request: LimitRequest, size: () => RequestSize, admitted: Result<Admission | null>, { limiter }: LimitParts): Result<null> {
  if (!admitted.ok) {
    exchange.limits = { request, admission: null, size, entered: new Map(), writeHeaders: (headers) => limiter.writeRefusedHeaders(request, headers) };
    return admitted;
  }
  const admission = admitted.value;
  if (admission) exchange.limits = { request, admission, size, entered: new Map(), writeHeaders: (headers) => admission.writeHeaders(headers) };
  return ok(null);
}

const targetLists = new WeakMap<readonly Deployment[], readonly Target[]>();

/** What a group's request may be sent to. */
function targetsOf(group: ModelGroup | null): readonly Target[] {
  if (!group) return none;
  if (group.captured !== null) return group.deployments.map((deployment) => ({ deployment, model: providerModel(deployment, group.captured) }));
  let targets = targetLists.get(group.deployments);
  if (!targets) targetLists.set(group.deployments, (targets = group.deployments.map((deployment) => ({ deployment, model: deployment.model }))));
  return targets;
}

const expectedOutput = (exchange: Exchange, { outputs, holdOutputTokens }: LimitParts): number => holdOutputTokens ?? outputs.expected(exchange.group ?? exchange.routed);

async function extraScopes(exchange: Exchange, body: JsonBody, source: ScopeSource, groups: ModelGroups): Promise<Result<LimitScope[]>> {
  const scopes: LimitScope[] = [];
  if (exchange.endUser !== null && source.knows && !await source.knows(exchange.endUser)) exchange.endUser = null;
  if (exchange.endUser !== null) {
    const found = await source.endUser(exchange.endUser);
    if (!found.ok) return found;
    const refused = found.value && endUserRefusal(exchange, body, found.value, groups);
    if (refused) return fail(refused);
    if (found.value?.scope) scopes.push(found.value.scope);
  }
  for (const name of new Set(exchange.tags)) {
    const scope = await source.tag(name);
    if (scope) scopes.push(scope);
  }
  return ok(scopes);
}

/** Lets the limits of a deployment hold too, once it was picked. The fault makes the router try another one. */
export function enterDeployment(exchange: Exchange, { deployment, model }: Target, { limits }: { limits: LimitParts }): Result<null> | Promise<Result<null>> {
  const admission = exchange.limits?.admission;
  if (!exchange.limits || !admission) return free;
  const scopes = limits.deployments.get(deployment.id) ?? none;
  // A fallback may lead from a free model to one that costs: then the budgets hold after all.
  if (scopes.length === 0 && !(admission.withoutBudgets && priceKind(priceAt(deployment, model)) === 'priced')) return free;
  const { limits: own } = exchange;
  const extended = admission.extend(scopes, forecastOf(own.size(), [{ deployment, model }]), Date.now());
  return extended instanceof Promise ? extended.then((result) => enteredBy(own, deployment, scopes.length > 0, result)) : enteredBy(own, deployment, scopes.length > 0, extended);
}

const free: Result<null> = ok(null);

function enteredBy({ entered }: ExchangeLimits, deployment: Deployment, ofDeployment: boolean, result: Result<Extension | null>): Result<null> {
  if (!result.ok) return ofDeployment ? fail(unaffordable()) : result;
  if (result.value) entered.set(deployment, result.value);
  return free;
}

/** Tells deployments whose budgets are used up, as far as this process knows; null where none has one. */
export function affordable({ deployments, limiter }: LimitParts): ((deployment: Deployment) => boolean) | null {
  if (deployments.size === 0) return null;
  return (deployment) => !(deployments.get(deployment.id) ?? none).some((scope) => limiter.isSpent(scope, Date.now()));
}

/** Gives back what `enterDeployment` took: the deployment failed. */
export function leaveDeployment({ limits }: Exchange, deployment: Deployment): void {
  const extension = limits?.entered.get(deployment);
  if (!extension) return;
  limits?.entered.delete(deployment);
  limits?.admission?.withdraw(extension);
}

/** Gives back what a request holds that ended by a defect; the error goes on. */
export function abandonLimits(exchange: Exchange, error: unknown, { gate }: Pick<LimitParts, 'gate'>): never {
  gate?.gate.leave(exchange);
  exchange.flight?.land(null);
  exchange.limits?.admission?.settle({ costNanoUsd: 0, inputTokens: 0, outputTokens: 0, nowMs: Date.now() });
  throw error;
}

/** Settles. Only the first call for an exchange counts. */
export function settleLimits(exchange: Exchange, { outputs, gate }: Pick<LimitParts, 'outputs' | 'gate'>): void {
  gate?.gate.leave(exchange);
  const { usage, costNanoUsd } = exchange;
  if (usage && exchange.cache !== 'hit' && !exchange.fault) outputs.add(exchange.group ?? exchange.routed, usage.outputTokens);
  const admission = exchange.limits?.admission;
  if (!admission) return;
  for (const deployment of exchange.limits?.entered.keys() ?? []) if (deployment !== exchange.deployment) leaveDeployment(exchange, deployment);
  const fromCache = exchange.cache === 'hit';
  admission.settle({
    costNanoUsd: costNanoUsd ?? 0, inputTokens: fromCache ? 0 : usage?.inputTokens ?? 0, outputTokens: fromCache ? 0 : usage?.outputTokens ?? 0, nowMs: Date.now(),
  });
}
