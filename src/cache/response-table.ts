// Answers of the Responses API in the database: for instances that did not make them, and after a restart.
import type { Store } from '../store/store.ts';
import type { ResponseTable, StoredResponse } from './response-store.ts';

const sweepMs = 10 * 60_000;

/** The table of a database. What has expired is removed from time to time, when something is kept. */
export function responseTable(store: Store, nowMs: () => number): ResponseTable {
  const { db } = store;
  let sweptMs = 0;
  let gathered: { response: StoredResponse; expiresMs: number }[] = [];
  let writing: Promise<void> | null = null;
  // Answers that come while others are written are written together: a transaction for each would cost more than it.
  let next: Promise<void> | null = null;
  const writeAll = async (): Promise<void> => {
    const all = gathered;
    gathered = [];
    // A power cut may take the last ones: nobody waits for the disk here.
    await store.relaxedTransaction(async (transaction) => {
      for (const { response, expiresMs } of all) {
        const row = rowOf(response, expiresMs);
        await transaction.insertInto('stored_responses').values({ tenant: response.tenant, response_id: response.id, ...row })
          .onConflict((conflict) => conflict.columns(['tenant', 'response_id']).doUpdateSet(row)).execute();
      }
      if (nowMs() - sweptMs < sweepMs) return;
      sweptMs = nowMs();
      await transaction.deleteFrom('stored_responses').where('expires_at_ms', '<', sweptMs).execute();
    });
  };
  return {
    async read(tenant, id) {
      const row = await db.selectFrom('stored_responses').selectAll().where('tenant', '=', tenant).where('response_id', '=', id).where('expires_at_ms', '>', nowMs()).executeTakeFirst();
      if (!row) return null;
      return {
        id, tenant, model: row.model, deploymentId: row.deployment_id, kept: row.kept === 'provider' ? 'provider' : 'here', previous: row.previous_id,
        input: Buffer.from(row.input), body: Buffer.from(row.body),
      };
    },
    write(response, expiresMs) {
      gathered.push({ response, expiresMs });
      next ??= (writing ?? Promise.resolve()).catch(() => undefined).then(() => {
        next = null;
        writing = writeAll();
        return writing;
      });
      return next;
    },
    async remove(tenant, id) {
      gathered = gathered.filter(({ response }) => response.tenant !== tenant || response.id !== id);
      await db.deleteFrom('stored_responses').where('tenant', '=', tenant).where('response_id', '=', id).execute();
    },
  };
}

const rowOf = ({ model, deploymentId, kept, previous, input, body }: StoredResponse, expiresMs: number) =>
  ({ model, deployment_id: deploymentId, kept, previous_id: previous, input: input.toString('utf8'), body: body.toString('utf8'), expires_at_ms: expiresMs });
