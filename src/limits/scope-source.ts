// Limits that hold for a request and not for its caller: those of the end user and of the tags that it names. They are looked up when the
// request is read; whoever keeps them (a database, the configuration) gives them.
import type { LimitScope } from './scope.ts';
import type { ModelAccess } from '../access/model-access.ts';
import type { Result } from '../canonical/fault.ts';

/** What holds for an end user. */
export interface EndUserRules {
  /** Null: nothing limits it. */
  readonly scope: LimitScope | null;
  /** Null: every model that the caller may call. */
  readonly models: ModelAccess | null;
  /** The only region in which its requests may be answered; null: any. */
  readonly region: string | null;
  /** The model that answers where the one asked for has no deployment in the region. */
  readonly defaultModel: string | null;
}

/** Finds the scopes of what a request names. Both answer at once for what they remember. */
export interface ScopeSource {
  /** What holds for an end user; null: nothing. A fault when the end user is blocked. */
  endUser(id: string): Result<EndUserRules | null> | Promise<Result<EndUserRules | null>>;
  /** True when the end user is somebody whom the database knows; null: nobody asks (`validate_end_user_id_in_db`). */
  knows: ((id: string) => boolean | Promise<boolean>) | null;
  /** The scope of a tag; null: nothing limits it. */
  tag(name: string): LimitScope | null | Promise<LimitScope | null>;
}
