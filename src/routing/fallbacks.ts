// Where a request goes when all of a model group failed.
import type { Fault } from '../canonical/fault.ts';
import type { RoutingRequest } from './trail.ts';

/** Fallback lists by group; the key `*` stands for every group. */
export type FallbackLists = ReadonlyMap<string, readonly string[]>;

/** The lists of a configuration. */
export interface FallbackSettings {
  fallbacks: FallbackLists;
  contextWindowFallbacks: FallbackLists;
  contentPolicyFallbacks: FallbackLists;
  defaultFallbacks: readonly string[];
}

/** The groups to try after this fault. */
export function fallbacksFor(group: string, reason: Fault, request: Pick<RoutingRequest, 'model' | 'fallbacks' | 'contextWindowFallbacks' | 'contentPolicyFallbacks' | 'fallbacksDisabled'>, settings: FallbackSettings): readonly string[] {
  if (request.fallbacksDisabled) return [];
  const listed = (lists: FallbackLists): readonly string[] | undefined => lists.get(group) ?? lists.get('*');
  const own = (list: readonly string[] | null | undefined): readonly string[] | null => (group === request.model && list ? list : null);
  if (reason.code === 'upstream_context_window') {
    const list = own(request.contextWindowFallbacks) ?? listed(settings.contextWindowFallbacks);
    if (list) return list;
  }
  if (reason.code === 'upstream_content_policy') {
    const list = own(request.contentPolicyFallbacks) ?? listed(settings.contentPolicyFallbacks);
    if (list) return list;
  }
  return own(request.fallbacks) ?? listed(settings.fallbacks) ?? (reason.code === 'model_unknown' || reason.code === 'model_name_invalid' ? [] : settings.defaultFallbacks);
}
