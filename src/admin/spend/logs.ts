// `GET /spend/logs`: rows of the ledger, or sums by day when a span is given (LiteLLM's older form).
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { dayMsOf } from './range.ts';
import { logRow } from './log-row.ts';
import { total } from './sums.ts';
import { usdOf } from '../../lib/money.ts';
import { openTeams, visibleTo } from './visible.ts';
import type { JsonObject } from '../../lib/json.ts';

// LiteLLM gives at most so many rows here, the newest.
const maxRows = 10_000;
const dayMs = 86_400_000;

/** The hash that a key is stored under; what is a hash already stays. */
export const hashOf = (key: string): string => (key.startsWith('sk-') ? new Bun.CryptoHasher('sha256').update(key).digest('hex') : key);

/** Handles it. */
export async function spendLogs({ caller, query, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const [from, to] = [query.get('start_date'), query.get('end_date')];
  const fromMs = from === null ? null : dayMsOf(from);
  const toMs = to === null ? null : dayMsOf(to);
  if ((from !== null && fromMs === null) || (to !== null && toMs === null)) return refuse('managed_invalid', 'start_date and end_date must be in YYYY-MM-DD format');
  const key = query.get('api_key');
  const user = query.get('user_id');
  const requestId = query.get('request_id');
  const spanned = fromMs !== null && toMs !== null;
  if (spanned && query.get('summarize') !== 'false' && requestId === null) return answer(await byDay({ caller, services: { store } }, { from: from ?? '', to: to ?? '', toMs, key, user }));
  const rows = await store.db.selectFrom('spend_log').selectAll().where(visibleTo(caller, await openTeams(store, caller, '/spend/logs')))
    .$if(spanned, (builder) => builder.where('started_at_ms', '>=', fromMs ?? 0).where('started_at_ms', '<', (toMs ?? 0) + dayMs))
    .$if(key !== null, (builder) => builder.where('api_key', '=', hashOf(key ?? '')))
    .$if(user !== null, (builder) => builder.where('user_id', '=', user))
    .$if(requestId !== null, (builder) => builder.where('request_id', '=', requestId ?? ''))
    .orderBy('started_at_ms', 'desc').orderBy('row_id', 'desc').limit(maxRows).execute();
  const headers = rows.length === maxRows ? { 'x-litellm-spend-logs-truncated': 'true' } : {};
  return { ok: true, body: rows.map((row) => logRow(row)), headers };
}

interface Filter {
  from: string;
  to: string;
  toMs: number;
  key: string | null;
  user: string | null;
}

/** Days with what was spent by each key, user and model. Days after the last one with spending are filled up. */
async function byDay({ caller, services: { store } }: Pick<AdminCall, 'caller'> & { services: Pick<AdminCall['services'], 'store'> }, { from, to, toMs, key, user }: Filter): Promise<JsonObject[]> {
  const rows = await store.db.selectFrom('daily_activity').select(['day', 'api_key', 'user_id', 'model', total('spend_nano_usd').as('spend_nano_usd')])
    .where('day', '>=', from).where('day', '<=', to).where(visibleTo(caller))
    .$if(key !== null, (builder) => builder.where('api_key', '=', hashOf(key ?? '')))
    .$if(user !== null, (builder) => builder.where('user_id', '=', user ?? ''))
    .groupBy(['day', 'api_key', 'user_id', 'model']).orderBy('day').execute();
  const days = Map.groupBy(rows, (row) => row.day);
  const found = [...days].map(([day, of]): JsonObject => ({
    ...sumBy(of, (row) => row.api_key), startTime: day, spend: usdOf(of.reduce((sum, row) => sum + row.spend_nano_usd, 0)),
    users: sumBy(of, (row) => row.user_id), models: sumBy(of, (row) => row.model),
  }));
  const last = rows.at(-1)?.day;
  if (last === undefined) return found;
  for (let ms = (dayMsOf(last) ?? toMs) + dayMs; ms <= toMs; ms += dayMs) found.push({ startTime: new Date(ms).toISOString().slice(0, 10), spend: 0, users: {}, models: {} });
  return found;
}

function sumBy<R extends { spend_nano_usd: number }>(rows: readonly R[], nameOf: (row: R) => string): JsonObject {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(nameOf(row), (sums.get(nameOf(row)) ?? 0) + row.spend_nano_usd);
  return Object.fromEntries([...sums].map(([name, nanoUsd]) => [name, usdOf(nanoUsd)]));
}
