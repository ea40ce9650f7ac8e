// Limits that hold for a request and not for its caller: those of the end user and of the tags that it names. They are looked up when the
// request is read; whoever keeps them (a database, the configuration) gives them.
import type { LimitScope } from './scope.ts';
import type { Result } from '../canonical/fault.ts';

/** Finds the scopes of what a request names. Both answer at once for what they remember. */
export interface ScopeSource {
  /** The scope of an end user; null: nothing limits it. A fault when the end user is blocked. */
  endUser(id: string): Result<LimitScope | null> | Promise<Result<LimitScope | null>>;
  /** The scope of a tag; null: nothing limits it. */
  tag(name: string): LimitScope | null | Promise<LimitScope | null>;
}
