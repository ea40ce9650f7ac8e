// What happens beside requests and somebody may want to be told of: budgets that are nearly used, refusals, a lost Redis. Whoever tells
// never waits: events go into a bounded queue and are handed out later.
import type { ScopeKind } from '../limits/scope.ts';

/** An event. Names are what people call a thing; nothing here is a key or another secret. */
export type GatewayEvent =
  /** So much of a budget is spent. `percent` is 85, 95 or 100; null for the soft budget. Amounts are US dollars. */
  | { type: 'budget_threshold'; kind: ScopeKind; id: string; name: string; model: string | null; percent: number | null; spentUsd: number; budgetUsd: number; resetsAtMs: number | null }
  /** A limit refused a request, or would have in shadow mode. Told at most once a second for each scope and rule, with the number since then. */
  | { type: 'limit_refused'; kind: ScopeKind; id: string; name: string; rule: string; model: string | null; shadow: boolean; count: number }
  /** Counters are no longer shared with other instances, or are again. `localMs` is for how long they were not. */
  | { type: 'shared_counters'; state: 'lost' }
  | { type: 'shared_counters'; state: 'back'; localMs: number }
  /** The database does not answer any more, or does again. */
  | { type: 'database'; state: 'lost' | 'back' };

/** Hears of events. It must not throw; what it throws is dropped. */
export type EventListener = (event: GatewayEvent) => void;

// More events than this at a time are not told; they are counted.
const mostQueued = 1_000;

/** Hands events from where they happen to who wants to know. */
export class EventBus {
  private readonly listeners = new Set<EventListener>();
  private queue: GatewayEvent[] = [];
  private scheduled = false;
  /** Events that were not told because too many came at once. */
  dropped = 0;

  /** Tells an event. Returns at once. */
  emit(event: GatewayEvent): void {
    if (this.listeners.size === 0) return;
    if (this.queue.length >= mostQueued) {
      this.dropped++;
      return;
    }
    this.queue.push(event);
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.deliver());
  }

  /** Listens from now on; the function that comes back ends it. */
  listen(listener: EventListener): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private deliver(): void {
    const events = this.queue;
    this.queue = [];
    this.scheduled = false;
    for (const event of events) {
      for (const listener of this.listeners) {
        try {
          listener(event);
        } catch {
          this.dropped++;
        }
      }
    }
  }
}
