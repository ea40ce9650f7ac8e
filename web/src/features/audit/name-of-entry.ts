// What somebody changed, by its name where it has one.
import { shortId } from '../../lib/short-id.ts';
import type { AuditEntry } from '../../../../client/index.ts';

const names = ['key_alias', 'team_alias', 'user_email', 'user_alias', 'organization_alias', 'model_name', 'project_alias'];

/** The name, else the id; of hashes the beginning. */
export function nameOfEntry({ before_value: before, updated_values: after, object_id: id }: AuditEntry): string {
  for (const name of names) {
    const value = after?.[name] ?? before?.[name];
    if (typeof value === 'string' && value !== '') return value;
  }
  return shortId(id);
}
