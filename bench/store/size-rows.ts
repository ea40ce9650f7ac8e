// Rows for the measurements of a large ledger: thirty days of 500 keys of 300 users in 40 teams of 5 organizations, with their daily sums,
// made by PostgreSQL itself, two days at a time.
import { sql } from 'kysely';
import { createTable } from '../../src/store/create-statements.ts';
import { ensurePartitions } from '../../src/store/partitions.ts';
import { firstTables } from '../../src/store/migrations/0001-first-tables.ts';
import type { Store } from '../../src/store/store.ts';

/** How many days have rows, today not among them. */
export const days = 30;
/** A day's length. */
export const dayMs = 86_400_000;
/** When today (UTC) began. */
export const today = Math.floor(Date.now() / dayMs) * dayMs;

const indexes = createTable('spend_log', firstTables.tables.spend_log, 'postgres').filter((statement) => statement.startsWith('create index'));

/** Fills a migrated, empty ledger. The indexes are made afterwards, which is much quicker. */
export async function seedLedger(store: Store, rows: number): Promise<void> {
  for (let day = days; day >= 0; day -= 7) await ensurePartitions(store, today - (day - 1) * dayMs, 8);
  for (const statement of indexes) await sql.raw(`drop index weir.${/"([^"]+)"/.exec(statement)?.[1] ?? ''}`).execute(store.db);
  const left = Array.from({ length: days }, (_, day) => day);
  await Promise.all([1, 2].map(async () => {
    for (let day = left.shift(); day !== undefined; day = left.shift()) {
      await seedDay(store, day, Math.ceil(rows / days));
      console.error(`day ${day + 1} of ${days}`);
    }
  }));
  await Promise.all([0, 1].map(async (half) => {
    for (const [place, statement] of indexes.entries()) if (place % 2 === half) await sql.raw(statement).execute(store.db);
  }));
  console.error('indexes made');
  await sql`insert into weir.daily_activity (day, api_key, user_id, team_id, organization_id, end_user, model, model_group, provider, call_type, spend_nano_usd, prompt_tokens, completion_tokens, requests, successful_requests, failed_requests, duration_ms)
    select to_char(to_timestamp(started_at_ms / 1000) at time zone 'UTC', 'YYYY-MM-DD'), api_key, user_id, team_id, organization_id, '', model, model_group, provider, call_type, sum(spend_nano_usd), sum(prompt_tokens), sum(completion_tokens), count(*), count(*) filter (where status = 'success'), count(*) filter (where status <> 'success'), 0
    from weir.spend_log group by 1, 2, 3, 4, 5, 7, 8, 9, 10`.execute(store.db);
  await seedTags(store);
  await sql`vacuum analyze`.execute(store.db);
}

/** Every row has the same tag. */
async function seedTags(store: Store): Promise<void> {
  await sql`insert into weir.daily_tag_activity select 'blue' as tag, daily_activity.* from weir.daily_activity`.execute(store.db);
}

async function seedDay(store: Store, day: number, perDay: number): Promise<void> {
  const from = today - (days - day) * dayMs;
  const at = sql`${sql.lit(from)} + n::bigint * 86399000 / ${sql.lit(perDay)}`;
  await sql`insert into weir.spend_log (started_at_ms, row_id, request_id, call_type, api_key, user_id, team_id, organization_id, end_user, model, model_id, model_group, provider, api_base,
      spend_nano_usd, prompt_tokens, completion_tokens, total_tokens, ended_at_ms, first_byte_at_ms, status, http_status, error_code, session_id, requester_address, request_tags, metadata, fields)
    select ${at}, md5(n::text || ${String(day)}), md5('r' || n::text || ${String(day)}), 'acompletion', md5((n % 500)::text) || md5((n % 500)::text), 'user-' || n % 500 % 300, 'team-' || n % 500 % 40,
      'org-' || n % 500 % 40 % 5, 'customer-' || n % 2000, 'gpt-4o-mini', 'deployment-' || n % 10, 'model-' || n % 12, 'openai', 'https://api.openai.com/v1', 1500 + n % 100000, 100 + n % 900, 20 + n % 200, 120 + n % 1100,
      ${at} + 900, ${at} + 300, case when n % 50 = 0 then 'failure' else 'success' end, case when n % 50 = 0 then 502 else 200 end, case when n % 50 = 0 then 'upstream_failed' end, md5('s' || (n / 5)::text || ${String(day)}), '10.0.0.1', '["blue"]', '{"user_api_key_alias":"key"}', '{"finish_reason":"stop","overhead_ms":0.2}'
    from generate_series(1, ${sql.lit(perDay)}) n`.execute(store.db);
}
