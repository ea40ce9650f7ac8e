// The handlers of `/customer/*` and its older name `/end_user/*`: whom requests name as `user`.
import { answer, endpointsOf, refuseAs, unfit, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { boolean, choice, map, number, required, text, texts, withDefault } from '../body/field.ts';
import { budgetSettings } from '../budgets/fields.ts';
import { commit } from '../commit.ts';
import { detailError, usual } from '../forms.ts';
import { endUserMembers, type EndUserRecord } from '../../access/records/people.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findBudgets } from '../../access/material.ts';
import { innerBudget, putBudget, type BudgetSettings } from '../budgets/write.ts';
import { objectPermissionOf, putObjectPermission } from '../object-permissions.ts';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import type { BudgetRecord } from '../../access/records/things.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Note } from '../commit.ts';

const customerFields = {
  user_id: required(text), alias: text, blocked: withDefault(boolean, false), budget_id: text, spend: number, allowed_model_region: choice('eu', 'us'), default_model: text, models: texts,
  object_permission: map, ...budgetSettings,
} as const;
const idsFields = { user_ids: required(texts) } as const;
const mostAtOnce = 1_000;
const tooMany = (ids: readonly string[]): AdminAnswer | null => (ids.length > mostAtOnce ? refuseAs(detailError, 'managed_invalid', `Maximum ${mostAtOnce} customers can be named at once. Found ${ids.length}.`) : null);
const budgetNames = Object.keys(budgetSettings) as (keyof typeof budgetSettings)[];

function view({ object_permission_id, ...customer }: EndUserRecord, budget: BudgetRecord | null, permission: JsonObject | null = null): JsonObject {
  return { ...customer, litellm_budget_table: innerBudget(budget), object_permission_id, object_permission: permission };
}

async function find(db: Database, id: string): Promise<EndUserRecord | null> {
  const row = await db.selectFrom('end_users').selectAll().where('end_user_id', '=', id).executeTakeFirst();
  return row ? readRecord(endUserMembers, row) : null;
}

async function shown(db: Database, customer: EndUserRecord): Promise<JsonObject> {
  const budget = customer.budget_id === null ? null : (await findBudgets(db, [customer.budget_id])).get(customer.budget_id) ?? null;
  return view(customer, budget, await objectPermissionOf(db, customer.object_permission_id));
}

type Values = { [K in keyof typeof customerFields]: unknown } & { user_id: string; budget_id: string | null };

async function put(db: Database, call: AdminCall, values: Values, given: ReadonlySet<string>, before: EndUserRecord | null, note: (note: Note) => void): Promise<Result<EndUserRecord>> {
  const settings = Object.fromEntries(budgetNames.filter((name) => given.has(name)).map((name) => [name, values[name] ?? (name === 'model_max_budget' ? {} : null)])) as BudgetSettings;
  let budgetId = values.budget_id;
  if (budgetId !== null && budgetId !== before?.budget_id && (await findBudgets(db, [budgetId])).size === 0) return fail(fault('managed_invalid', `Budget not found. budget_id=${budgetId.slice(0, 100)}`));
  if (Object.keys(settings).length > 0) {
    const budget = await putBudget(db, call, before?.budget_id ?? null, settings, note);
    if (!budget.ok) return budget;
    budgetId = budget.value.budget_id;
  }
  const changes: JsonObject = {};
  for (const name of ['alias', 'allowed_model_region', 'default_model', 'models', 'blocked', 'spend'] as const) if (given.has(name)) changes[name] = values[name] as string;
  if (changes['models'] === null) changes['models'] = [];
  const permission = await putObjectPermission(db, given.has('object_permission') ? (values.object_permission ?? null) as JsonObject | null : undefined, before?.object_permission_id ?? null);
  if (!permission.ok) return permission;
  if (permission.value !== undefined) changes['object_permission_id'] = permission.value;
  const cells = writeRecord(endUserMembers, { ...changes, ...(budgetId !== null && { budget_id: budgetId }) }, before ? await db.selectFrom('end_users').selectAll().where('end_user_id', '=', values.user_id).executeTakeFirst() ?? null : null);
  const atMs = call.services.nowMs();
  if (before) await db.updateTable('end_users').set({ ...cells, updated_at_ms: atMs, updated_by: call.caller.userId }).where('end_user_id', '=', values.user_id).execute();
  else await db.insertInto('end_users').values({ end_user_id: values.user_id, created_at_ms: atMs, updated_at_ms: atMs, created_by: call.caller.userId, ...cells }).execute();
  note({ kind: 'end_user', id: values.user_id, action: before ? 'updated' : 'created', before: before ? { ...before } : null, after: changes });
  const written = await find(db, values.user_id);
  return written ? ok(written) : fail(fault('managed_missing', 'Another request deleted this customer at the same time.'));
}

const missing = (id: string, param: string): AdminAnswer => refuseAs(usual, 'managed_missing', `End User Id=${id.slice(0, 100)} does not exist in db`, { type: 'not_found', param });

// A customer refers to a budget, or has one of its own.
const twoBudgets = ({ body }: AdminCall): AdminAnswer | null => {
  const own = budgetNames.find((name) => body[name] != null);
  return own !== undefined && body['budget_id'] != null ? unfit(`Set either '${own}' or 'budget_id', not both.`) : null;
};

const newCustomer = withBody(customerFields, (call, values, given) => twoBudgets(call) ?? commit(call, async (db, note): Promise<AdminAnswer> => {
  if (await find(db, values.user_id)) return refuseAs(usual, 'managed_invalid', `Customer already exists, passed user_id=${values.user_id.slice(0, 100)}. Please pass a new user_id.`, { type: 'bad_request', param: 'user_id' });
  const made = await put(db, call, values, given, null, note);
  return made.ok ? answer(await shown(db, made.value)) : made;
}));

const updateCustomer = withBody(customerFields, (call, values, given) => twoBudgets(call) ?? commit(call, async (db, note): Promise<AdminAnswer> => {
  const before = await find(db, values.user_id);
  if (!before) return missing(values.user_id, 'user_id');
  const changed = await put(db, call, values, given, before, note);
  return changed.ok ? answer(await shown(db, changed.value)) : changed;
}));

// Customers may be blocked before their first request.
const block = (blocked: boolean) => withBody(idsFields, (call, { user_ids: ids }) => tooMany(ids) ?? commit(call, async (db, note): Promise<AdminAnswer> => {
  const customers: JsonObject[] = [];
  for (const id of ids) {
    const before = await find(db, id);
    const written = await put(db, call, { ...empty, user_id: id, blocked }, new Set(['blocked']), before, note);
    if (!written.ok) return written;
    customers.push(await shown(db, written.value));
  }
  return answer(blocked ? { blocked_users: customers } : { blocked_users: [], unblocked_users: customers });
}));

const empty = { ...Object.fromEntries(Object.keys(customerFields).map((name) => [name, null])), budget_id: null } as Values;

const deleteCustomers = withBody(idsFields, (call, { user_ids: ids }) => tooMany(ids) ?? commit(call, async (db, note): Promise<AdminAnswer> => {
  for (const id of ids) {
    const before = await find(db, id);
    if (!before) return refuseAs(usual, 'managed_missing', `End User Id(s)=${id.slice(0, 100)} do not exist in db`, { type: 'not_found', param: 'user_ids' });
    await db.deleteFrom('end_users').where('end_user_id', '=', id).execute();
    note({ kind: 'end_user', id, action: 'deleted', before: { ...before } });
  }
  return answer({ deleted_customers: ids.length, message: `Successfully deleted customers with ids: [${ids.map((id) => `'${id}'`).join(', ')}]` });
}));

async function customerInfo({ services, query }: AdminCall): Promise<AdminAnswer> {
  const id = query.get('end_user_id') ?? '';
  const customer = await find(services.store.db, id);
  return customer ? answer(await shown(services.store.db, customer)) : missing(id, 'end_user_id');
}

const mostCustomers = 1_000;

async function listCustomers({ services }: AdminCall): Promise<AdminAnswer> {
  const { db } = services.store;
  const rows = (await db.selectFrom('end_users').selectAll().orderBy('created_at_ms', 'desc').limit(mostCustomers).execute()).map((row) => readRecord(endUserMembers, row));
  const budgets = await findBudgets(db, rows.map((row) => row.budget_id).filter((id) => id !== null));
  return answer(rows.map((row) => view(row, row.budget_id === null ? null : budgets.get(row.budget_id) ?? null)));
}

const handlers = (name: string): Endpoints => endpointsOf(detailError, {
  [`POST /${name}/new`]: newCustomer, [`POST /${name}/update`]: updateCustomer, [`POST /${name}/delete`]: deleteCustomers, [`POST /${name}/block`]: block(true), [`POST /${name}/unblock`]: block(false),
  [`GET /${name}/info`]: customerInfo, [`GET /${name}/list`]: listCustomers,
});

export const customerEndpoints: Endpoints = { ...handlers('customer'), ...handlers('end_user') };
