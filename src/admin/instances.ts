// `GET /instances`: the processes on this database, those that were heard of lately.
import { answer, endpointsOf, type AdminAnswer, type AdminCall, type Endpoints } from './endpoint.ts';
import { instanceSilentMs } from '../lib/bounds.ts';
import { parseJsonObject } from '../lib/json.ts';
import { usual } from './forms.ts';

async function list({ services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const rows = await store.db.selectFrom('instances').selectAll().orderBy('started_at_ms').limit(1_000).execute();
  const silentSince = nowMs() - instanceSilentMs;
  return answer({
    instances: rows.map((row) => ({
      id: row.instance_id, host: row.host, pid: row.pid, version: row.version, started_at: new Date(row.started_at_ms).toISOString(), seen_at: new Date(row.seen_at_ms).toISOString(),
      silent: row.seen_at_ms < silentSince, ...parseJsonObject(row.fields),
    })),
  });
}

export const instanceEndpoints: Endpoints = endpointsOf(usual, { 'GET /instances': list });
