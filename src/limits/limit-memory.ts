// What limits remember as long as the process runs, whatever the configuration becomes meanwhile.
import { AdmissionGate } from './admission-gate.ts';
import { Announcer } from './announcer.ts';
import { CounterBook } from './counter.ts';
import { maxLimitCounters } from '../lib/bounds.ts';
import { OutputHistory } from './output-history.ts';
import { SharedState } from './shared/shared-limiter.ts';
import type { EventBus } from '../observe/events.ts';
import type { SharedRedis } from '../store/redis/connect.ts';

/** Counters, what answers usually are like, who is told of it, and what is shared with other instances. */
export interface LimitMemory {
  book: CounterBook;
  outputs: OutputHistory;
  gate: AdmissionGate;
  announcer: Announcer;
  events: EventBus;
  shared: SharedState;
  /** The connection to the Redis that counters are shared by, with the settings that it was made from; null: none is configured. */
  connection: { key: string; redis: SharedRedis; close: () => void } | null;
  /** Ends the shared limiter of the configuration in force. */
  closeLimiter: (() => void) | null;
}

/** An empty memory. */
export const newLimitMemory = (events: EventBus): LimitMemory => ({
  book: new CounterBook(maxLimitCounters), outputs: new OutputHistory(), gate: new AdmissionGate(), announcer: new Announcer(events), events, shared: new SharedState(), connection: null, closeLimiter: null,
});
