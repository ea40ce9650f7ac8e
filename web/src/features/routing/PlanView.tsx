// A plan: who would answer, why, and what would follow.
import { addressOf } from '../../app/location.ts';
import { Facts } from '../../ui/Facts.tsx';
import { Link } from '../../ui/Link.tsx';
import { routingStrings } from './routing-strings.ts';
import { useDeploymentName } from '../../api/use-metrics.ts';
import { useFormats } from '../../lib/numbers.ts';
import type { RoutePlan } from '../../../../client/index.ts';

/** See the top of the file. */
export function PlanView({ plan }: { plan: RoutePlan }) {
  const strings = routingStrings.use();
  const formats = useFormats();
  const deploymentName = useDeploymentName();
  const { answer, pick, refusal } = plan;
  const strategy = typeof pick?.strategy === 'string' ? pick.strategy : null;
  return (
    <div className="stack tight">
      {answer && <p className="banner" data-tone="good"><span>{strings.answer} <Link href={addressOf('/models', { id: answer.deployment_id })}>{answer.provider}/{answer.model}</Link></span></p>}
      {refusal && <p className="banner" data-tone="bad"><span>{strings.refused}: {refusal.message}</span></p>}
      <Facts
        rows={[
          [strings.group, plan.group === null ? null : plan.instead ? `${plan.group} (${strings.instead(plan.model)})` : plan.group], [strings.strategy, strategy],
          [strings.rules, plan.rules.length > 0 ? plan.rules.map((rule) => String(rule['name'] ?? JSON.stringify(rule))).join(', ') : null],
          [strings.tokens, plan.input_tokens === null ? null : formats.count(plan.input_tokens)], [strings.needs, plan.abilities.length > 0 ? plan.abilities.join(', ') : null],
          [strings.cache, plan.cache ? (plan.cache.hit ? strings.cacheHit : strings.cacheMiss) : null],
          [strings.retries, formats.count(plan.retries)], [strings.attempts, formats.count(plan.max_attempts)], [strings.timeout, formats.span(plan.total_timeout_seconds * 1000)],
          ...(['on_failure', 'on_context_window', 'on_content_policy'] as const).map((name) => [strings.fallbacks[name], plan.fallbacks[name].length > 0 ? plan.fallbacks[name].join(' → ') : null] as const),
        ]}
      />
      {pick && pick.candidates.length > 0 && (
        <div className="data-table">
          <div className="data-scroll" tabIndex={0} role="region" aria-label={strings.candidates}>
            <table>
              <thead><tr><th scope="col">{strings.candidate}</th><th scope="col" data-align="end">{strings.score}</th><th scope="col" data-align="end">{strings.inFlight}</th><th scope="col">{strings.excluded}</th></tr></thead>
              <tbody>
                {pick.candidates.map((candidate) => (
                  <tr key={candidate.deployment_id}>
                    <td title={candidate.deployment_id}>{deploymentName(candidate.deployment_id)}</td>
                    <td data-align="end">{candidate.score === null ? '–' : formats.rate(candidate.score)}</td>
                    <td data-align="end">{formats.count(candidate.in_flight)}</td>
                    <td>{candidate.excluded ?? (candidate.deployment_id === answer?.deployment_id ? strings.chosen : '')}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      )}
    </div>
  );
}
