// The limits of end users and tags that the database knows, remembered like keys. While the database is away, those that were seen go on
// being limited and others pass: whom a request names is no permission.
import { budgetLimits } from './scopes.ts';
import { budgetMembers, tagMembers, type BudgetRecord } from './records/things.ts';
import { endUserMembers } from './records/people.ts';
import { fail, ok, type Result } from '../canonical/fault.ts';
import { keyRefreshMs, lookupTimeoutMs, maxRememberedKeys } from '../lib/bounds.ts';
import { limitScope, limitsNothing, type LimitScope } from '../limits/scope.ts';
import { modelAccess, modelLayer } from './model-access.ts';
import { Lookup, type Looked } from './lookup.ts';
import { readRecord } from './records/record.ts';
import type { Changes } from './changes.ts';
import type { Kysely } from 'kysely';
import type { Schema } from '../store/schema.ts';
import { endUserBlocked } from '../limits/refusal.ts';
import type { EndUserRules, ScopeSource } from '../limits/scope-source.ts';
import type { Store } from '../store/store.ts';

// Most names that requests bring have no row; asking again for each request would be a query for each request.
const missingMs = 30_000;

interface EndUser extends EndUserRules {
  blocked: boolean;
}

/** The source over a database. `defaultBudgetId`: the budget of end users that have none of their own (`max_end_user_budget_id`). `onlyKnown`: end users whom nobody made count as nobody. */
export function storedScopes({ db }: Store, changes: Changes, defaultBudgetId: string | null, refreshMs = keyRefreshMs, onlyKnown = false): ScopeSource {
  const options = { nowMs: Date.now, capacity: maxRememberedKeys, refreshMs, missingMs, timeoutMs: lookupTimeoutMs };
  const endUsers = new Lookup<EndUser>({ ...options, load: (id) => loadEndUser(db, id, defaultBudgetId) });
  const tags = new Lookup<{ scope: LimitScope | null }>({ ...options, load: (name) => loadTag(db, name) });
  const people = onlyKnown && defaultBudgetId === null ? new Lookup<true>({ ...options, load: (id) => loadPerson(db, id) }) : null;
  changes.subscribe(({ kind, id }) => {
    // A user may be named by an address, too.
    if (kind === 'user') people?.forgetWhere(() => true);
    if (kind === 'end_user') people?.forget(id);
    if (kind === 'end_user') endUsers.forget(id);
    if (kind === 'tag') tags.forget(id);
    if (kind !== 'budget') return;
    endUsers.forgetWhere(() => true);
    tags.forgetWhere(() => true);
  });
  return {
    knows: people && ((id) => {
      const found = people.get(id);
      // While the database is away nobody is taken for a stranger.
      return found instanceof Promise ? found.then(({ kind }) => kind !== 'none') : found.kind !== 'none';
    }),
    endUser(id) {
      const found = endUsers.get(id);
      return found instanceof Promise ? found.then((looked) => judged(id, looked)) : judged(id, found);
    },
    tag(name) {
      const found = tags.get(name);
      const scope = (looked: Looked<{ scope: LimitScope | null }>): LimitScope | null => (looked.kind === 'found' ? looked.value.scope : null);
      return found instanceof Promise ? found.then(scope) : scope(found);
    },
  };
}

function judged(id: string, looked: Looked<EndUser>): Result<EndUserRules | null> {
  if (looked.kind !== 'found') return ok(null);
  return looked.value.blocked ? fail(endUserBlocked(id)) : ok(looked.value);
}

async function loadEndUser(db: Kysely<Schema>, id: string, defaultBudgetId: string | null): Promise<EndUser | null> {
  const row = await db.selectFrom('end_users').selectAll().where('end_user_id', '=', id).executeTakeFirst();
  const record = row && readRecord(endUserMembers, row);
  const budgetId = record?.budget_id ?? defaultBudgetId;
  const budget = budgetId === null ? null : await loadBudget(db, budgetId);
  if (!record && !budget) return null;
  const scope = budget && limitScope('end_user', id, id, { ...budgetLimits(budget, record?.spend ?? 0), budgetResetAtMs: row?.budget_reset_at_ms ?? timeMs(budget.budget_reset_at) });
  return {
    blocked: record?.blocked ?? false, scope: scope && !limitsNothing(scope) ? scope : null, models: modelAccess([record ? modelLayer('end_user', record.models) : null]),
    region: record?.allowed_model_region ?? null, defaultModel: record?.default_model ?? null,
  };
}

async function loadPerson(db: Kysely<Schema>, id: string): Promise<true | null> {
  if (await db.selectFrom('end_users').select('end_user_id').where('end_user_id', '=', id).executeTakeFirst()) return true;
  const user = await db.selectFrom('users').select('user_id').where((either) => either.or([either('user_id', '=', id), either(either.fn<string>('lower', ['user_email']), '=', id.toLowerCase())])).executeTakeFirst();
  return user ? true : null;
}

async function loadTag(db: Kysely<Schema>, name: string): Promise<{ scope: LimitScope | null } | null> {
  const row = await db.selectFrom('tags').selectAll().where('tag_name', '=', name).executeTakeFirst();
  if (!row) return null;
  const record = readRecord(tagMembers, row);
  const budget = record.budget_id === null ? null : await loadBudget(db, record.budget_id);
  if (!budget) return { scope: null };
  const scope = limitScope('tag', name, name, { ...budgetLimits(budget, record.spend), budgetResetAtMs: row.budget_reset_at_ms ?? timeMs(budget.budget_reset_at) });
  return { scope: limitsNothing(scope) ? null : scope };
}

const timeMs = (time: string | null): number | null => (time === null ? null : Date.parse(time));

async function loadBudget(db: Kysely<Schema>, id: string): Promise<BudgetRecord | null> {
  const row = await db.selectFrom('budgets').selectAll().where('budget_id', '=', id).executeTakeFirst();
  return row ? readRecord(budgetMembers, row) : null;
}
