// A value that tells when it changes, and the hook by which components follow it.
import { useSyncExternalStore } from 'react';

/** A value with listeners. Replace it, never change it in place. */
export class Observable<Value> {
  private value: Value;
  private readonly listeners = new Set<() => void>();

  constructor(value: Value) {
    this.value = value;
  }

  readonly get = (): Value => this.value;

  /** Sets the value, or what a function makes of the present one. */
  update(change: (value: Value) => Value): void {
    const next = change(this.value);
    if (Object.is(next, this.value)) return;
    this.value = next;
    for (const listener of this.listeners) listener();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
}

/** The part of the value that `select` gives; the component is drawn anew when that part is another one. */
export function useObservable<Value, Part>(observable: Observable<Value>, select: (value: Value) => Part): Part {
  return useSyncExternalStore(observable.subscribe, () => select(observable.get()));
}
