// What a process remembers beside its configuration, so that a change of the file forgets nothing: how deployments did, where conversations
// are, answers of the Responses API, explanations.
import { newCacheMemory, type CacheMemory } from './compile-cache.ts';
import { ExplainLog } from '../routing/explain-log.ts';
import { newRoutingMemory, type RoutingMemory } from '../routing/compile-router.ts';
import { ResponseStore } from '../cache/response-store.ts';

/** The memory of a process. */
export interface ProcessMemory {
  routing: RoutingMemory;
  responses: ResponseStore;
  explanations: ExplainLog;
  cache: CacheMemory;
}

/** An empty memory. */
export const newProcessMemory = (): ProcessMemory => ({ routing: newRoutingMemory(Date.now), responses: new ResponseStore(Date.now), explanations: new ExplainLog(), cache: newCacheMemory() });
