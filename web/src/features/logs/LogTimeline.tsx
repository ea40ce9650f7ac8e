// The way of a request: each attempt as a bar in time, why the deployment was chosen, and why others were not.
import { useQuery } from '@tanstack/react-query';
import { durationOf, hasFailed } from './log-query.ts';
import { gateway } from '../../api/gateway.ts';
import { liveFigures, useDeploymentName, useMetrics } from '../../api/use-metrics.ts';
import { logsStrings } from './logs-strings.ts';
import { useFormats } from '../../lib/numbers.ts';
import { useIsAdmin } from '../../app/session.ts';
import type { RouteExplanation, SpendLog } from '../../../../client/index.ts';

/** The gateway remembers the ways of its last requests; older ones show their attempt as the log has it. */
export function LogTimeline({ log }: { log: SpendLog }) {
  const strings = logsStrings.use();
  const formats = useFormats();
  const samples = useMetrics();
  const deploymentName = useDeploymentName();
  const isAdmin = useIsAdmin();
  // What it remembers ends with its process.
  const since = samples ? liveFigures(samples).startedAt?.getTime() ?? 0 : isAdmin ? Infinity : 0;
  const recent = Date.parse(log.startTime) > Math.max(since, Date.now() - 6 * 3_600_000);
  const { data } = useQuery({ queryKey: ['explanation', log.request_id], queryFn: ({ signal }) => gateway.routing.explanation(log.request_id, signal), retry: false, staleTime: Infinity, enabled: recent });
  const attempts = data?.attempts.length ? data.attempts : [{ deployment_id: log.model_id ?? '', duration_ms: durationOf(log) ?? 0, failure: hasFailed(log) ? strings.failure : null }];
  const totalMs = Math.max(1, data?.total_ms ?? 0, attempts.reduce((sum, { duration_ms: durationMs }) => sum + durationMs, 0));
  let startMs = 0;
  return (
    <section>
      <h3>{strings.timeline}</h3>
      <ol className="timeline">
        {attempts.map((attempt, index) => {
          const from = startMs;
          startMs += attempt.duration_ms;
          return (
            <li key={`${index} ${attempt.deployment_id}`} data-tone={attempt.failure === null ? undefined : 'bad'}>
              <span className="name" title={attempt.failure ?? attempt.deployment_id}>{strings.attempt(formats.count(index + 1))} <span className="quiet">{attempt.failure ?? deploymentName(attempt.deployment_id)}</span></span>
              <span className="track"><i style={{ left: `${(from / totalMs) * 100}%`, width: `${Math.min(100 - (from / totalMs) * 100, (attempt.duration_ms / totalMs) * 100)}%` }} /></span>
              <span className="number">{formats.span(attempt.duration_ms)}</span>
            </li>
          );
        })}
      </ol>
      {data && <Why explanation={data} />}
    </section>
  );
}

function Why({ explanation }: { explanation: RouteExplanation }) {
  const strings = logsStrings.use();
  const formats = useFormats();
  const deploymentName = useDeploymentName();
  const last = explanation.picks.at(-1);
  if (!last || last.candidates.length < 2) return null;
  return (
    <details className="more">
      <summary>{strings.why}</summary>
      <div className="data-table">
        <table>
          <thead><tr><th scope="col">{strings.candidate}</th><th scope="col" data-align="end">{strings.score}</th><th scope="col">{strings.reason}</th></tr></thead>
          <tbody>
            {last.candidates.map((candidate) => (
              <tr key={candidate.deployment_id}>
                <td title={candidate.deployment_id}>{deploymentName(candidate.deployment_id)}</td>
                <td data-align="end">{candidate.score === null ? '–' : formats.rate(candidate.score)}</td>
                <td>{candidate.excluded ?? (candidate.deployment_id === explanation.answered_by ? strings.chosen : '')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
