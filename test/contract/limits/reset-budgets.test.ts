// Budgets in the database start anew once, whoever does it, and keep what was spent after the window's end.
import { expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { hashOf, storeBudget, storeKey } from '../../support/stored-keys.ts';
import { resetBudgets } from '../../../src/limits/reset-budgets.ts';

closeStoresAfterAll();
const clock = { timeZone: 'Asia/Shanghai', resetMinuteOfDay: 0 };
const midnight = Date.UTC(2026, 5, 1, 16);
const times = { created_at_ms: 1, updated_at_ms: 1 };

for (const dialect of storeDialects) {
  test(`${dialect}: windows that are over start anew at local midnight, once over many instances`, async () => {
    const store = await newStore(dialect);
    const key = hashOf(await storeKey(store, 'due', { max_budget: 10, budget_duration: '24h', budget_reset_at_ms: midnight, spend_nano_usd: 7_000_000_000, total_spend_nano_usd: 9_000_000_000 }));
    const other = hashOf(await storeKey(store, 'later', { max_budget: 10, budget_duration: '1d', budget_reset_at_ms: midnight + 86_400_000, spend_nano_usd: 5 }));
    await store.db.insertInto('teams').values({ team_id: 't', budget_duration: '30d', budget_reset_at_ms: midnight - 40 * 86_400_000, spend_nano_usd: 3, ...times }).execute();
    const budget = await storeBudget(store, 'b', { max_budget: 1, budget_duration: '1d', budget_reset_at_ms: midnight });
    await store.db.insertInto('end_users').values({ end_user_id: 'e', budget_id: budget, spend_nano_usd: 4, ...times }).execute();
    for (const [row, at] of [['before', midnight - 5], ['after', midnight + 5]] as const) {
      await store.db.insertInto('spend_log').values({
        started_at_ms: at, row_id: row, request_id: row, call_type: 'acompletion', api_key: key, spend_nano_usd: 100, ended_at_ms: at + 1, status: 'success', request_tags: '[]', metadata: '{}', fields: '{}',
      }).execute();
    }
    const now = midnight + 10_000;
    const done = await Promise.all([1, 2, 3].map(() => resetBudgets(store, clock, now)));
    expect(done.reduce((sum, count) => sum + count, 0)).toBe(3);
    const row = async (hash: string) => await store.db.selectFrom('virtual_keys').select(['spend_nano_usd', 'total_spend_nano_usd', 'budget_reset_at_ms']).where('key_hash', '=', hash).executeTakeFirstOrThrow();
    expect(await row(key)).toEqual({ spend_nano_usd: 100, total_spend_nano_usd: 9_000_000_000, budget_reset_at_ms: midnight + 86_400_000 });
    expect(await row(other)).toMatchObject({ spend_nano_usd: 5 });
    const team = await store.db.selectFrom('teams').select(['spend_nano_usd', 'budget_reset_at_ms']).executeTakeFirstOrThrow();
    expect(team).toEqual({ spend_nano_usd: 0, budget_reset_at_ms: Date.UTC(2026, 5, 30, 16) });
    expect((await store.db.selectFrom('end_users').select('spend_nano_usd').executeTakeFirstOrThrow()).spend_nano_usd).toBe(0);
    expect(await resetBudgets(store, clock, now)).toBe(0);
  });
}
