// What earlier checks of deployments found, in LiteLLM's form.
import { json } from '../reply.ts';
import type { Handler } from '../route.ts';
import type { HealthRecord } from '../../routing/health-log.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Services } from '../services.ts';
import type { AnyReply } from '../../http/reply.ts';

const usualLimit = 100;
const largestLimit = 1_000;

/** `GET /health/latest`: the last result of each deployment. */
export const healthLatest: Handler = async ({ services }) => {
  const { health } = services.pipeline;
  if (!isKept(services)) return notKept();
  // The database knows what other instances found, and what was before the start; memory has the newest of this one.
  const byId = new Map([...await health.table?.latest().catch(() => []) ?? [], ...health.latest()].map((record) => [record.deploymentId, record]));
  const latest = [...byId.values()];
  return json({ latest_health_checks: Object.fromEntries(latest.map((record) => [record.deploymentId, shown(record)])), total_models: latest.length });
};

/** `GET /health/history?model=&status=&limit=&offset=`: all results, the newest first. */
export const healthHistory: Handler = async ({ services, search }) => {
  if (!isKept(services)) return notKept();
  const query = new URLSearchParams(search);
  const [model, status] = [query.get('model'), query.get('status_filter') ?? query.get('status')];
  const limit = Math.min(largestLimit, Number(query.get('limit') ?? usualLimit) || usualLimit);
  const offset = Math.max(0, Number(query.get('offset') ?? 0) || 0);
  const { health } = services.pipeline;
  const stored = await health.table?.history({ model, status, limit, offset }).catch(() => null);
  if (stored) return json({ health_checks: stored.records.map(shown), total_records: stored.total, limit, offset });
  const found = health.history().filter((record) => (model === null || record.model === model || record.deploymentId === model) && (status === null || statusOf(record) === status));
  return json({ health_checks: found.slice(offset, offset + limit).map(shown), total_records: found.length, limit, offset });
};

// LiteLLM keeps results in its database. Here they are kept where something makes them, or where LiteLLM would have them.
const isKept = ({ store, config }: Services): boolean => store !== null || config.generalSettings.backgroundHealthChecks === true;
const notKept = (): AnyReply => json({ detail: { error: 'Database not initialized' } }, 500);
const statusOf = ({ healthy }: HealthRecord): string => (healthy ? 'healthy' : 'unhealthy');

function shown(record: HealthRecord): JsonObject {
  const { deploymentId, model, providerModel, healthy, by, error, durationMs, checkedMs } = record;
  const checkedAt = new Date(checkedMs).toISOString();
  return {
    health_check_id: `${deploymentId}-${checkedMs}`, model_name: model, model_id: deploymentId, status: statusOf(record), healthy_count: healthy ? 1 : 0, unhealthy_count: healthy ? 0 : 1,
    error_message: error, response_time_ms: durationMs, details: { model: providerModel, by }, checked_by: by === 'probe' ? 'background' : 'traffic', checked_at: checkedAt, created_at: checkedAt,
  };
}
