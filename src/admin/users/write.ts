// Makes and changes users as part of a change.
import { randomUUID } from 'node:crypto';
import { writeRecord } from '../../access/records/record.ts';
import { userMembers, type UserRecord } from '../../access/records/people.ts';
import { masterUserId } from '../../access/caller.ts';
import { userOf, userView } from './view.ts';
import { hasEmail, keptEmail } from './email.ts';
import type { AdminCall } from '../endpoint.ts';
import type { Database } from '../database.ts';
import type { Note } from '../commit.ts';

/** Inserts a user. Rejects when the id is taken. */
export async function insertUser(db: Database, { services, caller }: Pick<AdminCall, 'services' | 'caller'>, user: Partial<UserRecord> & Pick<UserRecord, 'user_id'>, note: (note: Note) => void, passwordHash: string | null = null): Promise<UserRecord> {
  const atMs = services.nowMs();
  await db.insertInto('users').values({ user_id: user.user_id, created_at_ms: atMs, updated_at_ms: atMs, created_by: caller.userId, updated_by: caller.userId, password_hash: passwordHash, ...writeRecord(userMembers, user) }).execute();
  const made = userOf(await db.selectFrom('users').selectAll().where('user_id', '=', user.user_id).executeTakeFirstOrThrow());
  note({ kind: 'user', id: made.user_id, action: 'created', after: userView(made, []) });
  return made;
}

/** The user with this id or e-mail address, made when there is none: whoever is put into a team need not exist before. */
export async function ensureUser(db: Database, call: Pick<AdminCall, 'services' | 'caller'>, who: { user_id?: string | null; user_email?: string | null }, note: (note: Note) => void): Promise<UserRecord> {
  const query = db.selectFrom('users').selectAll();
  const found = await (who.user_id ? query.where('user_id', '=', who.user_id) : query.where(hasEmail(who.user_email ?? ''))).executeTakeFirst();
  if (found) return userOf(found);
  const userId = who.user_id ?? randomUUID();
  return insertUser(db, call, { user_id: userId, user_email: keptEmail(who.user_email ?? null), user_role: userId === masterUserId && call.caller.isAdmin ? 'proxy_admin' : 'internal_user' }, note);
}
