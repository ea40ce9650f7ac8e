// Brings one alert to one place: tries again when the place is away, and gives up after a while. Nothing else waits for it.
import { alertAnswerBytes, alertTimeoutMs } from '../lib/bounds.ts';
import type { Alert } from './alert.ts';
import type { Destination } from './destination.ts';

/** A place that is told. Its address and secret are inside the function and nowhere else. */
export interface Place {
  /** The destination's name in `alerting`. */
  readonly name: string;
  readonly label: string;
  /** Tells an alert; gives what went wrong, or null. `again`: another try may help. */
  tell(alert: Alert, id: string): Promise<DeliveryFailure | null>;
}

/** Why a delivery failed, in words that hold no address. */
export interface DeliveryFailure {
  readonly reason: string;
  readonly again: boolean;
}

/** A place behind HTTP. */
export function httpPlace(destination: Destination, address: string, secret: string | null, send: typeof fetch = fetch): Place {
  return {
    name: destination.name,
    label: destination.label,
    async tell(alert, id) {
      try {
        const { url, headers, body } = destination.write(alert, address, secret, id);
        const response = await send(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(alertTimeoutMs) });
        const text = (await response.text()).slice(0, alertAnswerBytes);
        if (!response.ok) return { reason: `answered ${response.status}`, again: response.status === 429 || response.status >= 500 };
        const refusal = destination.refusal?.(text) ?? null;
        return refusal === null ? null : { reason: `refused: ${refusal}`, again: false };
      } catch (error) {
        return { reason: failureWords(error), again: true };
      }
    },
  };
}

/** What went wrong without what it went wrong with: a network error's text may hold the address, and the address may be the secret. */
export function failureWords(error: unknown): string {
  if (!(error instanceof Error)) return 'could not be reached';
  if (error.name === 'TimeoutError') return 'did not answer in time';
  const code = 'code' in error && typeof error.code === 'string' && /^[\w-]{1,60}$/.test(error.code) ? error.code : null;
  return code === null ? 'could not be reached' : `could not be reached (${code})`;
}
