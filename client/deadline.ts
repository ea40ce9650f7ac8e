// Ends a call when the caller wants it to end or when nothing came for too long.
import { GatewayError } from './error.ts';

/** A signal for `fetch` that joins the caller's signal with a clock that can be wound up again. */
export class Deadline {
  private readonly controller = new AbortController();
  private readonly caller: AbortSignal | undefined;
  private readonly timeoutMs: number;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private expired = false;

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.timeoutMs = timeoutMs;
    this.caller = caller;
    if (caller?.aborted) this.controller.abort(caller.reason);
    else caller?.addEventListener('abort', this.followCaller);
    this.wind();
  }

  /** What to give to `fetch`. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Starts the clock anew: something came. */
  wind(): void {
    clearTimeout(this.timer);
    if (this.timeoutMs <= 0 || this.timeoutMs === Infinity) return;
    this.timer = setTimeout(() => {
      this.expired = true;
      this.controller.abort(new Error(`No answer for ${this.timeoutMs} ms`));
    }, this.timeoutMs);
  }

  /** Stops the clock while it is the caller who takes time. */
  pause(): void {
    clearTimeout(this.timer);
  }

  /** Must be called when the call is over, however it ended. */
  clear(): void {
    clearTimeout(this.timer);
    this.caller?.removeEventListener('abort', this.followCaller);
  }

  /** The reason that this deadline gives for a failed call; null when the failure has another one. */
  failure(cause: unknown): GatewayError | null {
    if (this.expired) return new GatewayError(`No answer for ${this.timeoutMs} ms`, { kind: 'timeout', cause });
    if (this.caller?.aborted) return new GatewayError('The call was aborted', { kind: 'aborted', cause });
    return null;
  }

  private readonly followCaller = (): void => this.controller.abort(this.caller?.reason);
}
