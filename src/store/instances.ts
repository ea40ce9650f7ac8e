// Tells the other processes on the same database that this one is there, and how it is.
import { instanceBeatMs, instanceForgottenMs } from '../lib/bounds.ts';
import type { Store } from './store.ts';

/** A process. */
export interface Instance {
  id: string;
  host: string;
  pid: number;
  version: string;
  startedAtMs: number;
}

/** Figures of a process, told with each beat. */
export type InstanceFigures = Readonly<Record<string, number>>;

/** Begins to tell; the function that is given back ends it and takes the row away. A database that is away is told the next time. */
export function tellInstance(store: Store, instance: Instance, figures: () => InstanceFigures, intervalMs = instanceBeatMs): () => Promise<void> {
  let closed = false;
  const beat = async (): Promise<void> => {
    const row = { seen_at_ms: Date.now(), fields: JSON.stringify(figures()) };
    await store.db.insertInto('instances').values({ instance_id: instance.id, host: instance.host, pid: instance.pid, version: instance.version, started_at_ms: instance.startedAtMs, ...row })
      .onConflict((conflict) => conflict.column('instance_id').doUpdateSet(row)).execute();
    await store.db.deleteFrom('instances').where('seen_at_ms', '<', Date.now() - instanceForgottenMs).execute();
  };
  const attempt = (): void => void (closed ? undefined : beat().catch(() => undefined));
  attempt();
  const timer = setInterval(attempt, intervalMs);
  timer.unref();
  return async () => {
    closed = true;
    clearInterval(timer);
    await store.db.deleteFrom('instances').where('instance_id', '=', instance.id).execute().catch(() => undefined);
  };
}
