// An answer that many ask for is worked out once, and remembered for a moment.

/** Makes a function that gives what `work` gave, not older than `lifeMs`. All who ask while it is being worked out get the same; a failure is not remembered. */
export function remembered<T>(lifeMs: number, work: () => Promise<T>, nowMs: () => number = Date.now): () => Promise<T> {
  let last: { answer: Promise<T>; untilMs: number } | null = null;
  return () => {
    if (last && nowMs() < last.untilMs) return last.answer;
    const asked = { answer: work(), untilMs: Number.POSITIVE_INFINITY };
    last = asked;
    asked.answer.then(() => {
      asked.untilMs = nowMs() + lifeMs;
    }, () => {
      if (last === asked) last = null;
    });
    return asked.answer;
  };
}
