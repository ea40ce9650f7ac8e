// What a process remembers beside its configuration, so that a change of the file forgets nothing: how deployments did, where conversations
// are, answers of the Responses API, explanations.
import { newCacheMemory, type CacheMemory } from './compile-cache.ts';
import { ExplainLog } from '../routing/explain-log.ts';
import { HealthLog } from '../routing/health-log.ts';
import { newRoutingMemory, type RoutingMemory } from '../routing/compile-router.ts';
import { ReasoningMemory } from '../cache/reasoning-memory.ts';
import { ResponseStore } from '../cache/response-store.ts';

/** The memory of a process. */
export interface ProcessMemory {
  routing: RoutingMemory;
  responses: ResponseStore;
  /** What providers want back with their tool calls. */
  reasoning: ReasoningMemory;
  explanations: ExplainLog;
  cache: CacheMemory;
  health: HealthLog;
}

/** An empty memory. */
export const newProcessMemory = (): ProcessMemory => ({ routing: newRoutingMemory(Date.now), responses: new ResponseStore(Date.now), reasoning: new ReasoningMemory(Date.now), explanations: new ExplainLog(), cache: newCacheMemory(), health: new HealthLog() });
