// Tells those who work for a request that nobody waits for them any more. A platform's AbortSignal costs several microseconds to make,
// to listen to and to collect, which is much for what nearly never happens; it can stand in wherever this is asked for.

/** Whether work is still wanted. The part of `AbortSignal` that the gateway uses, so that a real one fits too. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A signal with its switch. */
export class Cancellation implements CancelSignal {
  aborted = false;
  private listeners: (() => void)[] = [];

  /** The same, since whoever may cancel may also listen. */
  get signal(): CancelSignal {
    return this;
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    if (!this.aborted) this.listeners.push(listener);
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    const place = this.listeners.indexOf(listener);
    if (place !== -1) this.listeners.splice(place, 1);
  }

  /** Tells the listeners, once. */
  abort(): void {
    if (this.aborted) return;
    this.aborted = true;
    const { listeners } = this;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}

/** The platform's signal, for functions of the platform. */
export function abortSignalOf(signal: CancelSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  if (signal.aborted) controller.abort();
  else signal.addEventListener('abort', () => controller.abort(), { once: true });
  return controller.signal;
}

/** A signal that is aborted when one of the two is. */
export function eitherSignal(one: CancelSignal, other: CancelSignal): CancelSignal {
  const either = new Cancellation();
  for (const signal of [one, other]) {
    if (signal.aborted) either.abort();
    else signal.addEventListener('abort', () => either.abort(), { once: true });
  }
  return either;
}
