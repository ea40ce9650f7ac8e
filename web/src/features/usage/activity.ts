// Daily activity, put together for charts and tables: sums, days without requests, and the greatest of each kind.
import { useQuery } from '@tanstack/react-query';
import { useDatabase } from '../../app/session.ts';
import { gateway } from '../../api/gateway.ts';
import { utcDay, type TimeRange } from '../../app/scope.ts';
import type { ActivityAnswer, ActivityScope, BreakdownName, DailyActivity, SpendMetrics } from '../../../../client/index.ts';

const dayMs = 86_400_000;

/** Usage in a time range, by UTC days, as the API counts them. */
export function useActivity(scope: ActivityScope, range: TimeRange, filters: { api_key?: string; model?: string; team_id?: string } = {}, enabled = true) {
  const database = useDatabase();
  const [start, end] = [utcDay(range.from), utcDay(range.to)];
  return useQuery({
    queryKey: ['activity', scope, start, end, filters], enabled: enabled && database,
    queryFn: ({ signal }) => gateway.spend.activity(scope, { start_date: start, end_date: end, ...filters }, signal),
  });
}

/** Nothing at all. */
export const noMetrics: SpendMetrics = {
  spend: 0, prompt_tokens: 0, completion_tokens: 0, cache_read_input_tokens: 0, cache_creation_input_tokens: 0, total_tokens: 0, successful_requests: 0, failed_requests: 0, api_requests: 0, prompt_caching_savings_spend: 0,
};

/** The sum of metrics. */
export function sumOf(list: readonly SpendMetrics[]): SpendMetrics {
  const sum = { ...noMetrics };
  for (const metrics of list) for (const name of Object.keys(sum) as (keyof SpendMetrics)[]) sum[name] = (sum[name] ?? 0) + (metrics[name] ?? 0);
  return sum;
}

/** Every day of a range, the first one first, also those on which nothing happened. */
export function daysOf(answer: ActivityAnswer, range: TimeRange): { date: string; metrics: SpendMetrics; breakdown: DailyActivity['breakdown'] }[] {
  const byDate = new Map(answer.results.map((day) => [day.date.slice(0, 10), day]));
  const days = [];
  for (let at = Date.parse(utcDay(range.from)); at <= range.to.getTime(); at += dayMs) {
    const date = utcDay(new Date(at));
    const day = byDate.get(date);
    days.push({ date, metrics: day?.metrics ?? noMetrics, breakdown: day?.breakdown ?? {} });
  }
  return days;
}

/** One thing that was used: a model, a key, a team. */
export interface UsedThing {
  id: string;
  name: string;
  metrics: SpendMetrics;
}

/** What was used by a dimension, the dearest first. */
export function usedBy(answer: ActivityAnswer, dimension: BreakdownName): UsedThing[] {
  const things = new Map<string, { name: string; parts: SpendMetrics[] }>();
  for (const { breakdown } of answer.results) {
    for (const [id, { metrics, metadata }] of Object.entries(breakdown[dimension] ?? {})) {
      const thing = things.get(id) ?? { name: nameOf(metadata) ?? id, parts: [] };
      thing.parts.push(metrics);
      things.set(id, thing);
    }
  }
  return [...things].map(([id, { name, parts }]) => ({ id, name, metrics: sumOf(parts) }))
    .toSorted((a, b) => b.metrics.spend - a.metrics.spend || b.metrics.api_requests - a.metrics.api_requests);
}

function nameOf(metadata: Record<string, unknown> | undefined): string | null {
  for (const key of ['key_alias', 'team_alias', 'user_email', 'alias']) {
    const value = metadata?.[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return null;
}
