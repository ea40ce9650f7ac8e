// Compares what somebody says with a secret.
import { createHash, timingSafeEqual } from 'node:crypto';

/** True when both are the same. Digests have one length, so that neither length nor content shows in the time taken. */
export function sameText(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
