// Follows whether service and gateway are there: seldom while all is well, with growing pauses while it is not.
import { announce, notify } from '../../app/announce.ts';
import { currentStrings } from '../../app/preferences.ts';
import { chatApi } from '../../api/chat-api.ts';
import { Observable } from '../../lib/observable.ts';
import type { GatewayState } from '../../../shared/api.ts';

/** `unknown` before the first answer; `offline` when the web service itself does not answer. */
export type Health = GatewayState | 'unknown' | 'offline';

/** The present state. */
export const health = new Observable<Health>('unknown');

const relaxedMs = 20_000;
const firstPauseMs = 1000;
const longestPauseMs = 15_000;

let timer: ReturnType<typeof setTimeout> | undefined;
let pauseMs = firstPauseMs;
let checking = false;
const whenBack = new Set<() => void>();

/** Calls back each time the gateway is there again after it was not (and when it is first found). */
export function onBack(listener: () => void): void {
  whenBack.add(listener);
}

/** Asks now, instead of when it would be time: something hints at a change. */
export async function checkHealth(): Promise<void> {
  if (checking) return;
  checking = true;
  clearTimeout(timer);
  const before = health.get();
  const state = await chatApi.health().then(
    ({ gateway }) => gateway,
    () => 'offline' as const,
  );
  checking = false;
  health.update(() => state);
  report(before, state);
  pauseMs = state === 'up' ? firstPauseMs : Math.min(pauseMs * 1.6, longestPauseMs);
  timer = setTimeout(() => void checkHealth(), state === 'up' ? relaxedMs : pauseMs);
}

/** Starts following. */
export function followHealth(): void {
  addEventListener('online', () => void checkHealth());
  addEventListener('offline', () => void checkHealth());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') void checkHealth();
  });
  void checkHealth();
}

function report(before: Health, state: Health): void {
  if (state === before) return;
  if (state !== 'up') {
    if (state !== 'unknown') announce(currentStrings().health[state]);
    return;
  }
  if (before !== 'unknown') notify(currentStrings().health.back);
  for (const listener of whenBack) listener();
}
