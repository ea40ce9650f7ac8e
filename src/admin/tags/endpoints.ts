// The handlers of `/tag/*`: tags of requests, with the models and budgets that go with them.
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { budgetSettings } from '../budgets/fields.ts';
import { commit, type Note } from '../commit.ts';
import { detail } from '../forms.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findBudgets } from '../../access/material.ts';
import { innerBudget, putBudget, wholeBudget, type BudgetSettings } from '../budgets/write.ts';
import { map, required, text, texts } from '../body/field.ts';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import { tagMembers, type BudgetRecord, type TagRecord } from '../../access/records/things.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';

const tagFields = { name: required(text), description: text, models: texts, model_info: map, budget_id: text, ...budgetSettings } as const;
const budgetNames = Object.keys(budgetSettings) as (keyof typeof budgetSettings)[];

const view = (tag: TagRecord, budget: BudgetRecord | null): JsonObject => ({ ...tag, litellm_budget_table: innerBudget(budget) });

async function find(db: Database, name: string): Promise<TagRecord | null> {
  const row = await db.selectFrom('tags').selectAll().where('tag_name', '=', name).executeTakeFirst();
  return row ? readRecord(tagMembers, row) : null;
}

async function views(db: Database, tags: readonly TagRecord[]): Promise<JsonObject[]> {
  const budgets = await findBudgets(db, tags.map((tag) => tag.budget_id).filter((id) => id !== null));
  return tags.map((tag) => view(tag, tag.budget_id === null ? null : budgets.get(tag.budget_id) ?? null));
}

const missing = (name: string) => fault('managed_missing', `Tag ${name.slice(0, 100)} not found`);

const put = (adding: boolean) => withBody(tagFields, (call, values, given) => commit(call, async (db, note): Promise<AdminAnswer> => {
  const before = await find(db, values.name);
  if (adding && before) return refuse('managed_invalid', `Tag ${values.name.slice(0, 100)} already exists`);
  if (!adding && !before) return fail(missing(values.name));
  const settings = Object.fromEntries(budgetNames.filter((name) => given.has(name)).map((name) => [name, values[name] ?? (name === 'model_max_budget' ? {} : null)])) as BudgetSettings;
  const budget = await budgetFor(db, call, values.budget_id, before?.budget_id ?? null, settings, note);
  if (!budget.ok) return budget;
  const changes = {
    ...(given.has('description') && { description: values.description }), ...(given.has('models') && { models: values.models ?? [] }), ...(given.has('model_info') && { model_info: values.model_info ?? {} }),
    ...(budget.value !== null && { budget_id: budget.value }),
  };
  const row = before ? await db.selectFrom('tags').selectAll().where('tag_name', '=', values.name).executeTakeFirstOrThrow() : null;
  const atMs = call.services.nowMs();
  const cells = writeRecord(tagMembers, changes, row);
  if (row) await db.updateTable('tags').set({ ...cells, updated_at_ms: atMs, updated_by: call.caller.userId }).where('tag_name', '=', values.name).execute();
  else await db.insertInto('tags').values({ tag_name: values.name, created_at_ms: atMs, updated_at_ms: atMs, created_by: call.caller.userId, ...cells }).execute();
  note({ kind: 'tag', id: values.name, action: before ? 'updated' : 'created', before: before ? { ...before } : null, after: changes });
  const written = await find(db, values.name);
  const [shown] = written ? await views(db, [written]) : [];
  return answer({ message: `Tag ${values.name} ${adding ? 'created' : 'updated'} successfully`, tag: shown });
}));

async function budgetFor(db: Database, call: AdminCall, named: string | null, own: string | null, settings: BudgetSettings, note: (note: Note) => void): Promise<Result<string | null>> {
  if (Object.keys(settings).length === 0) return ok(named);
  const made = await putBudget(db, call, named ?? own, settings, note);
  return made.ok ? ok(made.value.budget_id) : made;
}

const tagInfo = withBody({ names: required(texts) }, async ({ services }, { names }) => {
  const rows = names.length === 0 ? [] : await services.store.db.selectFrom('tags').selectAll().where('tag_name', 'in', names).execute();
  const tags = rows.map((row) => readRecord(tagMembers, row));
  const unknown = names.find((name) => !tags.some((tag) => tag.name === name));
  if (unknown !== undefined) return fail(missing(unknown));
  const budgets = await findBudgets(services.store.db, tags.flatMap((tag) => (tag.budget_id === null ? [] : [tag.budget_id])));
  return answer(Object.fromEntries(tags.map((tag) => {
    const budget = budgets.get(tag.budget_id ?? '');
    return [tag.name, { ...tag, litellm_budget_table: budget ? wholeBudget(budget) : null }];
  })));
});

async function listTags({ services }: AdminCall): Promise<AdminAnswer> {
  const rows = await services.store.db.selectFrom('tags').selectAll().orderBy('created_at_ms', 'desc').limit(1_000).execute();
  return answer(await views(services.store.db, rows.map((row) => readRecord(tagMembers, row))));
}

const deleteTag = withBody({ name: required(text) }, (call, { name }) => commit(call, async (db, note): Promise<AdminAnswer> => {
  const before = await find(db, name);
  if (!before) return fail(missing(name));
  await db.deleteFrom('tags').where('tag_name', '=', name).execute();
  note({ kind: 'tag', id: name, action: 'deleted', before: { ...before } });
  return answer({ message: `Tag ${name} deleted successfully` });
}));

export const tagEndpoints: Endpoints = endpointsOf(detail, {
  'POST /tag/new': put(true), 'POST /tag/update': put(false), 'POST /tag/info': tagInfo, 'GET /tag/list': listTags, 'POST /tag/delete': deleteTag,
});
