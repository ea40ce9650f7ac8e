// Values that are nearly always there at once and have to be waited for now and then. A promise for each of them would cost more than most
// of the work that waits for it.

/** A value, or the promise of one. */
export type Later<T> = T | Promise<T>;

/** Goes on with a value: at once when it is there. */
export function after<T, U>(value: Later<T>, next: (value: T) => Later<U>): Later<U> {
  return value instanceof Promise ? value.then(next) : next(value);
}
