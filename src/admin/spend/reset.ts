// `POST /global/spend/reset`: what keys and teams have spent in their budgets' windows starts anew. The ledger keeps what was spent.
import { answer, type AdminAnswer, type AdminCall } from '../endpoint.ts';

/** Handles it. */
export async function resetSpend({ services: { store, limiter, logger } }: AdminCall): Promise<AdminAnswer> {
  const [keys, teams] = await store.transaction(async (transaction) => {
    const spent = [await transaction.selectFrom('virtual_keys').select('key_hash as id').where('spend_nano_usd', '<>', 0).execute(),
      await transaction.selectFrom('teams').select('team_id as id').where('spend_nano_usd', '<>', 0).execute()] as const;
    await transaction.updateTable('virtual_keys').set({ spend_nano_usd: 0 }).where('spend_nano_usd', '<>', 0).execute();
    await transaction.updateTable('teams').set({ spend_nano_usd: 0 }).where('spend_nano_usd', '<>', 0).execute();
    return spent;
  });
  for (const { id } of keys) limiter?.setSpent('key', id, 0);
  for (const { id } of teams) limiter?.setSpent('team', id, 0);
  logger.info('spend was reset', { keys: keys.length, teams: teams.length });
  return answer({ message: 'Spend for all API Keys and Teams reset successfully', status: 'success' });
}
