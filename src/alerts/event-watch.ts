// Turns what budgets, limits, shared counters and the database tell into alerts and log lines.
import type { AlertSink } from './dispatcher.ts';
import type { EventListener, GatewayEvent } from '../observe/events.ts';
import type { Logger } from '../observe/logger.ts';
import type { ScopeKind } from '../limits/scope.ts';

const words: Readonly<Record<ScopeKind, string>> = {
  global: 'gateway', organization: 'organization', team: 'team', team_member: 'team member', project: 'project', user: 'user', key: 'key', end_user: 'end user', tag: 'tag', provider: 'provider',
  model: 'model', deployment: 'deployment',
};
const usd = (amount: number): string => `$${amount.toFixed(amount < 1 ? 4 : 2)}`;

/** Listens to what happens beside requests. */
export function eventWatch(sink: AlertSink, logger: Logger): EventListener {
  return (event) => {
    switch (event.type) {
      case 'budget_threshold': return tellBudget(event, sink);
      case 'limit_refused': return tellRefusal(event, sink, logger);
      case 'shared_counters': return tellShared(event, sink, logger);
      case 'database': return tellDatabase(event, sink, logger);
    }
  };
}

function tellBudget(event: Extract<GatewayEvent, { type: 'budget_threshold' }>, sink: AlertSink): void {
  const { kind, id, name, model, percent, spentUsd, budgetUsd, resetsAtMs } = event;
  const whose = `${words[kind]} ${name}${model === null ? '' : ` for ${model}`}`;
  const passed = percent === null ? 'passed its soft budget' : percent >= 100 ? 'has used up its budget' : `has used ${percent} % of its budget`;
  sink.raise({
    kind: 'budget_alerts', severity: percent === 100 ? 'critical' : 'warning', subject: `${kind}:${id}:${model ?? ''}:${percent ?? 'soft'}`, title: `The ${whose} ${passed}`,
    facts: [['spent', usd(spentUsd)], ['budget', usd(budgetUsd)], ...(resetsAtMs === null ? [] : [['starts anew', new Date(resetsAtMs).toISOString()] as const])],
    // LiteLLM's names for the members of its webhook.
    members: {
      event: percent === null ? 'soft_budget_crossed' : percent >= 100 ? 'budget_crossed' : 'threshold_crossed', event_group: kind, spend: spentUsd,
      [percent === null ? 'soft_budget' : 'max_budget']: budgetUsd, ...(kind === 'key' && { key_alias: name }), ...(kind === 'team' && { team_id: id, team_alias: name }), ...(kind === 'user' && { user_id: id }),
    },
  });
}

function tellRefusal({ kind, name, id, rule, model, shadow, count }: Extract<GatewayEvent, { type: 'limit_refused' }>, sink: AlertSink, logger: Logger): void {
  if (shadow) {
    logger.info('a limit in shadow mode would have refused', { scope: kind, name, rule, ...(model !== null && { model }), count });
    return;
  }
  sink.raise({ kind: 'limit_alerts', subject: `${kind}:${id}:${rule}:${model ?? ''}`, title: `A limit of the ${words[kind]} ${name} refuses requests`, facts: [['limit', rule], ...(model === null ? [] : [['model', model] as const])] });
}

function tellShared(event: Extract<GatewayEvent, { type: 'shared_counters' }>, sink: AlertSink, logger: Logger): void {
  if (event.state === 'lost') {
    logger.warn('Redis is away: budgets and limits are counted by this instance alone');
    sink.raise({ kind: 'service_lost', subject: 'redis', title: 'Redis is away', text: 'Budgets and limits are counted by each instance alone until it is back.' });
    return;
  }
  logger.info('Redis is back: budgets and limits are shared again', { counted_alone_ms: event.localMs });
  if (event.localMs > 0) sink.raise({ kind: 'service_lost', subject: 'redis', title: 'Redis is back', resolved: true });
}

function tellDatabase({ state }: Extract<GatewayEvent, { type: 'database' }>, sink: AlertSink, logger: Logger): void {
  if (state === 'lost') {
    logger.warn('the database is away: known keys go on, and what is spent is written down when it is back');
    sink.raise({ kind: 'db_exceptions', subject: 'database', title: 'The database is away', text: 'Known keys go on working; what is spent is written down when it is back.' });
    return;
  }
  logger.info('the database is back');
  sink.raise({ kind: 'db_exceptions', subject: 'database', title: 'The database is back', resolved: true });
}
