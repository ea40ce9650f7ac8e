// Virtual keys for tests, written into the store as they are kept there: by their SHA-256.
import type { NewRow } from '../../src/store/schema.ts';
import type { Store } from '../../src/store/store.ts';

const times = { created_at_ms: 1, updated_at_ms: 1 };

/** Makes a key and gives its text. `more` are columns of its row. */
export async function storeKey(store: Store, name: string, more: Partial<NewRow<'virtual_keys'>> = {}): Promise<string> {
  const key = `sk-${name}-0123456789abcdef`;
  await store.db.insertInto('virtual_keys').values({ key_hash: hashOf(key), key_name: `sk-...${name.slice(-4)}`, ...times, ...more }).execute();
  return key;
}

/** The SHA-256 of a key in hex. */
export const hashOf = (key: string): string => new Bun.CryptoHasher('sha256').update(key).digest('hex');

/** Makes a budget and gives its id. */
export async function storeBudget(store: Store, id: string, more: Partial<NewRow<'budgets'>>): Promise<string> {
  await store.db.insertInto('budgets').values({ budget_id: id, ...times, ...more }).execute();
  return id;
}
