// Rules and splits as a stage: what the operator's file makes of the model that was asked for.
import { sessionOf } from './session-key.ts';
import { needsOf } from './request-needs.ts';
import type { Controls } from './controls.ts';
import type { Exchange } from './exchange.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { RuleFacts } from '../config/rule-language.ts';
import type { Steering } from '../routing/steering.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** What steering needs. */
export interface SteerParts {
  steering: Steering;
  random: () => number;
  limits: { limiter: Pick<Limiter, 'spentNanoUsd'> };
}

const noTags: readonly string[] = [];

/** Notes the group that serves the request instead, and gives the tags that rules added. */
export function steer(exchange: Exchange, body: JsonBody, controls: Pick<Controls, 'tags'>, parts: SteerParts): readonly string[] {
  const { steering, random } = parts;
  if (steering.isEmpty) return noTags;
  const tenant = exchange.caller?.tenant ?? '';
  const { insteadOf, tags } = steering.steer(exchange.routed, () => factsOf(exchange, body, controls.tags, parts), {
    caller: exchange.caller?.keyHash ?? '',
    user: () => userOf(body),
    session: () => sessionOf(tenant, exchange.headers, body)?.key ?? null,
  }, random, exchange.trail);
  exchange.insteadOf = insteadOf;
  return tags;
}

/** The facts of a request for rules. */
export function factsOf(exchange: Exchange, body: JsonBody, tags: readonly string[], { limits }: SteerParts): RuleFacts {
  const { caller, startedAt } = exchange;
  let tokens: bigint | undefined;
  let header: Record<string, string> | undefined;
  return {
    model: exchange.routed, stream: exchange.stream, tags,
    get tokens() {
      return (tokens ??= BigInt(needsOf(body).inputTokens));
    },
    get header() {
      return (header ??= headerObject(exchange.headers));
    },
    caller: { name: caller?.name ?? '', key: caller?.keyHash ?? '', team: caller?.teamId ?? '', user: caller?.userId ?? '', role: caller?.role ?? '' },
    get budget_used() {
      return budgetUsed(exchange, limits.limiter);
    },
    hour: BigInt(startedAt.getUTCHours()),
    weekday: BigInt((startedAt.getUTCDay() + 6) % 7 + 1),
  };
}

function headerObject(headers: RequestHeaders): Record<string, string> {
  const object: Record<string, string> = {};
  headers.forEach((value, name) => {
    object[name] = value;
  });
  return object;
}

function budgetUsed({ caller }: Exchange, limiter: Pick<Limiter, 'spentNanoUsd'>): number {
  const scope = caller?.scopes.find(({ kind }) => kind === 'key');
  const budgetUsd = scope?.limits.maxBudgetUsd ?? null;
  return !scope || budgetUsd === null || budgetUsd <= 0 ? 0 : limiter.spentNanoUsd(scope, Date.now()) / 1e9 / budgetUsd;
}

function userOf(body: JsonBody): string | null {
  const user = body.kindOf('user') === 'string' ? body.get('user') : null;
  return typeof user === 'string' && user !== '' ? user : null;
}
