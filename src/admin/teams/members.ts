// `POST /team/member_add`, `/team/member_update`, `/team/member_delete` and the bulk routes.
import { answer, refuse, refuseAs, unfit, withBody, type AdminAnswer, type AdminCall, type AdminHandler } from '../endpoint.ts';
import { bulkMemberAddFields, memberAddFields, memberDeleteFields, memberForm, memberListFields, memberOneOf, memberUpdateFields } from './fields.ts';
import { commit, type Note } from '../commit.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findBudgets } from '../../access/material.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { keyOf } from '../keys/view.ts';
import { memberNames, shownTeam } from './change.ts';
import { membershipView, membershipViews } from './view.ts';
import { nanoUsdOf } from '../../lib/money.ts';
import { putBudget, type BudgetSettings } from '../budgets/write.ts';
import { putTeamMember, type MemberName } from '../members.ts';
import { readFields, type FieldError } from '../body/read-fields.ts';
import { required, things, type BodyTable } from '../body/field.ts';
import { usual } from '../forms.ts';
import { readRecord } from '../../access/records/record.ts';
import { removeKeys } from '../keys/delete.ts';
import { resetSpendFields } from '../keys/fields.ts';
import { teamFor } from './find.ts';
import { teamMembershipMembers, type TeamMembershipRecord, type TeamRecord } from '../../access/records/people.ts';
import { hasEmail } from '../users/email.ts';
import { teamsOfUsers, userView } from '../users/view.ts';
import type { Database } from '../database.ts';

interface Added {
  user: JsonObject;
  membership: JsonObject;
}

async function add(db: Database, call: AdminCall, team: TeamRecord, members: readonly MemberName[], settings: BudgetSettings, note: (note: Note) => void): Promise<Result<Added[]>> {
  const added: Added[] = [];
  for (const member of members) {
    const budget = Object.keys(settings).length === 0 ? null : await putBudget(db, call, null, settings, note);
    if (budget && !budget.ok) return budget;
    const { user, membership } = await putTeamMember(db, call, team.team_id, member, budget ? budget.value.budget_id : null, note);
    const teams = (await teamsOfUsers(db, [user.user_id])).get(user.user_id) ?? [];
    const [view = membershipView(membership, null)] = budget ? [membershipView(membership, budget.value)] : await membershipViews(db, team, [membership]);
    added.push({ user: userView(user, teams), membership: view });
  }
  return ok(added);
}

// Those of these who are not in the team yet.
async function newcomers(call: AdminCall, teamId: string, named: readonly MemberName[]): Promise<MemberName[]> {
  const there = await Promise.all(named.map((name) => findMember(call, teamId, { user_id: name.user_id ?? null, user_email: name.user_email ?? null })));
  return named.filter((_name, index) => !there[index]);
}

/** `POST /team/member_add`. */
export const addMember = withBody(memberAddFields, async (call, values) => {
  const wrong = wrongMembers(values.member, memberForm);
  if (wrong) return { ok: false, errors: wrong };
  const found = await teamFor(call, 'team.change', values.team_id);
  if (!found.ok) return found;
  const named = memberNames(Array.isArray(values.member) ? values.member : [values.member]);
  const members = await newcomers(call, found.value.team.team_id, named);
  if (members.length === 0) {
    const [first] = named;
    const message = Array.isArray(values.member) ? 'All users are already in team.' : `User already in team. Member: user_id=${first?.user_id ?? 'None'}, user_email=${first?.user_email ?? 'None'}.`;
    return refuseAs(usual, 'managed_invalid', message, { type: 'team_member_already_in_team', param: 'member' });
  }
  const settings: BudgetSettings = {
    ...(values.max_budget_in_team !== null && { max_budget: values.max_budget_in_team }), ...(values.budget_duration !== null && { budget_duration: values.budget_duration }),
    ...(values.allowed_models !== null && { allowed_models: values.allowed_models }),
  };
  const added = await commit(call, (db, note) => add(db, call, found.value.team, members, settings, note));
  if (!added.ok) return added;
  return answer({
    ...await shownTeam(call, values.team_id), updated_users: added.value.map(({ user }) => user), updated_team_memberships: added.value.filter(({ membership }) => membership['budget_id'] !== null).map(({ membership }) => membership),
  });
});

/** What is wrong with `member`, which is one object or a list of them; null: nothing. `form`: what each has. */
export function wrongMembers(member: Json, form: BodyTable): readonly FieldError[] | null {
  const list = Array.isArray(member) ? member : [member];
  const nameless = list.some((one) => isJsonObject(one) && memberOneOf.names.every((name) => one[name] == null));
  if (nameless) return unfit(memberOneOf.words).errors;
  const read = readFields({ member: required(things(form)) }, { member: list });
  return read.ok ? null : read.errors.map((error) => ({ ...error, loc: Array.isArray(member) ? error.loc : ['body', ...error.loc.slice(3)] }));
}

/** `POST /team/bulk_member_add`. Those who are in the team already stay as they are. */
export const bulkAddMembers = withBody(bulkMemberAddFields, async (call, values) => {
  const found = await teamFor(call, 'team.change', values.team_id);
  if (!found.ok) return found;
  if (values.all_users && !call.caller.isAdmin) return refuse('managed_forbidden', 'Only proxy admins may add all users.');
  const asked: MemberName[] = values.all_users
    ? (await call.services.store.db.selectFrom('users').select('user_id').limit(mostMembers).execute()).map((user) => ({ user_id: user.user_id, role: 'user' })) : memberNames(values.members ?? []);
  if (asked.length === 0) return refuse('managed_invalid', 'At least one member is required');
  if (asked.length > mostMembers) return refuse('managed_invalid', `Maximum ${mostMembers} members can be added at once.`);
  const members = await newcomers(call, values.team_id, asked);
  const added = await commit(call, (db, note) => add(db, call, found.value.team, members, values.max_budget_in_team === null ? {} : { max_budget: values.max_budget_in_team }, note));
  if (!added.ok) return added;
  const left = asked.filter((member) => !members.includes(member));
  return answer({
    team_id: values.team_id,
    results: [
      ...added.value.map(({ user, membership }) => ({ user_id: user['user_id'], user_email: user['user_email'], success: true, error: null, updated_user: user, updated_team_membership: membership })),
      ...left.map(({ user_id, user_email }) => ({ user_id: user_id ?? null, user_email: user_email ?? null, success: false, error: 'User already in team.', updated_user: null, updated_team_membership: null })),
    ],
    total_requested: asked.length, successful_additions: added.value.length, failed_additions: left.length,
    updated_team: { ...await shownTeam(call, values.team_id), updated_users: added.value.map(({ user }) => user), updated_team_memberships: added.value.map(({ membership }) => membership) },
  });
});

const mostMembers = 500;

/** A place in a team by the user's id or e-mail address. */
export async function findMember({ services }: AdminCall, teamId: string, who: { user_id: string | null; user_email: string | null }): Promise<TeamMembershipRecord | null> {
  const { db } = services.store;
  const userId = who.user_id ?? (who.user_email === null ? undefined : (await db.selectFrom('users').select('user_id').where(hasEmail(who.user_email)).executeTakeFirst())?.user_id);
  const row = userId === undefined ? undefined : await db.selectFrom('team_members').selectAll().where('team_id', '=', teamId).where('user_id', '=', userId).executeTakeFirst();
  return row ? readRecord(teamMembershipMembers, row) : null;
}

const noMember = (teamId: string) => fault('managed_invalid', `User is not a member of the team ${teamId.slice(0, 100)}.`);

/** `POST /team/member_update`. */
export const updateMember: AdminHandler = (call) => (namesNobody(call.body) ? unfit(memberOneOf.words) : changeMember(call));

/** True when a body names no user. */
export const namesNobody = (body: JsonObject): boolean => memberOneOf.names.every((name) => body[name] == null);

const changeMember = withBody(memberUpdateFields, async (call, values, given) => {
  const found = await teamFor(call, 'team.change', values.team_id, 400);
  if (!found.ok) return found;
  const member = await findMember(call, values.team_id, values);
  if (!member) return fail(noMember(values.team_id));
  const settings: BudgetSettings = {
    ...(given.has('max_budget_in_team') && { max_budget: values.max_budget_in_team }), ...(given.has('tpm_limit') && { tpm_limit: values.tpm_limit }), ...(given.has('rpm_limit') && { rpm_limit: values.rpm_limit }),
    ...(given.has('budget_duration') && { budget_duration: values.budget_duration }), ...(given.has('allowed_models') && { allowed_models: values.allowed_models ?? [] }),
    ...(given.has('temp_budget_increase') && { temp_budget_increase: values.temp_budget_increase }), ...(given.has('temp_budget_expiry') && { temp_budget_expiry: values.temp_budget_expiry }),
  };
  const written = await commit(call, (db, note) => writeMember(db, call, found.value.team, member, settings, values.role, note));
  if (!written.ok) return written;
  const { user_id: _id, ...rest } = values;
  return answer({ user_id: member.user_id, ...rest });
});

async function writeMember(db: Database, call: AdminCall, team: TeamRecord, member: TeamMembershipRecord, settings: BudgetSettings, role: string | null, note: (note: Note) => void): Promise<Result<null>> {
  let budgetId: string | null = null;
  if (Object.keys(settings).length > 0) {
    // A budget that others share is not changed for one.
    const own = member.budget_id === team.members_budget_id ? null : member.budget_id;
    const budget = await putBudget(db, call, own, settings, note);
    if (!budget.ok) return budget;
    budgetId = budget.value.budget_id;
  }
  await putTeamMember(db, call, team.team_id, { user_id: member.user_id, user_email: member.user_email, role: role ?? member.role }, budgetId, note);
  return ok(null);
}

/** Takes a member out of a team, with the member's keys of the team. */
export async function removeMember(db: Database, call: AdminCall, member: TeamMembershipRecord, note: (note: Note) => void): Promise<void> {
  const keys = (await db.selectFrom('virtual_keys').selectAll().where('team_id', '=', member.team_id).where('user_id', '=', member.user_id).execute()).map(keyOf);
  await removeKeys(db, keys, call.caller, note);
  await db.deleteFrom('team_members').where('team_id', '=', member.team_id).where('user_id', '=', member.user_id).execute();
  note({ kind: 'user', id: member.user_id, action: 'updated', before: { team_id: member.team_id, role: member.role }, after: { team_id: null } });
}

/** `POST /team/member_delete`: the member's keys of the team go too. */
export const deleteMember: AdminHandler = (call) => (namesNobody(call.body) ? unfit(memberOneOf.words) : takeOut(call));

const takeOut = withBody(memberDeleteFields, async (call, values) => {
  const found = await teamFor(call, 'team.change', values.team_id, 400);
  if (!found.ok) return found;
  const member = await findMember(call, values.team_id, values);
  if (!member) return fail(noMember(values.team_id));
  await commit(call, (db, note) => removeMember(db, call, member, note));
  return answer(await shownTeam(call, values.team_id));
});

/** `POST /management/v1/teams/{team_id}/members/bulk_delete`. */
export const bulkDeleteMembers = withBody(memberListFields, async (call, { members: list }) => {
  const teamId = call.params['team_id'] ?? '';
  const found = await teamFor(call, 'team.change', teamId);
  if (!found.ok) return found;
  const members = await Promise.all(memberNames(list).slice(0, mostMembers).map((name) => findMember(call, teamId, { user_id: name.user_id ?? null, user_email: name.user_email ?? null })));
  const there = members.filter((member) => member !== null);
  await commit(call, async (db, note) => {
    for (const member of there) await removeMember(db, call, member, note);
  });
  return answer({ team_id: teamId, results: there.map((member) => ({ user_id: member.user_id, success: true, error: null })), total_requested: list.length, successful_deletions: there.length });
});

/** `POST /management/v1/teams/{team_id}/members/bulk_update`. */
export const bulkUpdateMembers = withBody(memberListFields, async (call, { members: list }) => {
  const teamId = call.params['team_id'] ?? '';
  const found = await teamFor(call, 'team.change', teamId);
  if (!found.ok) return found;
  const results: JsonObject[] = [];
  for (const patch of list.filter(isJsonObject).slice(0, mostMembers)) {
    const answered = await updateMember({ ...call, body: { ...patch, team_id: teamId } });
    results.push({ user_id: patch['user_id'] ?? null, success: answered.ok, error: answered.ok ? null : 'fault' in answered ? answered.fault.message : 'The values are not valid.' });
  }
  return answer({ team_id: teamId, results, total_requested: list.length, successful_updates: results.filter((result) => result['success'] === true).length });
});

/** `POST /team/{team_id}/member/{user_id}/reset_spend`. */
export const resetMemberSpend = withBody(resetSpendFields, async (call, { reset_to: spend }) => {
  if (!call.caller.isAdmin) return refuse('managed_forbidden', 'Only proxy admins may do this.');
  return setMemberSpend(call, spend);
});

/** `POST /team/{team_id}/member/{user_id}/reset_budget`: the member has the budget of the team's members again, not one of its own. */
export async function resetMemberBudget(call: AdminCall): Promise<AdminAnswer> {
  const { team_id: teamId = '', user_id: userId = '' } = call.params;
  const found = await teamFor(call, 'team.change', teamId);
  if (!found.ok) return found;
  if (!call.caller.isAdmin) return refuse('managed_forbidden', 'Only proxy admins may do this.');
  const member = await findMember(call, teamId, { user_id: userId, user_email: null });
  if (!member) return fail(noMember(teamId));
  await commit(call, async (db, note) => {
    await db.updateTable('team_members').set({ budget_id: null, updated_at_ms: call.services.nowMs() }).where('team_id', '=', teamId).where('user_id', '=', userId).execute();
    note({ kind: 'user', id: userId, action: 'updated', before: { team_id: teamId, budget_id: member.budget_id }, after: { team_id: teamId, budget_id: null } });
  });
  const shared = found.value.team.members_budget_id;
  return answer({ team_id: teamId, user_id: userId, budget_id: shared, previous_budget_id: member.budget_id, budget_source: shared === null ? 'none' : 'team_default' });
}

async function setMemberSpend(call: AdminCall, spend: number): Promise<AdminAnswer> {
  const { team_id: teamId = '', user_id: userId = '' } = call.params;
  const member = await findMember(call, teamId, { user_id: userId, user_email: null });
  if (!member) return fail(noMember(teamId));
  if (spend < 0 || spend > member.spend) return refuse('managed_invalid', `reset_to must be between 0 and the current spend (${member.spend}).`);
  await commit(call, async (db, note) => {
    await db.updateTable('team_members').set({ spend_nano_usd: nanoUsdOf(spend) }).where('team_id', '=', teamId).where('user_id', '=', userId).execute();
    note({ kind: 'user', id: userId, action: 'updated', before: { team_id: teamId, spend: member.spend }, after: { team_id: teamId, spend } });
  });
  call.services.limiter?.setSpent('team_member', `${teamId}:${userId}`, nanoUsdOf(spend));
  const budget = member.budget_id === null ? null : (await findBudgets(call.services.store.db, [member.budget_id])).get(member.budget_id) ?? null;
  return answer({ team_id: teamId, user_id: userId, spend, previous_spend: member.spend, max_budget: budget?.max_budget ?? null, budget_reset_at: member.budget_reset_at ?? budget?.budget_reset_at ?? null });
}
