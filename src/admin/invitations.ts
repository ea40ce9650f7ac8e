// The handlers of `/invitation/*`: a user is invited to choose a password. The dashboard's sign-in takes them up.
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from './endpoint.ts';
import { boolean, required, text } from './body/field.ts';
import { commit } from './commit.ts';
import { detailError } from './forms.ts';
import { findUser } from '../access/material.ts';
import { invitationMembers, type InvitationRecord } from '../access/records/things.ts';
import { randomUUID } from 'node:crypto';
import { readRecord } from '../access/records/record.ts';
import { rolesOf } from '../access/caller.ts';
import type { Database } from './database.ts';

// LiteLLM's invitations last a week.
const lifeMs = 7 * 86_400_000;

async function find(db: Database, id: string): Promise<InvitationRecord | null> {
  const row = await db.selectFrom('invitations').selectAll().where('invitation_id', '=', id).executeTakeFirst();
  return row ? readRecord(invitationMembers, row) : null;
}

const unknown = (): AdminAnswer => refuse('managed_invalid', 'Invitation id does not exist in the database.');

/** Administrators of organizations invite members of theirs. */
async function mayInvite({ caller, services }: AdminCall, userId: string): Promise<boolean> {
  if (rolesOf(caller).includes('proxy_admin')) return true;
  const user = await findUser(services.store.db, userId);
  if (!user || user.user_role === 'proxy_admin' || user.user_role === 'proxy_admin_viewer') return false;
  const places = await services.store.db.selectFrom('organization_members').select('organization_id').where('user_id', '=', userId).execute();
  return places.some((place) => caller.adminOrganizations.has(place.organization_id));
}

const create = withBody({ user_id: required(text) }, async (call, { user_id: userId }) => {
  if (!await findUser(call.services.store.db, userId)) return refuse('managed_invalid', `User with ID ${userId.slice(0, 100)} does not exist.`);
  if (!await mayInvite(call, userId)) return refuse('managed_forbidden', 'You may not invite this user.');
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    const id = randomUUID();
    const atMs = call.services.nowMs();
    await db.insertInto('invitations').values({ invitation_id: id, user_id: userId, expires_at_ms: atMs + lifeMs, created_at_ms: atMs, updated_at_ms: atMs, created_by: call.caller.userId, updated_by: call.caller.userId }).execute();
    note({ kind: 'session', id: `invitation of ${userId}`, action: 'created' });
    return answer(await find(db, id));
  });
});

const update = withBody({ invitation_id: required(text), is_accepted: required(boolean) }, async (call, { invitation_id: id, is_accepted: accepted }) => {
  const invitation = await find(call.services.store.db, id);
  if (!invitation || !await mayInvite(call, invitation.user_id)) return unknown();
  const atMs = call.services.nowMs();
  await call.services.store.db.updateTable('invitations').set({ is_accepted: accepted ? 1 : 0, accepted_at_ms: accepted ? atMs : null, updated_at_ms: atMs, updated_by: call.caller.userId }).where('invitation_id', '=', id).execute();
  return answer(await find(call.services.store.db, id));
});

const remove = withBody({ invitation_id: required(text) }, async (call, { invitation_id: id }) => {
  const invitation = await find(call.services.store.db, id);
  if (!invitation || !await mayInvite(call, invitation.user_id)) return unknown();
  await commit(call, async (db, note) => {
    await db.deleteFrom('invitations').where('invitation_id', '=', id).execute();
    note({ kind: 'session', id: `invitation of ${invitation.user_id}`, action: 'deleted' });
  });
  return answer(invitation);
});

async function info(call: AdminCall): Promise<AdminAnswer> {
  const invitation = await find(call.services.store.db, call.query.get('invitation_id') ?? '');
  return invitation && await mayInvite(call, invitation.user_id) ? answer(invitation) : unknown();
}

export const invitationEndpoints: Endpoints = endpointsOf(detailError, {
  'POST /invitation/new': create, 'POST /invitation/update': update, 'POST /invitation/delete': remove, 'GET /invitation/info': info,
});
