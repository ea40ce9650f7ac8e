// Adds the sums of a batch to the tables that keep them. Each table has one statement, whatever the number of rows: they travel as one text of
// JSON, so that every database keeps few statements prepared and nothing is compiled for a batch.
import { activitySums, type Activity, type BatchSums, type SpendById } from './sums.ts';
import { plainQuery } from '../../store/plain-query.ts';
import { qualified } from '../../store/create-statements.ts';
import { tables, type Schema } from '../../store/schema.ts';
import type { Kysely } from 'kysely';
import type { StoreDialect } from '../../store/store.ts';

/** A row's values in the order of the statement's columns. */
type Values = readonly (string | number)[];
/** A column of the rows: its name and whether it is a number. */
type Column = readonly [name: string, kind: 'text' | 'integer'];

const dimensions = [...(tables['daily_activity']?.primaryKey ?? [])] as (keyof Activity)[];
const charged = ['scope', 'scope_id', 'budget_name', 'window_started_at_ms'] as const;

/** Adds all of them. Rows come sorted by what identifies them: whoever writes in one order does not deadlock. */
export async function writeSums(transaction: Kysely<Schema>, dialect: StoreDialect, sums: BatchSums, nowMs: number): Promise<void> {
  const run = async (text: (dialect: StoreDialect) => string, rows: readonly Values[]): Promise<void> => {
    if (rows.length > 0) await transaction.executeQuery(plainQuery(text(dialect), [JSON.stringify(rows)]));
  };
  await run(activityText, sums.activity.map((row) => valuesOf(row, [...dimensions, ...activitySums])));
  await run(tagActivityText, sums.tagActivity.map((row) => [row.tag, ...valuesOf(row, [...dimensions, ...activitySums])]));
  await run(chargesText, sums.charges.map((row) => [row.scope, row.scope_id, row.budget_name ?? '', row.window_started_at_ms, row.spend_nano_usd ?? 0, nowMs]));
  // Who spent nothing has nothing to add, but a key was used all the same.
  await run(keysText, sums.keys.map(([id, spend]) => [id, spend, sums.lastActiveMs]));
  await run(usersText, spenders(sums.users));
  await run(teamsText, spenders(sums.teams));
  await run(organizationsText, spenders(sums.organizations));
  await run(projectsText, spenders(sums.projects));
  await run(tagsText, spenders(sums.tags));
  await run(teamMembersText, spenders(sums.teamMembers));
  await run(organizationMembersText, spenders(sums.organizationMembers));
  await run(endUsersText, sums.endUsers.map(([id, spend]) => [id, spend, spend, nowMs, nowMs]));
}

const valuesOf = (row: Activity, names: readonly (keyof Activity)[]): Values => names.map((name) => row[name]);
const spenders = (rows: SpendById | BatchSums['teamMembers']): readonly Values[] => rows.filter((row) => row.at(-1) !== 0);

const texts = (names: readonly string[]): Column[] => names.map((name) => [name, 'text']);
const integers = (names: readonly string[]): Column[] => names.map((name) => [name, 'integer']);
const namesOf = (columns: readonly Column[]): string => columns.map(([name]) => `"${name}"`).join(', ');

/** Rows from the one parameter, as `rows(names…)`. */
function rowsFrom(columns: readonly Column[], dialect: StoreDialect): string {
  const taken = dialect === 'sqlite'
    ? `select ${columns.map((_column, index) => `value ->> ${index}`).join(', ')} from json_each(?)`
    : `select ${columns.map(([, kind], index) => (kind === 'integer' ? `(value ->> ${index})::bigint` : `value ->> ${index}`)).join(', ')} from json_array_elements($1::text::json) as given(value)`;
  return `with spending(${namesOf(columns)}) as (${taken})`;
}

/** Makes a text once for each database. */
function textOf(make: (dialect: StoreDialect) => string): (dialect: StoreDialect) => string {
  const made = new Map<StoreDialect, string>();
  return (dialect) => {
    let text = made.get(dialect);
    if (text === undefined) made.set(dialect, (text = make(dialect)));
    return text;
  };
}

/** Inserts rows, or adds to those that are there. `taken`: columns that are taken as they come instead. */
const upsertText = (table: string, key: readonly Column[], added: readonly string[], taken: readonly string[] = [], first: readonly string[] = []): ((dialect: StoreDialect) => string) => textOf((dialect) => {
  const columns = [...key, ...integers([...added, ...first, ...taken])];
  const changes = [...added.map((name) => `"${name}" = "${table}"."${name}" + excluded."${name}"`), ...taken.map((name) => `"${name}" = excluded."${name}"`)];
  // Without its condition SQLite would take `on conflict` for a join's.
  return `${rowsFrom(columns, dialect)} insert into ${qualified(table, dialect)} (${namesOf(columns)}) select ${namesOf(columns)} from spending where true on conflict (${namesOf(key)}) do update set ${changes.join(', ')}`;
});

/** Adds spending to rows that are there; others (the master key, what was deleted meanwhile) are left out. Locks are taken in the order of the ids. */
const addText = (table: string, key: readonly string[], active = false): ((dialect: StoreDialect) => string) => textOf((dialect) => {
  const columns = [...texts(key), ...integers(active ? ['spent', 'last_active_at_ms'] : ['spent'])];
  const name = qualified(table, dialect);
  const held = key.map((column) => `held.${column}`).join(', ');
  const locked = dialect === 'postgres' ? `, locked as (select ${held} from ${name} as held where (${held}) in (select ${key.join(', ')} from spending) order by ${held} for update)` : '';
  const alsoLocked = dialect === 'postgres' ? ` join locked using (${key.join(', ')})` : '';
  const matches = key.map((column) => `paying.${column} = summed.${column}`).join(' and ');
  return `${rowsFrom(columns, dialect)}${locked} update ${name} as paying set spend_nano_usd = paying.spend_nano_usd + summed.spent, total_spend_nano_usd = paying.total_spend_nano_usd + summed.spent${active ? ', last_active_at_ms = summed.last_active_at_ms' : ''} from (select spending.* from spending${alsoLocked}) as summed where ${matches}`;
});

const activityText = upsertText('daily_activity', texts(dimensions), activitySums);
const tagActivityText = upsertText('daily_tag_activity', texts(['tag', ...dimensions]), activitySums);
const chargesText = upsertText('budget_spend', [...texts(charged.slice(0, 3)), ...integers(charged.slice(3))], ['spend_nano_usd'], ['updated_at_ms']);
const endUsersText = upsertText('end_users', texts(['end_user_id']), ['spend_nano_usd', 'total_spend_nano_usd'], [], ['created_at_ms', 'updated_at_ms']);
const keysText = addText('virtual_keys', ['key_hash'], true);
const usersText = addText('users', ['user_id']);
const teamsText = addText('teams', ['team_id']);
const organizationsText = addText('organizations', ['organization_id']);
const projectsText = addText('projects', ['project_id']);
const tagsText = addText('tags', ['tag_name']);
const teamMembersText = addText('team_members', ['team_id', 'user_id']);
const organizationMembersText = addText('organization_members', ['organization_id', 'user_id']);
