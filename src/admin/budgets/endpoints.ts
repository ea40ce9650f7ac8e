// The handlers of `/budget/*`.
import { answer, endpointsOf, refuse, withBody, type AdminCall, type Endpoints } from '../endpoint.ts';
import { budgetDeleteFields, budgetFieldNotes, budgetFields, budgetsFields } from './fields.ts';
import { budgetMembers, type BudgetRecord } from '../../access/records/things.ts';
import { commit } from '../commit.ts';
import { detailError } from '../forms.ts';
import { fail, fault } from '../../canonical/fault.ts';
import { findBudgets } from '../../access/material.ts';
import { putBudget, shown, type BudgetSettings } from './write.ts';
import { readRecord } from '../../access/records/record.ts';
import type { JsonObject } from '../../lib/json.ts';

/** A budget as LiteLLM's rows are shown. */
function view(budget: BudgetRecord): JsonObject {
  const { model_max_budget: models } = budget;
  return {
    ...budget, model_max_budget: Object.keys(models).length > 0 ? models : null,
    organization: null, projects: null, keys: null, end_users: null, tags: null, model_access_groups: null, team_membership: null, organization_membership: null,
  };
}

const settingsOf = (values: JsonObject, given: ReadonlySet<string>): BudgetSettings =>
  Object.fromEntries(Object.entries(values).filter(([name]) => given.has(name)).map(([name, value]) => [name, value ?? (name === 'model_max_budget' ? {} : name === 'allowed_models' ? [] : null)])) as BudgetSettings;

const newBudget = withBody(budgetFields, (call, values, given) => commit(call, async (db, note) => {
  if (values.budget_id !== null && (await findBudgets(db, [values.budget_id])).size > 0) return fail(fault('managed_invalid', `Budget already exists in db. budget_id=${values.budget_id.slice(0, 100)}`));
  const made = await putBudget(db, call, values.budget_id, settingsOf(values, given), note);
  return made.ok ? answer(view(made.value)) : made;
}));

const updateBudget = withBody(budgetFields, (call, values, given) => {
  const { budget_id: id } = values;
  if (id === null) return refuse('managed_invalid', 'budget_id is required');
  return commit(call, async (db, note) => {
    if ((await findBudgets(db, [id])).size === 0) return fail(missing(id));
    const changed = await putBudget(db, call, id, settingsOf(values, given), note);
    return changed.ok ? answer(view(changed.value)) : changed;
  });
});

const missing = (id: string) => fault('managed_missing', `Budget not found. budget_id=${id.slice(0, 100)}`);

const budgetInfo = withBody(budgetsFields, async ({ services }, { budgets }) => {
  if (budgets.length === 0) return refuse('managed_invalid', "Specify list of budget id's to query. Passed in=[]");
  return answer([...(await findBudgets(services.store.db, budgets)).values()].map(view));
});

async function listBudgets({ services }: AdminCall) {
  const rows = await services.store.db.selectFrom('budgets').selectAll().orderBy('created_at_ms', 'desc').limit(1_000).execute();
  return answer(rows.map((row) => view(readRecord(budgetMembers, row))));
}

async function pageOfBudgets({ services }: AdminCall) {
  const rows = await services.store.db.selectFrom('budgets').selectAll().orderBy('created_at_ms', 'desc').limit(1_000).execute();
  return answer({ data: rows.map((row) => view(readRecord(budgetMembers, row))) });
}

async function budgetSettingsInfo({ services, query }: AdminCall) {
  const id = query.get('budget_id') ?? '';
  const budget = (await findBudgets(services.store.db, [id])).get(id);
  if (!budget) return fail(missing(id));
  const values = shown(budget);
  return answer(budgetFieldNotes.map(({ name, type, description }) => ({
    field_name: name, field_type: type, field_description: description, field_value: values[name] ?? null, stored_in_db: values[name] !== null, field_default_value: null, premium_field: false,
    nested_fields: null, source: 'db', editable: true,
  })));
}

const deleteBudget = withBody(budgetDeleteFields, (call, { id }) => commit(call, async (db, note) => {
  const budget = (await findBudgets(db, [id])).get(id);
  if (!budget) return fail(missing(id));
  await db.deleteFrom('budgets').where('budget_id', '=', id).execute();
  note({ kind: 'budget', id, action: 'deleted', before: shown(budget) });
  return answer(view(budget));
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
