// Answers for which a provider first gives a receipt and then goes on working, whoever listens. When nobody waits any more, it is told so.
import { Cancellation } from '../lib/cancellation.ts';
import { cancelTimeoutMs } from '../lib/bounds.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { ProviderResponse, Send } from '../http/provider-response.ts';

type Request = Parameters<Send>[1];

/** A piece of work at the provider: `takeBack` is called once, as soon as the signal says that nobody waits for it, unless it is done before. */
export class Work {
  private over = false;
  private readonly onLeft = (): void => {
    if (!this.over) this.takeBack();
    this.over = true;
  };

  constructor(private readonly signal: CancelSignal, private readonly takeBack: () => void) {
    if (signal.aborted) this.onLeft();
    else signal.addEventListener('abort', this.onLeft, { once: true });
  }

  /** The work is done. */
  done(): void {
    this.over = true;
    this.signal.removeEventListener('abort', this.onLeft);
  }

  /** The work went wrong on this side. */
  failed(): void {
    this.signal.removeEventListener('abort', this.onLeft);
    this.onLeft();
  }
}

/**
 * Sends a request to its end even when nobody waits any more: only the receipt tells what to take back. Rejects at once then; a late
 * receipt goes to `late`.
 */
export async function sendForReceipt(send: Send, url: string, request: Request, late: (response: ProviderResponse) => void): Promise<ProviderResponse> {
  const own = new Cancellation();
  const { promise: left, reject } = Promise.withResolvers<never>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waits = true;
  const onLeft = (): void => {
    waits = false;
    timer = setTimeout(() => own.abort(), cancelTimeoutMs);
    reject(new Error('nobody waits for the answer'));
  };
  if (request.signal.aborted) onLeft();
  else request.signal.addEventListener('abort', onLeft, { once: true });
  const sent = send(url, { ...request, signal: own }).then((response) => {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', onLeft);
    if (!waits) late(response);
    return response;
  });
  return Promise.race([sent, left]);
}

/** Tells the provider; what it says to that interests nobody. */
export function tell(send: Send, url: string, headers: Request['headers']): void {
  const signal = new Cancellation();
  const timer = setTimeout(() => signal.abort(), cancelTimeoutMs);
  void send(url, { method: 'POST', headers, body: Buffer.alloc(0), signal }).then((response) => response.arrayBuffer()).catch(() => undefined).finally(() => clearTimeout(timer));
}
