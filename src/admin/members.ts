// Who belongs to which team and organization: rows that several routes write.
import { ensureUser } from './users/write.ts';
import { organizationMembershipMembers, teamMembershipMembers, type TeamMembershipRecord, type UserRecord } from '../access/records/people.ts';
import { readRecord, writeRecord } from '../access/records/record.ts';
import type { AdminCall } from './endpoint.ts';
import type { Database } from './database.ts';
import type { Note } from './commit.ts';

/** A member as requests name one. */
export interface MemberName {
  user_id?: string | null;
  user_email?: string | null;
  role?: string | null;
}

type Caller = Pick<AdminCall, 'services' | 'caller'>;

/** Puts a user into a team, or changes the role there. */
export async function putTeamMember(db: Database, call: Caller, teamId: string, member: MemberName, budgetId: string | null, note: (note: Note) => void): Promise<{ user: UserRecord; membership: TeamMembershipRecord }> {
  const user = await ensureUser(db, call, member, note);
  const atMs = call.services.nowMs();
  const role = member.role === 'admin' ? 'admin' : 'user';
  const before = await db.selectFrom('team_members').selectAll().where('team_id', '=', teamId).where('user_id', '=', user.user_id).executeTakeFirst();
  const cells = writeRecord(teamMembershipMembers, { role, user_email: member.user_email ?? null, ...(budgetId !== null && { budget_id: budgetId }) }, before ?? null);
  if (before) await db.updateTable('team_members').set({ ...cells, updated_at_ms: atMs }).where('team_id', '=', teamId).where('user_id', '=', user.user_id).execute();
  else await db.insertInto('team_members').values({ team_id: teamId, user_id: user.user_id, role, created_at_ms: await nextPlace(db, teamId, atMs), updated_at_ms: atMs, created_by: call.caller.userId, ...cells }).execute();
  note({ kind: 'user', id: user.user_id, action: 'updated', after: { team_id: teamId, role } });
  const row = await db.selectFrom('team_members').selectAll().where('team_id', '=', teamId).where('user_id', '=', user.user_id).executeTakeFirstOrThrow();
  return { user, membership: readRecord(teamMembershipMembers, row) };
}

/** Members are shown in the order in which they came, also those of one request. */
async function nextPlace(db: Database, teamId: string, nowMs: number): Promise<number> {
  const last = await db.selectFrom('team_members').select((members) => members.fn.max('created_at_ms').as('at')).where('team_id', '=', teamId).executeTakeFirst();
  return Math.max(nowMs, Number(last?.at ?? 0) + 1);
}

/** Puts a user into an organization, or changes the role there. */
export async function putOrganizationMember(db: Database, call: Caller, organizationId: string, member: MemberName, budgetId: string | null, note: (note: Note) => void): Promise<UserRecord> {
  const user = await ensureUser(db, call, member, note);
  const atMs = call.services.nowMs();
  const before = await db.selectFrom('organization_members').selectAll().where('organization_id', '=', organizationId).where('user_id', '=', user.user_id).executeTakeFirst();
  const cells = writeRecord(organizationMembershipMembers, { user_role: member.role ?? 'internal_user', ...(budgetId !== null && { budget_id: budgetId }) });
  if (before) await db.updateTable('organization_members').set({ ...cells, updated_at_ms: atMs }).where('organization_id', '=', organizationId).where('user_id', '=', user.user_id).execute();
  else await db.insertInto('organization_members').values({ organization_id: organizationId, user_id: user.user_id, created_at_ms: atMs, updated_at_ms: atMs, created_by: call.caller.userId, ...cells }).execute();
  note({ kind: 'user', id: user.user_id, action: 'updated', after: { organization_id: organizationId, organization_role: member.role ?? 'internal_user' } });
  return user;
}
