// Asks the database now and then whether it is there, and tells when that changes.
import { databaseWatchMs } from '../lib/bounds.ts';
import type { EventBus } from './events.ts';
import type { Store } from '../store/store.ts';

/** Watches until the function that is given back is called. */
export function watchDatabase(store: Pick<Store, 'healthy'>, events: EventBus, everyMs = databaseWatchMs): () => void {
  let there = true;
  const look = async (): Promise<void> => {
    const now = await store.healthy();
    if (now !== there) events.emit({ type: 'database', state: now ? 'back' : 'lost' });
    there = now;
  };
  const timer = setInterval(() => void look(), everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
