// Takes alerts from anywhere in the gateway and tells the places: each kind to whom it belongs, the same subject not again and again, quietly at night,
// and never on anybody's time. What was told lately is kept for the dashboard.
import { alertKinds, type AlertKind } from './kinds.ts';
import { alertTries, maxAlertQueue, maxAlertSubjects, maxRecentAlerts } from '../lib/bounds.ts';
import { quietForMs, type QuietHours } from './quiet-hours.ts';
import type { Alert, NewAlert } from './alert.ts';
import type { Place } from './delivery.ts';

/** Takes alerts. */
export interface AlertSink {
  raise(alert: NewAlert): void;
}

/** How a delivery stands. */
export type DeliveryState = 'waiting' | 'delivered' | 'failed';

/** An alert with what became of it; for the dashboard. */
export interface RecentAlert {
  readonly id: string;
  readonly alert: Alert;
  /** Place, state and, when it failed, why. */
  readonly deliveries: { place: string; state: DeliveryState; reason: string | null }[];
}

/** What the dispatcher works with. */
export interface DispatcherOptions {
  /** Which places hear of a kind; empty when nobody does. */
  placesOf: (kind: AlertKind) => readonly Place[];
  /** Hours in which only what is critical is told at once. */
  quiet: () => QuietHours | null;
  /** How long the same subject is not told again. */
  pauseMs: (kind: AlertKind) => number;
  nowMs: () => number;
  /** Told of deliveries that were given up. */
  onLost: (place: string, kind: AlertKind, reason: string) => void;
  /** Waits between tries; for tests. */
  retryMs?: (tries: number) => number;
}

// 2 s, 8 s, 32 s …: a place that restarts is back by then.
const retryAfter = (tries: number): number => 2_000 * 4 ** (tries - 1);

/** The one dispatcher of a process. */
export class AlertDispatcher implements AlertSink {
  private readonly kept: RecentAlert[] = [];
  /** When a subject was told last, oldest first. */
  private readonly toldAtMs = new Map<string, number>();
  private readonly open = new Set<string>();
  private waiting = 0;
  private dropped = 0;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly options: DispatcherOptions) {}

  raise(given: NewAlert): void {
    const alert: Alert = { severity: alertKinds[given.kind].severity, text: '', facts: [], resolved: false, ...given, atMs: this.options.nowMs() };
    const places = this.options.placesOf(alert.kind);
    if (places.length === 0 || !this.isNews(alert)) return;
    const recent: RecentAlert = { id: crypto.randomUUID(), alert, deliveries: places.map(({ name }) => ({ place: name, state: 'waiting', reason: null })) };
    this.kept.unshift(recent);
    if (this.kept.length > maxRecentAlerts) this.kept.pop();
    const quietMs = alert.severity === 'critical' ? 0 : quietForMs(this.options.quiet(), alert.atMs);
    places.forEach((place, index) => this.deliver(recent, place, index, 1, quietMs));
  }

  /** What was raised lately, newest first. */
  recent(): readonly RecentAlert[] {
    return this.kept;
  }

  /** Deliveries that wait, and alerts that were dropped because too many did. */
  size(): { waiting: number; dropped: number } {
    return { waiting: this.waiting, dropped: this.dropped };
  }

  /** Stops waiting deliveries. */
  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** The same subject is news only after its kind's pause, or when it is over. */
  private isNews({ kind, subject, resolved, atMs }: Alert): boolean {
    const key = `${kind}\n${subject}`;
    if (resolved) {
      this.toldAtMs.delete(key);
      return this.open.delete(key);
    }
    const last = this.toldAtMs.get(key);
    if (last !== undefined && atMs - last < this.options.pauseMs(kind)) return false;
    this.toldAtMs.delete(key);
    this.toldAtMs.set(key, atMs);
    this.open.add(key);
    this.forgetOldest();
    return true;
  }

  private forgetOldest(): void {
    if (this.toldAtMs.size <= maxAlertSubjects) return;
    const [oldest] = this.toldAtMs.keys();
    if (oldest === undefined) return;
    this.toldAtMs.delete(oldest);
    this.open.delete(oldest);
  }

  private deliver(recent: RecentAlert, place: Place, index: number, tries: number, afterMs: number): void {
    const delivery = recent.deliveries[index];
    if (!delivery) return;
    if (this.waiting >= maxAlertQueue) {
      this.dropped++;
      this.fail(recent, place, delivery, 'too many alerts are waiting');
      return;
    }
    this.waiting++;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void place.tell(recent.alert, recent.id).then((failure) => {
        this.waiting--;
        if (!failure) delivery.state = 'delivered';
        else if (failure.again && tries < alertTries) this.deliver(recent, place, index, tries + 1, (this.options.retryMs ?? retryAfter)(tries));
        else this.fail(recent, place, delivery, failure.reason);
      });
    }, afterMs);
    timer.unref();
    this.timers.add(timer);
  }

  private fail(recent: RecentAlert, place: Place, delivery: RecentAlert['deliveries'][number], reason: string): void {
    delivery.state = 'failed';
    delivery.reason = reason;
    this.options.onLost(place.name, recent.alert.kind, reason);
  }
}
