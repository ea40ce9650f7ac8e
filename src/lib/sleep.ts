// A pause that ends early when nobody waits for what comes after it.
import type { CancelSignal } from './cancellation.ts';

/** Waits, but not longer than the caller does. */
export async function sleep(milliseconds: number, signal: CancelSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
}
