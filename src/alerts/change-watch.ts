// Tells what administrators changed: keys, teams, people and models that were made, changed or deleted (LiteLLM's alerts of management events).
import type { AlertKind } from './kinds.ts';
import type { AlertSink } from './dispatcher.ts';

/** A change as it was written down. */
export interface ToldChange {
  kind: string;
  id: string;
  action: string;
  before?: Readonly<Record<string, unknown>> | null;
  after?: Readonly<Record<string, unknown>> | null;
}

type Verb = 'made' | 'changed' | 'deleted';

const verbs: Readonly<Record<string, Verb>> = { created: 'made', updated: 'changed', blocked: 'changed', unblocked: 'changed', regenerated: 'changed', deleted: 'deleted' };
const words: Readonly<Record<string, readonly [one: string, many: string]>> = { key: ['virtual key', 'virtual keys'], team: ['team', 'teams'], user: ['user', 'users'], model: ['model', 'models'] };
const kinds: Readonly<Record<string, Partial<Record<Verb, AlertKind>>>> = {
  key: { made: 'new_virtual_key_created', changed: 'virtual_key_updated', deleted: 'virtual_key_deleted' },
  team: { made: 'new_team_created', changed: 'team_updated', deleted: 'team_deleted' },
  user: { made: 'new_internal_user_created', changed: 'internal_user_updated', deleted: 'internal_user_deleted' },
  model: { made: 'new_model_added' },
};
// Names of so many are told; of more, only how many.
const mostNames = 5;

/** Tells the changes of one call, things of one kind together. `by` is who did it. */
export function tellChanges(sink: AlertSink, changes: readonly ToldChange[], by: string): void {
  const groups = Map.groupBy(changes, ({ kind, action }) => kinds[kind]?.[verbs[action] ?? 'changed'] ?? null);
  for (const [alert, group] of groups) {
    const [first] = group;
    if (alert === null || !first) continue;
    const [one, many] = words[first.kind] ?? [first.kind, first.kind];
    const verb = verbs[first.action] ?? 'changed';
    const names = group.slice(0, mostNames).map(nameOf);
    sink.raise({
      kind: alert, subject: group.map(({ id }) => id).slice(0, mostNames).join(' '),
      title: group.length === 1 ? `The ${one} ${names[0] ?? ''} was ${verb}` : `${group.length} ${many} were ${verb}`,
      facts: [...(group.length > 1 ? [['names', names.join(', ') + (group.length > names.length ? ' …' : '')] as const] : []), ['by', by]],
      members: { event: alert, event_group: first.kind },
    });
  }
}

// Names only: what was changed may be nobody's business in a chat room. A key without a name is told by the start of its hash.
function nameOf({ kind, id, before, after }: ToldChange): string {
  for (const name of ['key_alias', 'team_alias', 'user_email', 'user_alias', 'model_name']) {
    const value = after?.[name] ?? before?.[name];
    if (typeof value === 'string' && value !== '') return value.slice(0, 100);
  }
  return kind === 'key' ? id.slice(0, 10) : id.slice(0, 100);
}
