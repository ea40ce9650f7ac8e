// Every change goes through here: all of it or nothing is written, with a line in the audit log for each thing that changed; afterwards
// whatever was remembered of those things is forgotten, here and in other instances.
import { redacted } from './redacted.ts';
import { tellChanges } from '../alerts/change-watch.ts';
import type { AdminCall } from './endpoint.ts';
import type { ChangedKind } from '../access/changes.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Schema } from '../store/schema.ts';
import type { Transaction } from 'kysely';

/** What LiteLLM calls the table of each kind of thing; the words stand in the audit log. */
export const auditTables = {
  key: 'LiteLLM_VerificationToken', user: 'LiteLLM_UserTable', team: 'LiteLLM_TeamTable', organization: 'LiteLLM_OrganizationTable', project: 'LiteLLM_ProjectTable',
  budget: 'LiteLLM_BudgetTable', access_group: 'LiteLLM_AccessGroupTable', end_user: 'LiteLLM_EndUserTable', tag: 'LiteLLM_TagTable', model: 'LiteLLM_ProxyModelTable',
  credential: 'LiteLLM_CredentialsTable', config: 'LiteLLM_Config', session: 'LiteLLM_InvitationLink',
} as const satisfies Record<ChangedKind, string>;

/** One change of one thing. */
export interface Note {
  kind: ChangedKind;
  id: string;
  action: 'created' | 'updated' | 'deleted' | 'blocked' | 'unblocked' | 'regenerated' | 'restored';
  before?: JsonObject | null;
  /** What was written; only the members that changed, for an update. */
  after?: JsonObject | null;
}

/** Work on the database as part of a change. */
export type Work<T> = (transaction: Transaction<Schema>, note: (note: Note) => void) => Promise<T>;

/** Does the work of a change. */
export async function commit<T>({ services, caller }: Pick<AdminCall, 'services' | 'caller'>, work: Work<T>): Promise<T> {
  const { store, changes, nowMs } = services;
  const notes: Note[] = [];
  const result = await store.transaction(async (transaction) => {
    const done = await work(transaction, (note) => void notes.push(note));
    if (services.config.litellmSettings.storeAuditLogs) await writeAudit(transaction, notes, caller, nowMs());
    return done;
  });
  for (const { kind, id } of notes) changes.publish(kind, id);
  if (notes.length > 0) tellChanges(services.alerts, notes, caller.userEmail ?? caller.userId ?? caller.name);
  return result;
}

const jsonOf = (value: JsonObject | null | undefined): string | null => (value ? JSON.stringify(redacted(value)) : null);

async function writeAudit(transaction: Transaction<Schema>, notes: readonly Note[], caller: AdminCall['caller'], atMs: number): Promise<void> {
  const rows = notes.map((note) => ({
    audit_id: Bun.randomUUIDv7(), at_ms: atMs, changed_by: caller.userId ?? '', changed_by_key: caller.keyHash, action: note.action, table_name: auditTables[note.kind],
    object_id: note.id, before_value: jsonOf(note.before), updated_values: jsonOf(note.after),
  }));
  // PostgreSQL takes 65,535 parameters in a statement.
  for (let first = 0; first < rows.length; first += 1_000) await transaction.insertInto('audit_log').values(rows.slice(first, first + 1_000)).execute();
}
