// `GET /audit`, `/audit/{id}`: who changed what.
import { answer, endpointsOf, refuse, type AdminAnswer, type AdminCall, type Endpoints } from './endpoint.ts';
import { detailError } from './forms.ts';
import { given, pageOf, pagesOf } from './paging.ts';
import { matches } from './matching.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Row } from '../store/schema.ts';

const view = (row: Row<'audit_log'>): JsonObject => ({
  id: row.audit_id, updated_at: new Date(row.at_ms).toISOString(), changed_by: row.changed_by, changed_by_api_key: row.changed_by_key, action: row.action, table_name: row.table_name,
  object_id: row.object_id, before_value: row.before_value === null ? null : JSON.parse(row.before_value), updated_values: row.updated_values === null ? null : JSON.parse(row.updated_values),
});

async function list({ services, query }: AdminCall): Promise<AdminAnswer> {
  const page = pageOf(query, 'page_size', 10);
  let rows = services.store.db.selectFrom('audit_log');
  const filters = [['changed_by', 'changed_by'], ['changed_by_api_key', 'changed_by_key'], ['action', 'action'], ['table_name', 'table_name'], ['object_id', 'object_id'], ['object_key_hash', 'object_id'], ['object_team_id', 'object_id']] as const;
  for (const [name, column] of filters) {
    const value = given(query, name);
    if (value !== null) rows = rows.where(column, '=', value);
  }
  const from = Date.parse(query.get('start_date') ?? '');
  const until = Date.parse(query.get('end_date') ?? '');
  if (Number.isFinite(from)) rows = rows.where('at_ms', '>=', from);
  if (Number.isFinite(until)) rows = rows.where('at_ms', '<=', until);
  const search = given(query, 'search');
  if (search !== null) rows = rows.where((log) => log.or([matches('object_id', search), matches('changed_by', search)]));
  const counted = await rows.select((log) => log.fn.countAll<number>().as('count')).executeTakeFirst();
  // Ids follow time, so that changes of one millisecond keep their order.
  const order = query.get('sort_order') === 'asc' ? 'asc' : 'desc';
  const found = await rows.selectAll().orderBy('at_ms', order).orderBy('audit_id', order).limit(page.size).offset(page.offset).execute();
  const total = Number(counted?.count ?? 0);
  return answer({ audit_logs: found.map(view), total, page: page.page, page_size: page.size, total_pages: pagesOf(total, page) });
}

async function one({ services, params }: AdminCall): Promise<AdminAnswer> {
  const row = await services.store.db.selectFrom('audit_log').selectAll().where('audit_id', '=', params['id'] ?? '').executeTakeFirst();
  return row ? answer(view(row)) : refuse('managed_missing', `Audit log with ID ${(params['id'] ?? '').slice(0, 100)} not found`);
}

export const auditEndpoints: Endpoints = endpointsOf(detailError, { 'GET /audit': list, 'GET /audit/{id}': one });
