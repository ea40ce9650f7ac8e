// The answers of a process that are made in the background: bounded in number, in bytes and in time. Finished ones are kept for a while
// with their events, so that a reader that lost its connection can go on; their answers stay in the store of answers.
import { backgroundKeptMs, maxBackgroundJobs, maxBackgroundMs, maxBackgroundTotalBytes } from '../lib/bounds.ts';
import { BackgroundJob, type JobStart } from './background-job.ts';
import { fault } from '../canonical/fault.ts';

interface Entry {
  job: BackgroundJob;
  timer: ReturnType<typeof setTimeout>;
}

/** Jobs by tenant and id. */
export class BackgroundJobs {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly maxJobs = maxBackgroundJobs, private readonly maxMs = maxBackgroundMs, private readonly keptMs = backgroundKeptMs) {}

  /** Begins a job; null when too many are under way. */
  begin(start: Omit<JobStart, 'changed'>, changed: JobStart['changed']): BackgroundJob | null {
    if (this.running() >= this.maxJobs) return null;
    const key = keyOf(start.tenant, start.id);
    const job = new BackgroundJob({
      ...start,
      changed: (told) => {
        changed(told);
        if (told.finished) this.keep(key);
      },
    });
    const timer = setTimeout(() => job.break(fault('upstream_timeout', `The answer was not complete after ${this.maxMs / 60_000} minutes.`)), this.maxMs);
    timer.unref();
    this.entries.set(key, { job, timer });
    return job;
  }

  get(tenant: string, id: string): BackgroundJob | null {
    return this.entries.get(keyOf(tenant, id))?.job ?? null;
  }

  /** Ends a job and forgets it. */
  drop(job: BackgroundJob): void {
    job.cancel();
    this.forget(keyOf(job.tenant, job.id));
  }

  /** How many are under way. */
  running(): number {
    let count = 0;
    for (const { job } of this.entries.values()) if (!job.finished) count++;
    return count;
  }

  private keep(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => this.forget(key), this.keptMs);
    entry.timer.unref();
    let bytes = 0;
    for (const { job } of this.entries.values()) bytes += job.bytes;
    // The oldest finished ones go first.
    for (const [oldest, { job }] of this.entries) {
      if (bytes <= maxBackgroundTotalBytes && this.entries.size <= this.maxJobs * 2) break;
      if (!job.finished || oldest === key) continue;
      bytes -= job.bytes;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    clearTimeout(this.entries.get(key)?.timer);
    this.entries.delete(key);
  }
}

const keyOf = (tenant: string, id: string): string => `${tenant.length}:${tenant}${id}`;
