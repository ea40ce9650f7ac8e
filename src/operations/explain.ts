// What would become of a request, without sending it: rules, group, candidates with their scores, who would be chosen, what would follow.
import { mayCall } from './models.ts';
import { cacheSlot } from '../pipeline/cache-stage.ts';
import { accountIn } from '../pipeline/encrypted-items.ts';
import { fallbacksFor } from '../routing/fallbacks.ts';
import { fault, type Fault } from '../canonical/fault.ts';
import { factsOf, steer } from '../pipeline/steer-stage.ts';
import { needsOf } from '../pipeline/request-needs.ts';
import { providerModel } from '../routing/model-groups.ts';
import { shownPick } from '../routing/explain-log.ts';
import { routingRequest } from '../pipeline/routing-request.ts';
import { forRouter } from '../pipeline/request-fallbacks.ts';
import type { Controls } from '../pipeline/controls.ts';
import type { Exchange } from '../pipeline/exchange.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { JsonObject } from '../lib/json.ts';
import type { PickRecord } from '../routing/trail.ts';
import type { PipelineParts } from '../pipeline/parts.ts';

/** The plan for a request whose model is named and may be called. */
export async function explain(exchange: Exchange, body: JsonBody, controls: Controls, parts: PipelineParts): Promise<JsonObject> {
  const { router, steering } = parts;
  const tags = steer(exchange, body, controls, parts);
  const steered = { ...controls, tags: [...controls.tags, ...tags] };
  const request = routingRequest(exchange, steered, { body, only: null, account: exchange.kind.type === 'chat' && exchange.kind.dialect === 'openai-responses' ? accountIn(body, parts.accounts) : null, pretend: null }, parts);
  const name = exchange.insteadOf ?? exchange.routed;
  const group = router.groups.find(name);
  const picks: PickRecord[] = [];
  const picked = group ? router.picker.peek(group, request, picks) : null;
  const chosen = picked?.ok === true ? picked.value : null;
  const slot = await cacheSlot(parts.cache && { ...parts.cache, semantic: null }, exchange, body, steered, 'look');
  const needs = needsOf(body);
  return {
    model: exchange.model,
    group: group?.name ?? null,
    instead: exchange.insteadOf,
    rules: steering.judge(factsOf(exchange, body, controls.tags, parts)).map((rule) => ({ ...rule })),
    session: sessionPart(request.session()),
    input_tokens: needs.inputTokens,
    abilities: [...needs.abilities],
    tags: steered.tags,
    pick: picks[0] ? shownPick(picks[0]) : null,
    answer: chosen && {
      deployment_id: chosen.id, provider: chosen.provider.name, model: providerModel(chosen, group?.captured ?? null), api_base: chosen.apiBase, order: chosen.order, weight: chosen.weight,
    },
    refusal: chosen ? null : refusalOf(picked?.ok === false ? picked.fault : fault('model_unknown', 'No deployment serves this model.')),
    retries: controls.numRetries ?? router.settings.numRetries,
    fallbacks: fallbacksOf(name, exchange, controls, parts),
    max_attempts: router.settings.maxAttempts,
    total_timeout_seconds: router.settings.totalTimeoutMs / 1000,
    cache: slot ? { key: slot.key, hit: slot.hit !== null } : null,
  };
}

// The key holds no more than a hash or the client's own word for the session; the tenant stays out.
const sessionPart = (session: { key: string; follows: boolean } | null): JsonObject | null =>
  session && { known_by: Bun.hash.wyhash(session.key).toString(16), follows: session.follows };

const refusalOf = ({ code, message }: Fault): JsonObject => ({ code, message });

function fallbacksOf(group: string, exchange: Exchange, controls: Controls, { router, fallbacksNeedAccess }: PipelineParts): JsonObject {
  const asked = { model: exchange.routed, ...forRouter(controls.fallbacks), fallbacksDisabled: controls.fallbacksDisabled };
  const may = (name: string): boolean => !fallbacksNeedAccess || mayCall(exchange.caller, name, router.groups);
  const after = (code: Fault['code']): string[] => fallbacksFor(group, fault(code, ''), asked, router.settings).filter(may);
  return { on_failure: after('upstream_failed'), on_context_window: after('upstream_context_window'), on_content_policy: after('upstream_content_policy') };
}
