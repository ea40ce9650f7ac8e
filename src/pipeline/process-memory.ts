// What a process remembers beside its configuration, so that a change of the file forgets nothing: how deployments did, where conversations
// are, answers of the Responses API, explanations.
import { AccessChanges } from '../access/changes.ts';
import { BackgroundJobs } from './background-jobs.ts';
import { Draining } from '../lib/draining.ts';
import { EncryptedAccounts } from '../cache/encrypted-accounts.ts';
import { EventBus } from '../observe/events.ts';
import { newCacheMemory, type CacheMemory } from './compile-cache.ts';
import { ExplainLog } from '../routing/explain-log.ts';
import { HealthLog } from '../routing/health-log.ts';
import { newLimitMemory, type LimitMemory } from '../limits/limit-memory.ts';
import { newRoutingMemory, type RoutingMemory } from '../routing/compile-router.ts';
import { ReasoningMemory } from '../cache/reasoning-memory.ts';
import { RefusedMembers } from '../upstream/refused-members.ts';
import { ResponseStore } from '../cache/response-store.ts';

/** The memory of a process. */
export interface ProcessMemory {
  routing: RoutingMemory;
  responses: ResponseStore;
  /** Answers that are made while nobody waits for them. */
  background: BackgroundJobs;
  /** What providers want back with their tool calls. */
  reasoning: ReasoningMemory;
  /** What models refused by name. */
  refused: RefusedMembers;
  explanations: ExplainLog;
  cache: CacheMemory;
  health: HealthLog;
  accounts: EncryptedAccounts;
  limits: LimitMemory;
  changes: AccessChanges;
  draining: Draining;
}

/** An empty memory. */
export const newProcessMemory = (): ProcessMemory => ({
  routing: newRoutingMemory(Date.now), responses: new ResponseStore(Date.now), background: new BackgroundJobs(), reasoning: new ReasoningMemory(Date.now), refused: new RefusedMembers(Date.now), explanations: new ExplainLog(), cache: newCacheMemory(),
  limits: newLimitMemory(new EventBus()), changes: new AccessChanges(), health: new HealthLog(), accounts: new EncryptedAccounts(), draining: new Draining(),
});
