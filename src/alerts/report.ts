// Sums up what happened since the last report (`daily_reports`): requests, failures, money, the slowest and the most failing model groups.
import { maxWatchedSubjects } from '../lib/bounds.ts';
import type { AlertSink } from './dispatcher.ts';
import type { ExchangeRecord } from '../observe/exchange-record.ts';

interface GroupSum {
  requests: number;
  failures: number;
  totalMs: number;
  costUsd: number;
}

const shownGroups = 5;

/** The sums of one period. */
export class Report {
  private groups = new Map<string, GroupSum>();

  add(record: ExchangeRecord): void {
    if (record.model === '') return;
    const name = record.group ?? 'unknown models';
    let sum = this.groups.get(name);
    if (!sum) {
      if (this.groups.size >= maxWatchedSubjects) return;
      sum = { requests: 0, failures: 0, totalMs: 0, costUsd: 0 };
      this.groups.set(name, sum);
    }
    sum.requests++;
    if (record.fault !== null) sum.failures++;
    sum.totalMs += record.totalMs;
    sum.costUsd += record.costUsd ?? 0;
  }

  /** Tells the sums and begins anew; says nothing when there was nothing. */
  tell(sink: AlertSink, nowMs: number): void {
    const groups = [...this.groups];
    this.groups = new Map();
    if (groups.length === 0) return;
    const sum = (pick: (group: GroupSum) => number): number => groups.reduce((total, [, group]) => total + pick(group), 0);
    const top = (pick: (group: GroupSum) => number, show: (group: GroupSum) => string): string =>
      groups.filter(([, group]) => pick(group) > 0).toSorted(([, a], [, b]) => pick(b) - pick(a)).slice(0, shownGroups).map(([name, group]) => `${name} ${show(group)}`).join(', ') || 'none';
    sink.raise({
      kind: 'daily_reports', subject: new Date(nowMs).toISOString(), title: `${sum(({ requests }) => requests)} requests for $${sum(({ costUsd }) => costUsd).toFixed(4)} since the last report`,
      facts: [
        ['failed', String(sum(({ failures }) => failures))],
        ['most failures', top(({ failures }) => failures, ({ failures }) => `(${failures})`)],
        ['slowest', top(({ totalMs, requests }) => totalMs / requests, ({ totalMs, requests }) => `(${(totalMs / requests / 1000).toFixed(1)} s)`)],
        ['most expensive', top(({ costUsd }) => costUsd, ({ costUsd }) => `($${costUsd.toFixed(4)})`)],
      ],
    });
  }
}
