// Freezes plain data, all the way down: a configuration that was loaded never changes.

/** Freezes objects and lists in place and returns the value. Functions and maps are left alone. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value) || value instanceof Map) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
  return value;
}
