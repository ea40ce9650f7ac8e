// Tells changes of keys and the like to other instances, and hears of theirs, by a stream in Redis: an instance that was cut off for a while
// misses nothing. Looking twice a second keeps every instance less than a second behind.
import type { ChangedKind, Changes } from './changes.ts';
import type { SharedRedis } from '../store/redis/connect.ts';

const streamKey = '{weir}:changes';
const keptEntries = 10_000;
const pollMs = 400;
const mostAtOnce = 500;
// More changes than this while Redis is away mean that everything has to be read anew anyway.
const mostWaiting = 5_000;

/** Connects the changes of this process with those of others. */
export class SharedChanges {
  private readonly waiting: [ChangedKind, string][] = [];
  private readonly stopListening: () => void;
  private readonly timer: ReturnType<typeof setInterval>;
  private last: string | null = null;
  private busy = false;

  constructor(private readonly changes: Changes, private readonly redis: SharedRedis, private readonly instance: string) {
    this.stopListening = changes.subscribe(({ kind, id, origin }) => {
      if (origin !== 'here') return;
      if (this.waiting.length >= mostWaiting) this.waiting.shift();
      this.waiting.push([kind, id]);
      void this.tell();
    });
    this.timer = setInterval(() => void this.look(), pollMs);
    this.timer.unref();
    void this.look();
  }

  close(): void {
    clearInterval(this.timer);
    this.stopListening();
  }

  private async tell(): Promise<void> {
    for (;;) {
      const next = this.redis.healthy ? this.waiting.shift() : undefined;
      if (!next) return;
      const reply = await this.redis.run('XADD', [streamKey, 'MAXLEN', '~', String(keptEntries), '*', 'from', this.instance, 'kind', next[0], 'id', next[1]]);
      if (reply.ok) continue;
      this.waiting.unshift(next);
      return;
    }
  }

  private async look(): Promise<void> {
    if (this.busy || !this.redis.healthy) return;
    this.busy = true;
    if (this.waiting.length > 0) await this.tell();
    if (this.last === null) await this.begin();
    else await this.read(this.last);
    this.busy = false;
  }

  /** What was changed before this process began, it never knew otherwise. */
  private async begin(): Promise<void> {
    const reply = await this.redis.run('XREVRANGE', [streamKey, '+', '-', 'COUNT', '1']);
    if (reply.ok) this.last = entriesOf(reply.value)[0]?.at ?? '0-0';
  }

  private async read(after: string): Promise<void> {
    const reply = await this.redis.run('XRANGE', [streamKey, `(${after}`, '+', 'COUNT', String(mostAtOnce)]);
    if (!reply.ok) return;
    for (const { at, fields } of entriesOf(reply.value)) {
      this.last = at;
      const { from, kind, id } = fields;
      if (from !== this.instance && kind !== undefined && id !== undefined) this.changes.publish(kind as ChangedKind, id, 'elsewhere');
    }
  }
}

function entriesOf(value: unknown): { at: string; fields: Record<string, string> }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!Array.isArray(entry) || !Array.isArray(entry[1])) return [];
    const list = entry[1].map(String);
    const fields: Record<string, string> = {};
    for (let index = 0; index + 1 < list.length; index += 2) fields[list[index] ?? ''] = list[index + 1] ?? '';
    return [{ at: String(entry[0]), fields }];
  });
}
