// Names to show beside ids in reports.
import type { Store } from '../../store/store.ts';

/** What is known of a key. */
export interface KeyName {
  alias: string | null;
  name: string | null;
  teamId: string | null;
  userId: string | null;
}

// More ids than this at once are asked for in parts: SQLite binds at most 32,766 values.
const idsAtOnce = 5_000;

async function inParts<T>(ids: Iterable<string>, load: (part: string[]) => Promise<readonly T[]>): Promise<T[]> {
  const all = [...new Set(ids)];
  const rows: T[] = [];
  for (let from = 0; from < all.length; from += idsAtOnce) rows.push(...await load(all.slice(from, from + idsAtOnce)));
  return rows;
}

/** Keys by their hash; those that were deleted are missing. */
export async function keyNames({ db }: Store, hashes: Iterable<string>): Promise<ReadonlyMap<string, KeyName>> {
  const rows = await inParts(hashes, async (part) => await db.selectFrom('virtual_keys').select(['key_hash', 'key_alias', 'key_name', 'team_id', 'user_id']).where('key_hash', 'in', part).execute());
  return new Map(rows.map((row) => [row.key_hash, { alias: row.key_alias, name: row.key_name, teamId: row.team_id, userId: row.user_id }]));
}

/** Aliases of teams by their id. */
export async function teamNames({ db }: Store, ids: Iterable<string>): Promise<ReadonlyMap<string, string | null>> {
  const rows = await inParts(ids, async (part) => await db.selectFrom('teams').select(['team_id', 'team_alias']).where('team_id', 'in', part).execute());
  return new Map(rows.map((row) => [row.team_id, row.team_alias]));
}

/** Aliases of organizations by their id. */
export async function organizationNames({ db }: Store, ids: Iterable<string>): Promise<ReadonlyMap<string, string | null>> {
  const rows = await inParts(ids, async (part) => await db.selectFrom('organizations').select(['organization_id', 'organization_alias']).where('organization_id', 'in', part).execute());
  return new Map(rows.map((row) => [row.organization_id, row.organization_alias]));
}

/** Addresses of users by their id. */
export async function userNames({ db }: Store, ids: Iterable<string>): Promise<ReadonlyMap<string, string | null>> {
  const rows = await inParts(ids, async (part) => await db.selectFrom('users').select(['user_id', 'user_email']).where('user_id', 'in', part).execute());
  return new Map(rows.map((row) => [row.user_id, row.user_email]));
}
