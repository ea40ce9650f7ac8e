// `GET /model/metrics` and its kin: how fast the deployments of a model group answered, how often they were slow, and how often they failed.
import { answer, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { hashOf } from './logs.ts';
import { sql } from 'kysely';
import { timeMsOf } from './range.ts';
import type { JsonObject } from '../../lib/json.ts';

const monthMs = 30 * 86_400_000;
const dayMs = 86_400_000;
const mostRows = 2_000;

/** The requests that the query means: of a group, in a span, of a key or a customer; answers from the cache say nothing of a deployment. */
function chosen({ services, query }: AdminCall) {
  const now = services.nowMs();
  const fromMs = timeMsOf(query.get('startTime') ?? '') ?? now - monthMs;
  const toMs = timeMsOf(query.get('endTime') ?? '', true) ?? now;
  const given = (name: string): string | null => (['', 'undefined', 'null'].includes(query.get(name) ?? '') ? null : query.get(name));
  const [key, customer] = [given('api_key'), given('customer')];
  const rows = services.store.db.selectFrom('spend_log').where('started_at_ms', '>=', fromMs).where('started_at_ms', '<=', toMs).where('model_group', '=', query.get('_selected_model_group') ?? '').where('cache_hit', '=', 0)
    .$if(key !== null, (builder) => builder.where('api_key', '=', hashOf(key ?? ''))).$if(customer !== null, (builder) => builder.where('end_user', '=', customer));
  return { rows, oneDay: Math.floor(fromMs / dayMs) === Math.floor(toMs / dayMs) };
}

// LiteLLM names a deployment by its address, and by its model where the address says nothing.
const nameOf = (model: string, apiBase: string | null): string => (apiBase?.startsWith('https://') ? apiBase.split('/openai/')[0] ?? apiBase : model);
const dayText = (day: number): string => new Date(Number(day) * dayMs).toISOString().slice(0, 10);
const day = sql<number>`started_at_ms / ${sql.lit(dayMs)}`;

/** A line for each day (or request) with a member for each deployment. */
function series(rows: readonly { at: string; name: string; value: number }[]): JsonObject {
  const lines = new Map<string, JsonObject>();
  for (const { at, name, value } of rows) lines.set(at, { ...lines.get(at) ?? { date: at }, [name]: value });
  return { data: [...lines].toSorted(([one], [other]) => one.localeCompare(other)).map(([, line]) => line), all_api_bases: [...new Set(rows.map((row) => row.name))] };
}

/** `GET /model/metrics`: seconds for each output token, by day. */
export async function modelMetrics(call: AdminCall): Promise<AdminAnswer> {
  const rows = await chosen(call).rows.where('completion_tokens', '>', 0).select(['api_base', 'model', day.as('day'), sql<number>`avg((ended_at_ms - started_at_ms) * 1.0 / completion_tokens)`.as('ms')])
    .groupBy(['api_base', 'model', sql`started_at_ms / ${sql.lit(dayMs)}`]).limit(mostRows).execute();
  return answer(series(rows.map((row) => ({ at: dayText(row.day), name: nameOf(row.model, row.api_base), value: Number(row.ms) / 1_000 }))));
}

/** `GET /model/streaming_metrics`: seconds until the first bytes, by day; of a single day by request. */
export async function streamingMetrics(call: AdminCall): Promise<AdminAnswer> {
  const { rows, oneDay } = chosen(call);
  const streams = rows.where('first_byte_at_ms', 'is not', null).whereRef('first_byte_at_ms', '<', 'ended_at_ms');
  if (oneDay) {
    const found = await streams.select(['request_id', 'api_base', 'model', 'started_at_ms', 'first_byte_at_ms']).orderBy('started_at_ms', 'desc').limit(mostRows).execute();
    return answer(series(found.map((row) => ({ at: row.request_id, name: nameOf(row.model, row.api_base), value: (Number(row.first_byte_at_ms) - Number(row.started_at_ms)) / 1_000 }))));
  }
  const found = await streams.select(['api_base', 'model', day.as('day'), sql<number>`avg((first_byte_at_ms - started_at_ms) * 1.0)`.as('ms')]).groupBy(['api_base', 'model', sql`started_at_ms / ${sql.lit(dayMs)}`]).limit(mostRows).execute();
  return answer(series(found.map((row) => ({ at: dayText(row.day), name: nameOf(row.model, row.api_base), value: Number(row.ms) / 1_000 }))));
}

/** `GET /model/metrics/slow_responses`: how many answers took longer than `alerting_threshold`, by deployment. */
export async function slowResponses(call: AdminCall): Promise<AdminAnswer> {
  const thresholdMs = call.services.config.generalSettings.alertingThresholdMs;
  const rows = await chosen(call).rows.select(['api_base', sql<number>`count(*)`.as('total'), sql<number>`sum(case when ended_at_ms - started_at_ms >= ${thresholdMs} then 1 else 0 end)`.as('slow')]).groupBy('api_base').limit(mostRows).execute();
  return answer(rows.filter((row) => Number(row.slow) > 0).map((row) => ({ api_base: row.api_base ?? '', total_count: Number(row.total), slow_count: Number(row.slow) })).toSorted((one, other) => other.slow_count - one.slow_count));
}

/** `GET /model/metrics/exceptions`: failures by deployment and kind. */
export async function modelExceptions(call: AdminCall): Promise<AdminAnswer> {
  const rows = await chosen(call).rows.where('status', '=', 'failure').select(['model', 'api_base', 'error_code', sql<number>`count(*)`.as('count')]).groupBy(['model', 'api_base', 'error_code']).limit(mostRows).execute();
  const lines = new Map<string, JsonObject & { total_exceptions: number }>();
  for (const { model, api_base: apiBase, error_code: code, count } of rows) {
    const name = apiBase ? `${model}-${apiBase}` : model;
    const line = lines.get(name) ?? { model: name, total_exceptions: 0 };
    lines.set(name, { ...line, total_exceptions: line.total_exceptions + Number(count), [code ?? 'unknown']: Number(count) });
  }
  return answer({ data: [...lines.values()].toSorted((one, other) => other.total_exceptions - one.total_exceptions).slice(0, 200), exception_types: [...new Set(rows.map((row) => row.error_code ?? 'unknown'))] });
}
