// Sessions in the database.
import { isJsonObject, stringAt } from '../lib/json.ts';
import { masterUserId } from './caller.ts';
import type { SessionSubject, SessionTable, SignInMethod } from './sessions.ts';
import type { Store } from '../store/store.ts';

const methods: readonly SignInMethod[] = ['key', 'password', 'sso'];

/** The table of a database. What has expired is removed when somebody signs in. */
export function sessionTable({ db }: Store): SessionTable {
  return {
    async insert(hash, session) {
      const { subject } = session;
      await db.deleteFrom('sessions').where('expires_at_ms', '<', session.createdAtMs).execute();
      await db.insertInto('sessions').values({
        session_hash: hash, user_id: subject.kind === 'user' ? subject.userId : masterUserId, key_hash: subject.kind === 'key' ? subject.keyHash : null,
        created_at_ms: session.createdAtMs, expires_at_ms: session.expiresAtMs, last_seen_at_ms: session.lastSeenMs,
        fields: JSON.stringify({ name: session.name, email: session.email, method: session.method, ...(subject.kind === 'master' && { master: subject.masterDigest }) }),
      }).execute();
    },
    async read(hash) {
      const row = await db.selectFrom('sessions').selectAll().where('session_hash', '=', hash).executeTakeFirst();
      if (!row) return null;
      const parsed: unknown = typeof row.fields === 'string' ? JSON.parse(row.fields) : row.fields;
      const fields = isJsonObject(parsed) ? parsed : {};
      const master = stringAt(fields, 'master');
      const subject: SessionSubject = typeof master === 'string' ? { kind: 'master', masterDigest: master } : row.key_hash !== null ? { kind: 'key', keyHash: row.key_hash } : { kind: 'user', userId: row.user_id };
      return {
        subject, name: stringAt(fields, 'name') ?? '', email: stringAt(fields, 'email') ?? null, method: methods.find((method) => method === fields['method']) ?? 'key',
        createdAtMs: Number(row.created_at_ms), expiresAtMs: Number(row.expires_at_ms), lastSeenMs: Number(row.last_seen_at_ms ?? row.created_at_ms),
      };
    },
    async seen(hash, atMs) {
      await db.updateTable('sessions').set({ last_seen_at_ms: atMs }).where('session_hash', '=', hash).execute();
    },
    async remove(hash) {
      await db.deleteFrom('sessions').where('session_hash', '=', hash).execute();
    },
  };
}
