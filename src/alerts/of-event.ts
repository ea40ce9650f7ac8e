// What an operator is told of the gateway's events: budgets, limits, shared counters, the database.
import type { GatewayEvent } from '../observe/events.ts';
import type { NewAlert } from './alert.ts';

/** LiteLLM's words for whose budget it is, in `event_group` of its webhook. */
const groups: Readonly<Record<string, string>> = { key: 'key', user: 'internal_user', team: 'team', team_member: 'team_member', organization: 'organization', end_user: 'customer', global: 'proxy' };

/** The alert of an event; null for what nobody needs to be told. */
export function alertOfEvent(event: GatewayEvent): NewAlert | null {
  switch (event.type) {
    case 'budget_threshold':
      return ofBudget(event);
    case 'limit_refused':
      return event.shadow ? null : {
        kind: 'limit_alerts', subject: `${event.kind}:${event.id}:${event.rule}`, title: `${event.name}: ${event.rule} refuses requests`,
        facts: [['whose', `${event.kind} ${event.name}`], ['limit', event.rule], ...(event.model === null ? [] : [['model', event.model] as const]), ['refused', String(event.count)]],
      };
    case 'shared_counters':
      return event.state === 'lost'
        ? { kind: 'service_lost', subject: 'redis', title: 'Redis is away', text: 'Limits and budgets are counted by each instance for itself until it is back.' }
        : { kind: 'service_lost', subject: 'redis', resolved: true, title: `Redis is back after ${Math.round(event.localMs / 1000)} s` };
    case 'database':
      return event.state === 'lost'
        ? { kind: 'db_exceptions', subject: 'database', title: 'The database is away', text: 'Known keys go on working; what is spent is written down when it is back.' }
        : { kind: 'db_exceptions', subject: 'database', resolved: true, title: 'The database is back' };
  }
}

function ofBudget({ kind, id, name, model, percent, spentUsd, budgetUsd, resetsAtMs }: Extract<GatewayEvent, { type: 'budget_threshold' }>): NewAlert {
  const used = percent === null ? 'the soft budget is reached' : percent >= 100 ? 'the budget is used up' : `${percent} % of the budget is used`;
  const event = percent === null ? 'soft_budget_crossed' : percent >= 100 ? 'budget_crossed' : 'threshold_crossed';
  return {
    kind: 'budget_alerts', severity: percent !== null && percent >= 100 ? 'critical' : 'warning', subject: `${kind}:${id}:${model ?? ''}:${percent ?? 'soft'}`,
    title: `${name}${model === null ? '' : ` for ${model}`}: ${used}`,
    facts: [['whose', `${kind} ${name}`], ['spent', `$${spentUsd.toFixed(4)}`], ['budget', `$${budgetUsd.toFixed(4)}`], ...(resetsAtMs === null ? [] : [['starts anew', new Date(resetsAtMs).toISOString()] as const])],
    members: { event, event_group: groups[kind] ?? kind, spend: spentUsd, max_budget: budgetUsd, [kind === 'key' ? 'token' : `${kind}_id`]: id, ...(kind === 'key' && { key_alias: name }) },
  };
}
