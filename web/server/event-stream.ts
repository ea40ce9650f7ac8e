// Sends events to the page as server-sent events, with a sign of life when there is nothing to say.
import { heartbeatMs } from './bounds.ts';

const encoder = new TextEncoder();
const heartbeat = encoder.encode(': still here\n\n');

/** The bytes of the events. `leave` is called when nobody reads them any more; it should make a pending event end. */
export async function* eventStreamBytes(
  events: AsyncGenerator<unknown, void, undefined>,
  leave: () => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  const clock = new Heartbeat();
  try {
    // Headers leave with the first bytes: the page learns at once that the question has arrived.
    yield heartbeat;
    let next = events.next();
    for (;;) {
      const result = await Promise.race([next, clock.wait()]);
      clock.stop();
      if (result === null) {
        yield heartbeat;
        continue;
      }
      if (result.done) return;
      yield encoder.encode(`data: ${JSON.stringify(result.value)}\n\n`);
      next = events.next();
    }
  } finally {
    // Runs also when the reader leaves: a generator is told, a TransformStream would not be.
    clock.stop();
    leave();
    await events.return();
  }
}

class Heartbeat {
  private timer: ReturnType<typeof setTimeout> | undefined;

  wait(): Promise<null> {
    return new Promise((resolve) => {
      this.timer = setTimeout(() => resolve(null), heartbeatMs);
    });
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
