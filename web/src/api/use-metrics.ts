// The gateway's own metrics, read again and again while somebody looks.
import { useQuery } from '@tanstack/react-query';
import { gateway } from './gateway.ts';
import { quantile, readMetrics, total, type Sample } from '../../../client/index.ts';
import { shortId } from '../lib/short-id.ts';
import { useIsAdmin } from '../app/session.ts';

const everyMs = 10_000;

/** All samples; undefined until they are there, and for whom they are not. */
export function useMetrics(): Sample[] | undefined {
  const enabled = useIsAdmin();
  return useQuery({ queryKey: ['metrics'], queryFn: async ({ signal }) => readMetrics(await gateway.system.metrics(signal)), refetchInterval: everyMs, enabled }).data;
}

/** Deployments by what they call: gives the name of one by its id, where the reader may see the metrics; else the id, briefly. */
export function useDeploymentName(): (id: string) => string {
  const samples = useMetrics();
  const models = new Map(samples?.filter(({ name }) => name === 'litellm_deployment_state').map(({ labels }) => [labels['model_id'], `${labels['api_provider'] ?? ''}/${labels['litellm_model_name'] ?? ''}`]));
  return (id) => models.get(id) ?? shortId(id);
}

/** What the gateway has done since it was started. */
export interface LiveFigures {
  requests: number;
  failed: number;
  costUsd: number;
  tokens: number;
  p95Ms: number | null;
  firstTokenMs: number | null;
  inFlight: number;
  startedAt: Date | null;
}

/** Figures out of samples. */
export function liveFigures(samples: readonly Sample[]): LiveFigures {
  const started = total(samples, 'process_start_time_seconds');
  const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1000);
  return {
    requests: total(samples, 'litellm_proxy_total_requests_metric_total'),
    failed: total(samples, 'litellm_proxy_failed_requests_metric_total'),
    costUsd: total(samples, 'litellm_spend_metric_total'),
    tokens: total(samples, 'litellm_total_tokens_metric_total'),
    p95Ms: inMs(quantile(samples, 'litellm_request_total_latency_metric', 0.95)),
    firstTokenMs: inMs(quantile(samples, 'litellm_llm_api_time_to_first_token_metric', 0.5)),
    inFlight: total(samples, 'litellm_in_flight_requests'),
    startedAt: started > 0 ? new Date(started * 1000) : null,
  };
}

/** How a deployment is. */
export interface DeploymentFigures {
  id: string;
  group: string;
  model: string;
  provider: string;
  state: 'healthy' | 'failing' | 'cooling' | 'unknown';
  attempts: number;
  failures: number;
  coolDowns: number;
  inFlight: number;
  p50Ms: number | null;
  p95Ms: number | null;
}

const states = ['healthy', 'failing', 'cooling'] as const;

/** Figures of all deployments that the metrics name. */
export function deploymentFigures(samples: readonly Sample[]): DeploymentFigures[] {
  return samples.filter(({ name }) => name === 'litellm_deployment_state').map(({ labels, value }) => {
    const id = labels['model_id'] ?? '';
    const of = { model_id: id };
    const latency = (share: number): number | null => {
      const seconds = quantile(samples, 'litellm_request_total_latency_metric', share, of);
      return seconds === null ? null : seconds * 1000;
    };
    return {
      id, group: labels['model_group'] ?? '', model: labels['litellm_model_name'] ?? '', provider: labels['api_provider'] ?? '', state: states[value] ?? 'unknown',
      attempts: total(samples, 'litellm_deployment_total_requests_total', of), failures: total(samples, 'litellm_deployment_failure_responses_total', of),
      coolDowns: total(samples, 'litellm_deployment_cooled_down_total', of), inFlight: total(samples, 'weir_deployment_in_flight', of), p50Ms: latency(0.5), p95Ms: latency(0.95),
    };
  });
}
