// Every limit that holds for a key, its state, and which would refuse first.
import { loadKey } from '../access/material.ts';
import { makeCaller } from '../access/make-caller.ts';
import type { AdminCall } from './endpoint.ts';
import { nextRequest, type RuleState } from '../limits/limiter.ts';

/** The scopes of a key in the order in which they would refuse; without a limiter only what is set. */
export async function explainScopes({ services, query }: AdminCall, keyHash: string): Promise<readonly RuleState[] | readonly object[]> {
  const { config, store, limiter, nowMs, router } = services;
  const material = await loadKey(store.db, keyHash, nowMs());
  if (!material) return [];
  const { caller } = makeCaller(material, { userBudgetsForTeamKeys: config.generalSettings.applyUserBudgetToTeamKeys });
  if (!limiter) return caller.scopes;
  const model = query.get('model') ?? '';
  return limiter.explain(nextRequest(model, router().groups.find(model)?.name ?? null, caller.scopes, nowMs()));
}
