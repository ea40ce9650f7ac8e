// Remembers what the database said of keys, customers and the like: known ones are answered at once, also while the database is away;
// unknown ones are asked for once however many wait; those that do not exist are remembered for a moment.
import { Recent } from './recent.ts';
import { storeProblem } from '../store/store-problem.ts';
import { within } from '../lib/within.ts';

/** The answer of a look-up. `away`: the database does not answer and nothing is remembered. */
export type Looked<V> = { kind: 'found'; value: V } | { kind: 'none' } | { kind: 'away' };

/** How a look-up remembers. */
export interface LookupOptions<V> {
  load: (id: string) => Promise<V | null>;
  nowMs: () => number;
  /** Entries at most. */
  capacity: number;
  /** After this time an entry is read anew behind the scenes, while it goes on being used. */
  refreshMs: number;
  /** How long "there is none" is remembered. */
  missingMs: number;
  /** The longest wait for the database. */
  timeoutMs: number;
}

interface Entry<V> {
  value: V;
  loadedAtMs: number;
  refreshing: boolean;
}

/** A remembering look-up. */
export class Lookup<V> {
  private readonly entries: Recent<Entry<V>>;
  private readonly missing: Recent<{ untilMs: number }>;
  private readonly loading = new Map<string, Promise<Looked<V>>>();
  /** Goes up with each change, so that what was being read meanwhile is not remembered. */
  private generation = 0;

  constructor(private readonly options: LookupOptions<V>) {
    this.entries = new Recent(options.capacity);
    this.missing = new Recent(options.capacity);
  }

  /** The answer: at once where it is known. */
  get(id: string): Looked<V> | Promise<Looked<V>> {
    const { nowMs, refreshMs } = this.options;
    const entry = this.entries.get(id);
    if (entry) {
      if (nowMs() - entry.loadedAtMs > refreshMs && !entry.refreshing) {
        entry.refreshing = true;
        void this.read(id).finally(() => {
          entry.refreshing = false;
        });
      }
      return { kind: 'found', value: entry.value };
    }
    const missing = this.missing.get(id);
    if (missing && missing.untilMs > nowMs()) return { kind: 'none' };
    return this.read(id);
  }

  /** Forgets one, found or missing. */
  forget(id: string): void {
    this.generation++;
    this.entries.delete(id);
    this.missing.delete(id);
  }

  /** Forgets those that the test is true for, and all that were missing. */
  forgetWhere(test: (value: V) => boolean): void {
    this.generation++;
    this.entries.forget((entry) => test(entry.value));
    this.missing.clear();
  }

  private read(id: string): Promise<Looked<V>> {
    const running = this.loading.get(id);
    if (running) return running;
    const started = this.load(id).finally(() => this.loading.delete(id));
    this.loading.set(id, started);
    return started;
  }

  private async load(id: string): Promise<Looked<V>> {
    const { load, nowMs, missingMs, timeoutMs } = this.options;
    const { generation } = this;
    try {
      const value = await within(timeoutMs, load(id), 'the database does not answer');
      const current = generation === this.generation;
      if (value === null) {
        if (current) {
          this.entries.delete(id);
          this.missing.set(id, { untilMs: nowMs() + missingMs });
        }
        return { kind: 'none' };
      }
      if (current) this.entries.set(id, { value, loadedAtMs: nowMs(), refreshing: false });
      return { kind: 'found', value };
    } catch (error) {
      if (storeProblem(error) === 'away') return { kind: 'away' };
      throw error;
    }
  }
}
