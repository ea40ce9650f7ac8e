// Who is calling, as every later stage sees it.
import type { LimitScope } from '../limits/scope.ts';

/** A caller whose key was accepted. */
export interface Caller {
  /** `master` is the operator's own key; `open` stands for everybody where the operator switched authentication off on purpose. */
  kind: 'master' | 'open';
  /** SHA-256 of the key in hex, or a fixed word for the master key (LiteLLM logs `litellm_proxy_master_key`). */
  keyHash: string;
  /** A name to show: the key's alias, or its masked form. */
  name: string;
  /** May call administrative routes. */
  isAdmin: boolean;
  /** What caches and affinities are kept apart by. */
  tenant: string;
  /** Whose limits hold for each request. */
  readonly scopes: readonly LimitScope[];
}

/** The caller who presents the master key. */
export const masterCaller: Caller = {
  kind: 'master', keyHash: 'litellm_proxy_master_key', name: 'master key', isAdmin: true, tenant: 'master', scopes: [],
};

/** The caller when the operator permits calls without a master key. */
export const openCaller: Caller = { kind: 'open', keyHash: 'open', name: 'anyone', isAdmin: true, tenant: 'open', scopes: [] };
