// When a second deployment is asked because the first is late: after the model's own 95th percentile of the time to a first token, and
// only for a bounded share of all that is spent on prompts.
import { RecentQuantile } from './quantile.ts';

/** Settings of `router_settings.hedging`. */
export interface HedgeSettings {
  /** The quantile of the time to the first token after which a stream is late. */
  quantile: number;
  /** The most that second calls may add to what is sent to providers. */
  maxShare: number;
  /** No stream is late before this. */
  leastMs: number;
}

// What may be saved up for a bad moment: this many usual prompts.
const longestCredit = 10;

/** What is known of one model group. */
interface GroupTimes {
  firstToken: RecentQuantile;
  /** Bytes of prompts that second calls may still send. */
  creditBytes: number;
  averageBytes: number;
}

/** Decides about second calls. */
export class Hedging {
  private readonly groups = new Map<string, GroupTimes>();

  constructor(private readonly settings: HedgeSettings) {}

  /** A stream begins: its prompt earns a little of a second call. Gives the time after which it is late; null: no second call for it. */
  begin(group: string, promptBytes: number): number | null {
    const times = this.timesOf(group);
    times.averageBytes = times.averageBytes === 0 ? promptBytes : times.averageBytes * 0.95 + promptBytes * 0.05;
    times.creditBytes = Math.min(times.creditBytes + promptBytes * this.settings.maxShare, times.averageBytes * longestCredit);
    const late = times.firstToken.value();
    return late === null ? null : Math.max(this.settings.leastMs, late);
  }

  /** Takes what a second call costs; false when the share is used up. */
  spend(group: string, promptBytes: number): boolean {
    const times = this.timesOf(group);
    if (times.creditBytes < promptBytes) return false;
    times.creditBytes -= promptBytes;
    return true;
  }

  /** A stream's first token came after this time, or had not come by then. */
  measured(group: string, durationMs: number): void {
    this.timesOf(group).firstToken.add(durationMs);
  }

  private timesOf(group: string): GroupTimes {
    let times = this.groups.get(group);
    if (!times) {
      times = { firstToken: new RecentQuantile(this.settings.quantile), creditBytes: 0, averageBytes: 0 };
      this.groups.set(group, times);
    }
    return times;
  }
}
