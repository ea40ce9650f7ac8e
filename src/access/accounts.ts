// Accounts of people in the database: passwords (argon2id), invitations that set them, and people whom an identity provider vouches for.
import { randomUUID } from 'node:crypto';
import type { Changes } from './changes.ts';
import type { Identity } from './sso/exchange.ts';
import type { NewSession } from './sessions.ts';
import type { PasswordAccounts } from './sign-in.ts';
import type { Store } from '../store/store.ts';

/** What an invitation says before it is accepted. */
export interface OpenInvitation {
  userId: string;
  email: string | null;
}

/** Accounts. Everything rejects when the database is away. */
export interface Accounts extends PasswordAccounts {
  /** The invitation with this id; null when there is none, or it was accepted, or has expired. */
  invitation(id: string): Promise<OpenInvitation | null>;
  /** Sets the password of the invited account and gives the session to start; null as above. The password must have been checked. */
  accept(id: string, password: string): Promise<NewSession | null>;
  /** The account of whom an identity provider vouches for; made when there is none and `allowed` says so. Null for a stranger. */
  ofIdentity(identity: Identity, admin: boolean, allowed: boolean): Promise<NewSession | null>;
}

const argon2 = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;

// A wrong name must take as long as a wrong password.
let decoy: Promise<string> | null = null;
const decoyHash = (): Promise<string> => decoy ??= Bun.password.hash('no account has this password', argon2);

interface Person {
  user_id: string;
  user_alias: string | null;
  user_email: string | null;
}

const sessionOf = ({ user_id, user_alias, user_email }: Person, method: NewSession['method']): NewSession =>
  ({ subject: { kind: 'user', userId: user_id }, name: user_alias ?? user_email ?? user_id, email: user_email, method });

/** The accounts of a database. */
export function createAccounts(store: Store, changes: Changes, nowMs: () => number = Date.now): Accounts {
  const { db } = store;
  const people = ['user_id', 'user_alias', 'user_email'] as const;
  const open = async (id: string): Promise<OpenInvitation | null> => {
    const row = await db.selectFrom('invitations').innerJoin('users', 'users.user_id', 'invitations.user_id').select(['users.user_id', 'users.user_email', 'invitations.is_accepted', 'invitations.expires_at_ms'])
      .where('invitation_id', '=', id).executeTakeFirst();
    return row && Number(row.is_accepted) === 0 && Number(row.expires_at_ms) > nowMs() ? { userId: row.user_id, email: row.user_email } : null;
  };
  return {
    async verify(username, password) {
      const rows = await db.selectFrom('users').select([...people, 'password_hash'])
        .where((either) => either.or([either(either.fn<string>('lower', ['user_email']), '=', username.toLowerCase()), either('user_id', '=', username)])).limit(2).execute();
      const row = rows.find(({ user_id }) => user_id === username) ?? rows[0];
      const right = await Bun.password.verify(password, row?.password_hash ?? await decoyHash());
      return right && row?.password_hash ? sessionOf(row, 'password') : null;
    },
    invitation: open,
    async accept(id, password) {
      const invited = await open(id);
      if (!invited) return null;
      const hash = await Bun.password.hash(password, argon2);
      const now = nowMs();
      // Whoever comes second finds it accepted.
      const taken = await store.transaction(async (transaction) => {
        const { numUpdatedRows } = await transaction.updateTable('invitations').set({ is_accepted: 1, accepted_at_ms: now, updated_at_ms: now }).where('invitation_id', '=', id).where('is_accepted', '=', 0).executeTakeFirst();
        if (Number(numUpdatedRows) !== 1) return false;
        await transaction.updateTable('users').set({ password_hash: hash, updated_at_ms: now }).where('user_id', '=', invited.userId).execute();
        await transaction.deleteFrom('sessions').where('user_id', '=', invited.userId).execute();
        return true;
      });
      if (!taken) return null;
      changes.publish('user', invited.userId);
      const row = await db.selectFrom('users').select(people).where('user_id', '=', invited.userId).executeTakeFirst();
      return row ? sessionOf(row, 'password') : null;
    },
    async ofIdentity({ id, email, name }, admin, allowed) {
      const known = await db.selectFrom('users').select([...people, 'user_role']).where('sso_user_id', '=', id).executeTakeFirst()
        ?? (email === null ? undefined : await db.selectFrom('users').select([...people, 'user_role']).where((its) => its(its.fn<string>('lower', ['user_email']), '=', email.toLowerCase())).executeTakeFirst());
      const now = nowMs();
      if (known) {
        await db.updateTable('users').set({ sso_user_id: id, ...(admin && { user_role: 'proxy_admin' }), updated_at_ms: now }).where('user_id', '=', known.user_id).execute();
        if (admin && known.user_role !== 'proxy_admin') changes.publish('user', known.user_id);
        return sessionOf(known, 'sso');
      }
      if (!admin && !allowed) return null;
      const person = { user_id: randomUUID(), user_alias: name, user_email: email };
      await db.insertInto('users').values({ ...person, sso_user_id: id, user_role: admin ? 'proxy_admin' : 'internal_user', created_at_ms: now, updated_at_ms: now, fields: '{}' }).execute();
      return sessionOf(person, 'sso');
    },
  };
}
