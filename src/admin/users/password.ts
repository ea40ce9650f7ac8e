// `POST /user/password/change`: who signs in by a password changes it. Every other session ends.
import { answer, refuse, withBody } from '../endpoint.ts';
import { commit } from '../commit.ts';
import { endSessions } from './change.ts';
import { passwordPolicy, passwordProblem } from '../../access/password-policy.ts';
import { required, text } from '../body/field.ts';

/** Handles it. The password of before must be known: a session alone must not be enough to take an account over. */
export const changePassword = withBody({ current_password: required(text), new_password: required(text) }, async (call, { current_password: before, new_password: next }) => {
  const { caller, services } = call;
  // A key may be in many hands; only the person's own session says who it is.
  if (caller.kind !== 'session' || caller.userId === null) return refuse('managed_forbidden', 'Passwords are changed by the person who is signed in to the dashboard.');
  const { userId } = caller;
  const row = await services.store.db.selectFrom('users').select('password_hash').where('user_id', '=', userId).executeTakeFirst();
  if (!row?.password_hash || !await Bun.password.verify(before.slice(0, 1_000), row.password_hash)) return refuse('managed_invalid', 'The current password is wrong.');
  const problem = passwordProblem(next, passwordPolicy(services.config.generalSettings));
  if (problem !== null) return refuse('managed_invalid', problem, { param: 'password' });
  const passwordHash = await Bun.password.hash(next, { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 });
  await commit(call, async (db, note) => {
    await db.updateTable('users').set({ password_hash: passwordHash, updated_at_ms: services.nowMs(), updated_by: userId }).where('user_id', '=', userId).execute();
    await endSessions(db, userId, note);
    note({ kind: 'user', id: userId, action: 'updated', after: { password: 'changed' } });
  });
  return answer({ user_id: userId, message: 'Password changed successfully. Sign in again.' });
});
