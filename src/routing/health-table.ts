// What checks of deployments found, in the database: for all instances, and after a restart. As LiteLLM does, a result is written when it
// differs from the one before, or an hour later.
import { maxStoredHealthRecords } from '../lib/bounds.ts';
import { newRequestId } from '../lib/identifiers.ts';
import type { HealthArchive, HealthQuery, HealthRecord } from './health-log.ts';
import type { Row } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

const sameAgainMs = 3_600_000;
const trimEvery = 500;

/** Keeps results in the database. Writing never holds anybody up: what cannot be written is in memory only. */
export class HealthTable implements HealthArchive {
  private readonly written = new Map<string, { healthy: boolean; checkedMs: number }>();
  private writes = 0;

  constructor(private readonly store: Store) {}

  keep(record: HealthRecord): void {
    const last = this.written.get(record.deploymentId);
    if (last && last.healthy === record.healthy && record.checkedMs - last.checkedMs < sameAgainMs) return;
    this.written.set(record.deploymentId, { healthy: record.healthy, checkedMs: record.checkedMs });
    void this.write(record).catch(() => undefined);
  }

  async latest(): Promise<HealthRecord[]> {
    const rows = await this.store.db.selectFrom('health_checks as one').selectAll('one')
      .where(({ not, exists, selectFrom }) => not(exists(selectFrom('health_checks as later').select('later.health_check_id').whereRef('later.model_id', '=', 'one.model_id').whereRef('later.checked_at_ms', '>', 'one.checked_at_ms'))))
      .orderBy('one.checked_at_ms').execute();
    return rows.map(recordOf);
  }

  async history({ model, status, limit, offset }: HealthQuery): Promise<{ records: HealthRecord[]; total: number }> {
    let query = this.store.db.selectFrom('health_checks');
    if (model !== null) query = query.where(({ or, eb }) => or([eb('model_name', '=', model), eb('model_id', '=', model)]));
    if (status !== null) query = query.where('status', '=', status);
    const rows = await query.selectAll().orderBy('checked_at_ms', 'desc').limit(limit).offset(offset).execute();
    const { total } = await query.select(({ fn }) => fn.countAll().as('total')).executeTakeFirstOrThrow();
    return { records: rows.map(recordOf), total: Number(total) };
  }

  private async write({ deploymentId, model, providerModel, healthy, by, error, durationMs, checkedMs }: HealthRecord): Promise<void> {
    await this.store.db.insertInto('health_checks').values({
      health_check_id: newRequestId(), model_name: model, model_id: deploymentId, status: healthy ? 'healthy' : 'unhealthy', healthy_count: healthy ? 1 : 0, unhealthy_count: healthy ? 0 : 1,
      error_message: error, response_time_ms: durationMs, checked_by: by, checked_at_ms: Math.round(checkedMs), details: JSON.stringify({ model: providerModel, by }),
    }).execute();
    if (this.writes++ % trimEvery !== 0) return;
    const oldest = await this.store.db.selectFrom('health_checks').select('checked_at_ms').orderBy('checked_at_ms', 'desc').limit(1).offset(maxStoredHealthRecords).executeTakeFirst();
    if (oldest) await this.store.db.deleteFrom('health_checks').where('checked_at_ms', '<=', oldest.checked_at_ms).execute();
  }
}

function recordOf(row: Row<'health_checks'>): HealthRecord {
  const details = row.details === null ? null : JSON.parse(row.details) as { model?: string };
  return {
    deploymentId: row.model_id ?? row.model_name, model: row.model_name, providerModel: details?.model ?? '', healthy: row.status === 'healthy', by: row.checked_by === 'traffic' ? 'traffic' : 'probe', transient: false,
    error: row.error_message, durationMs: row.response_time_ms, checkedMs: Number(row.checked_at_ms),
  };
}
