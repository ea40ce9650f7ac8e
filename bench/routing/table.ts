// The outcomes as a table in Markdown.
import type { Outcome } from './simulate.ts';

const percent = (share: number, digits = 1): string => `${(share * 100).toFixed(digits)} %`;
const milliseconds = (value: number): string => `${Math.round(value)} ms`;

/** One row for each way to route. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => [
    outcome.strategy, percent(outcome.errorShare, 2), milliseconds(outcome.p50Ms), milliseconds(outcome.p95Ms), milliseconds(outcome.p99Ms), `$${outcome.costUsd.toFixed(2)}`,
    percent(outcome.cacheHitShare), `±${percent(outcome.unevenness)}`, outcome.callsPerRequest.toFixed(3),
  ]);
  const head = ['strategy', 'errors', 'p50', 'p95', 'p99', 'cost', 'prompt-cache hits', 'spread', 'calls per request'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
