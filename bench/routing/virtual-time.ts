// Time that passes as fast as the computer allows: every timer of the process waits in one queue, and the clock jumps from one to the next.
// What is simulated is only the time; the code that runs is the gateway's own.

interface Waiting {
  atMs: number;
  order: number;
  run: () => void;
  everyMs: number | null;
}

/** The clock. */
export interface VirtualTime {
  nowMs(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Lets time pass until `done` says so or nothing waits any more. */
  run(done: () => boolean): Promise<void>;
  /** Puts the real clock back. */
  restore(): void;
}

const realImmediate = setImmediate;

/** Takes the clock and the timers of this process over. */
export function installVirtualTime(startMs: number): VirtualTime {
  const real = { now: Date.now, performanceNow: performance.now.bind(performance), setTimeout, clearTimeout, setInterval, clearInterval };
  const queue: Waiting[] = [];
  const known = new Map<number, Waiting>();
  let nowMs = startMs;
  let count = 0;

  const add = (run: () => void, delayMs: number, everyMs: number | null): Timer => {
    const waiting: Waiting = { atMs: nowMs + Math.max(0, delayMs || 0), order: count++, run, everyMs };
    push(queue, waiting);
    known.set(waiting.order, waiting);
    return new Timer(waiting.order);
  };
  const remove = (timer: unknown): void => {
    if (timer instanceof Timer) known.delete(timer.id);
  };
  Object.assign(globalThis, {
    setTimeout: (run: (...parameters: unknown[]) => void, delayMs = 0, ...parameters: unknown[]) => add(() => run(...parameters), delayMs, null),
    setInterval: (run: () => void, everyMs = 0) => add(run, everyMs, Math.max(1, everyMs)),
    clearTimeout: remove, clearInterval: remove,
  });
  Date.now = () => nowMs;
  performance.now = () => nowMs - startMs;

  return {
    nowMs: () => nowMs,
    sleep: (milliseconds) => new Promise((resolve) => void add(resolve, milliseconds, null)),
    async run(done) {
      await settle();
      while (!done()) {
        const next = pop(queue);
        if (!next) return;
        if (!known.has(next.order)) continue;
        nowMs = Math.max(nowMs, next.atMs);
        if (next.everyMs === null) known.delete(next.order);
        else push(queue, Object.assign(next, { atMs: nowMs + next.everyMs }));
        next.run();
        await settle();
      }
    },
    restore() {
      Date.now = real.now;
      performance.now = real.performanceNow;
      Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout, setInterval: real.setInterval, clearInterval: real.clearInterval });
    },
  };
}

/** A timer as the platform gives it, as far as the gateway uses it. */
class Timer {
  constructor(readonly id: number) {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

// Promises run to their end between two turns of the real event loop; streams of the platform need a second turn.
async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => void realImmediate(() => resolve()));
}

const before = (one: Waiting, other: Waiting): boolean => one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);

function push(heap: Waiting[], item: Waiting): void {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (!above || !before(item, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
}

function pop(heap: Waiting[]): Waiting | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (!first || !last || first === last) return first;
  let at = 0;
  for (;;) {
    let child = at * 2 + 1;
    const [left, right] = [heap[child], heap[child + 1]];
    if (!left) break;
    if (right && before(right, left)) child++;
    const lower = heap[child];
    if (!lower || !before(lower, last)) break;
    heap[at] = lower;
    at = child;
  }
  heap[at] = last;
  return first;
}
