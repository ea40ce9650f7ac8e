// Several things under way at once, of which none may go on when the others are given up.

/** Waits until all have ended, well or not; rejects with what the first one of the list that failed was rejected with. */
export async function allOf(promises: readonly Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) if (result.status === 'rejected') throw result.reason;
}
