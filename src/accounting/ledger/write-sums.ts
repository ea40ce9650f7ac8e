// Adds the sums of a batch to the tables that keep them. Each table has one statement, whatever the number of rows: they travel as one text of
// JSON, so that every database keeps few statements prepared and nothing is compiled for a batch.
import { allOf } from '../../lib/all-of.ts';
import { activitySums, type Activity, type BatchSums, type SpendById } from './sums.ts';
import { plainQuery } from '../../store/plain-query.ts';
import { qualified } from '../../store/create-statements.ts';
import { tables, type Schema } from '../../store/schema.ts';
import type { Kysely } from 'kysely';
import type { StoreDialect } from '../../store/store.ts';

/** A column of the rows: its name and whether it is a number. */
type Column = readonly [name: string, kind: 'text' | 'integer'];

const dimensions = [...(tables['daily_activity']?.primaryKey ?? [])] as (keyof Activity)[];
const charged = ['scope', 'scope_id', 'budget_name', 'window_started_at_ms'] as const;

/** Adds all of them. Rows come sorted by what identifies them: whoever writes in one order does not deadlock. */
export async function writeSums(transaction: Kysely<Schema>, dialect: StoreDialect, sums: BatchSums, nowMs: number): Promise<void> {
  const statements: [(dialect: StoreDialect) => string, readonly object[]][] = [
    [activityText, sums.activity], [tagActivityText, sums.tagActivity], [chargesText, sums.charges],
    // Who spent nothing has nothing to add, but a key was used all the same.
    [keysText, sums.keys.map(([id, spent]) => ({ key_hash: id, spent, last_active_at_ms: sums.lastActiveMs }))],
    [usersText, spenders('user_id', sums.users)], [teamsText, spenders('team_id', sums.teams)], [organizationsText, spenders('organization_id', sums.organizations)],
    [projectsText, spenders('project_id', sums.projects)], [tagsText, spenders('tag_name', sums.tags)],
    [teamMembersText, members('team_id', sums.teamMembers)], [organizationMembersText, members('organization_id', sums.organizationMembers)],
    [endUsersText, sums.endUsers.map(([id, spend]) => ({ end_user_id: id, spend_nano_usd: spend, total_spend_nano_usd: spend, created_at_ms: nowMs, updated_at_ms: nowMs }))],
  ];
  // They go out in this order without waiting for one another: each wait would be a way to the database and back.
  await allOf(statements.filter(([, rows]) => rows.length > 0).map(([text, rows]) => transaction.executeQuery(plainQuery(text(dialect), [JSON.stringify(rows)]))));
}

const spenders = (name: string, rows: SpendById): object[] => rows.filter(([, spent]) => spent !== 0).map(([id, spent]) => ({ [name]: id, spent }));
const members = (group: string, rows: BatchSums['teamMembers']): object[] => rows.filter(([, , spent]) => spent !== 0).map(([id, user, spent]) => ({ [group]: id, user_id: user, spent }));

const texts = (names: readonly string[]): Column[] => names.map((name) => [name, 'text']);
const integers = (names: readonly string[]): Column[] => names.map((name) => [name, 'integer']);
const namesOf = (columns: readonly Column[]): string => columns.map(([name]) => `"${name}"`).join(', ');

/** Rows from the one parameter, as `spending`. */
function rowsFrom(columns: readonly Column[], dialect: StoreDialect): string {
  const taken = dialect === 'sqlite'
    ? `select ${columns.map(([name]) => `value ->> '${name}'`).join(', ')} from json_each(?)`
    : `select * from json_to_recordset($1::text::json) as given(${columns.map(([name, kind]) => `"${name}" ${kind === 'integer' ? 'bigint' : 'text'}`).join(', ')})`;
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
