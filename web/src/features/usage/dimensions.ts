// By what usage can be told apart, as one table.
import type { ActivityScope, BreakdownName } from '../../../../client/index.ts';

/** What can be counted. */
export const measures = ['spend', 'tokens', 'requests'] as const;
/** One of them. */
export type Measure = (typeof measures)[number];

/** The measure of a word in the address. */
export const measureOf = (word: string | null): Measure => measures.find((known) => known === word) ?? 'spend';

/** A dimension. `logs` is the filter of the logs that shows what one of its things is made of. */
export interface Dimension {
  id: 'model_groups' | 'models' | 'providers' | 'api_keys' | 'team' | 'user' | 'tag' | 'customer';
  scope: ActivityScope;
  breakdown: BreakdownName;
  logs: string | null;
  forAdmins: boolean;
}

const row = (id: Dimension['id'], scope: ActivityScope, breakdown: BreakdownName, logs: string | null, forAdmins = false): Dimension => ({ id, scope, breakdown, logs, forAdmins });

/** All dimensions. */
export const dimensions: readonly Dimension[] = [
  row('model_groups', 'user', 'model_groups', 'model_group'),
  row('models', 'user', 'models', 'model'),
  row('providers', 'user', 'providers', 'provider'),
  row('api_keys', 'user', 'api_keys', 'api_key'),
  row('team', 'team', 'entities', 'team', true),
  row('user', 'user', 'entities', 'user_id', true),
  row('tag', 'tag', 'entities', 'tag', true),
  row('customer', 'customer', 'entities', 'end_user', true),
];
