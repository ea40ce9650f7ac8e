// Tells of budgets that are nearly used and of refusals, not more often than anybody can read.
import { limitNow, type Rule } from './rule.ts';
import { usdOfNano } from './refusal.ts';
import type { EventBus } from '../observe/events.ts';

// LiteLLM's alerts: 15 % left, 5 % left, nothing left.
const percents = [85, 95, 100] as const;
const refusalIntervalMs = 1_000;
const mostRemembered = 10_000;

/** How often each kind of rule refused, for metrics: `kind rule shadow`. */
export type RefusalCounts = ReadonlyMap<string, number>;

/** Turns what happens to counters into events. */
export class Announcer {
  /** Refusals since the start by `kind`, `rule` and `enforced` or `shadow`, joined by blanks. */
  readonly refusals = new Map<string, number>();
  private readonly recent = new Map<string, { sinceMs: number; count: number }>();

  constructor(private readonly events: EventBus) {}

  /** A budget's counter went up. */
  spent(rule: Rule, nowMs: number): void {
    const { counter } = rule;
    if (counter.used >= rule.softLimit && !counter.softAnnounced) {
      counter.softAnnounced = true;
      this.tell(rule, null, rule.softLimit);
    }
    const limit = limitNow(rule, nowMs);
    if (limit === Infinity || limit === 0 || counter.announcedPercent === 100) return;
    const reached = percents.findLast((percent) => counter.used * 100 >= limit * percent);
    if (reached === undefined || reached <= counter.announcedPercent) return;
    counter.announcedPercent = reached;
    this.tell(rule, reached, limit);
  }

  /** A rule refused, or would have. */
  refused(rule: Rule, nowMs: number): void {
    const { scope } = rule;
    const name = `${scope.kind} ${rule.name} ${rule.shadow ? 'shadow' : 'enforced'}`;
    this.refusals.set(name, (this.refusals.get(name) ?? 0) + 1);
    const recent = this.recent.get(rule.counter.key);
    if (recent && nowMs - recent.sinceMs < refusalIntervalMs) {
      recent.count++;
      return;
    }
    if (this.recent.size >= mostRemembered) this.recent.clear();
    this.recent.set(rule.counter.key, { sinceMs: nowMs, count: 0 });
    this.events.emit({ type: 'limit_refused', kind: scope.kind, id: scope.id, name: scope.name, rule: rule.name, model: rule.model, shadow: rule.shadow, count: 1 + (recent?.count ?? 0) });
  }

  private tell(rule: Rule, percent: number | null, budget: number): void {
    const { counter, scope } = rule;
    this.events.emit({
      type: 'budget_threshold', kind: scope.kind, id: scope.id, name: scope.name, model: rule.model, percent,
      spentUsd: usdOfNano(counter.used), budgetUsd: usdOfNano(budget), resetsAtMs: Number.isFinite(counter.windowEndMs) ? counter.windowEndMs : null,
    });
  }
}
