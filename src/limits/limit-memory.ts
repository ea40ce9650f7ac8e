// What limits remember as long as the process runs, whatever the configuration becomes meanwhile.
import { Announcer } from './announcer.ts';
import { CounterBook } from './counter.ts';
import { maxLimitCounters } from '../lib/bounds.ts';
import { OutputHistory } from './output-history.ts';
import type { EventBus } from '../observe/events.ts';

/** Counters, what answers usually are like, and who is told of it. */
export interface LimitMemory {
  book: CounterBook;
  outputs: OutputHistory;
  announcer: Announcer;
}

/** An empty memory. */
export const newLimitMemory = (events: EventBus): LimitMemory => ({ book: new CounterBook(maxLimitCounters), outputs: new OutputHistory(), announcer: new Announcer(events) });
