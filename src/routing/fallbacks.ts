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
export function fallbacksFor(group: string, reason: Fault, request: Pick<RoutingRequest, 'model' | 'fallbacks' | 'fallbacksDisabled'>, settings: FallbackSettings): readonly string[] {
  if (request.fallbacksDisabled) return [];
  const listed = (lists: FallbackLists): readonly string[] | undefined => lists.get(group) ?? lists.get('*');
  if (reason.code === 'upstream_context_window') {
    const list = listed(settings.contextWindowFallbacks);
    if (list) return list;
  }
  if (reason.code === 'upstream_content_policy') {
    const list = listed(settings.contentPolicyFallbacks);
    if (list) return list;
  }
  if (group === request.model && request.fallbacks) return request.fallbacks;
  return listed(settings.fallbacks) ?? (reason.code === 'model_unknown' ? [] : settings.defaultFallbacks);
}
