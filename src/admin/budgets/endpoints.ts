// The handlers of `/budget/*`.
import { answer, endpointsOf, refuse, withBody, type AdminCall, type Endpoints } from '../endpoint.ts';
import { budgetDeleteFields, budgetFieldNotes, budgetFields, budgetsFields } from './fields.ts';
import { budgetMembers } from '../../access/records/things.ts';
import { commit } from '../commit.ts';
import { detailError } from '../forms.ts';
import { fail, fault } from '../../canonical/fault.ts';
import { findBudgets } from '../../access/material.ts';
import { putBudget, shown, wholeBudget, type BudgetSettings } from './write.ts';
import { pageOf, pagesOf } from '../paging.ts';
import { readRecord } from '../../access/records/record.ts';
import type { JsonObject } from '../../lib/json.ts';

const settingsOf = (values: JsonObject, given: ReadonlySet<string>): BudgetSettings =>
  Object.fromEntries(Object.entries(values).filter(([name]) => given.has(name)).map(([name, value]) => [name, value ?? (name === 'model_max_budget' ? {} : name === 'allowed_models' ? [] : null)])) as BudgetSettings;

const newBudget = withBody(budgetFields, (call, values, given) => commit(call, async (db, note) => {
  if (values.budget_id !== null && (await findBudgets(db, [values.budget_id])).size > 0) return fail(fault('managed_invalid', `Budget already exists in db. budget_id=${values.budget_id.slice(0, 100)}`));
  const made = await putBudget(db, call, values.budget_id, settingsOf(values, given), note);
  return made.ok ? answer(wholeBudget(made.value)) : made;
}));

const updateBudget = withBody(budgetFields, (call, values, given) => {
  const { budget_id: id } = values;
  if (id === null) return refuse('managed_invalid', 'budget_id is required');
  return commit(call, async (db, note) => {
    if ((await findBudgets(db, [id])).size === 0) return fail(missing(id));
    const changed = await putBudget(db, call, id, settingsOf(values, given), note);
    return changed.ok ? answer(wholeBudget(changed.value)) : changed;
  });
});

const missing = (id: string) => fault('managed_missing', `Budget not found. budget_id=${id.slice(0, 100)}`);

const budgetInfo = withBody(budgetsFields, async ({ services }, { budgets }) => {
  if (budgets.length === 0) return refuse('managed_invalid', "Specify list of budget id's to query. Passed in=[]");
  return answer([...(await findBudgets(services.store.db, budgets)).values()].map(wholeBudget));
});

async function listBudgets({ services }: AdminCall) {
  const rows = await services.store.db.selectFrom('budgets').selectAll().orderBy('created_at_ms', 'desc').limit(1_000).execute();
  return answer(rows.map((row) => wholeBudget(readRecord(budgetMembers, row))));
}

async function pageOfBudgets({ services: { store }, query, path }: AdminCall) {
  const page = pageOf(query, 'page_size', 50);
  const counted = await store.db.selectFrom('budgets').select((rows) => rows.fn.countAll<number>().as('count')).executeTakeFirst();
  const rows = await store.db.selectFrom('budgets').selectAll().orderBy('created_at_ms', 'desc').orderBy('budget_id').limit(page.size).offset(page.offset).execute();
  const total = Number(counted?.count ?? 0);
  const pages = pagesOf(total, page);
  const link = (to: number): string | null => (to >= 1 && to <= Math.max(pages, 1) ? `${path}?page=${to}${query.has('page_size') ? `&page_size=${page.size}` : ''}` : null);
  return answer({
    data: rows.map((row) => wholeBudget(readRecord(budgetMembers, row))), meta: { total_count: total, page: page.page, page_size: page.size, total_pages: pages },
    links: { self: link(page.page), first: link(1), prev: link(page.page - 1), next: link(page.page + 1), last: link(Math.max(pages, 1)) },
  });
}

async function budgetSettingsInfo({ services, query }: AdminCall) {
  const id = query.get('budget_id') ?? '';
  const budget = (await findBudgets(services.store.db, [id])).get(id);
  if (!budget) return fail(missing(id));
  const values = shown(budget);
  return answer(budgetFieldNotes.map(({ name, type, description }) => ({
    field_name: name, field_type: type, field_description: description, field_value: values[name] ?? null, stored_in_db: values[name] !== null, field_default_value: null, premium_field: false,
    nested_fields: null, field_options: null, field_tab: null, source: 'unset', editable: true,
  })));
}

const deleteBudget = withBody(budgetDeleteFields, (call, { id }) => commit(call, async (db, note) => {
  const budget = (await findBudgets(db, [id])).get(id);
  if (!budget) return fail(missing(id));
  await db.deleteFrom('budgets').where('budget_id', '=', id).execute();
  note({ kind: 'budget', id, action: 'deleted', before: shown(budget) });
  return answer(wholeBudget(budget));
}));

export const budgetEndpoints: Endpoints = endpointsOf(detailError, {
  'POST /budget/new': newBudget,
  'POST /budget/update': updateBudget,
  'POST /budget/info': budgetInfo,
  'GET /budget/list': listBudgets,
  'GET /management/v1/budgets': pageOfBudgets,
  'GET /budget/settings': budgetSettingsInfo,
  'POST /budget/delete': deleteBudget,
});
