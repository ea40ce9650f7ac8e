// Requests and tokens per minute of one thing that is limited. Windows are calendar minutes, as LiteLLM counts them.

const minuteMs = 60_000;

/** Counts within the current minute. */
export class MinuteWindow {
  private minute = -1;
  private requests = 0;
  private tokens = 0;

  constructor(readonly requestsPerMinute: number | null, readonly tokensPerMinute: number | null) {}

  /** True when another request would still be within both limits. */
  hasRoom(nowMs: number): boolean {
    this.turn(nowMs);
    if (this.requestsPerMinute !== null && this.requests >= this.requestsPerMinute) return false;
    return this.tokensPerMinute === null || this.tokens < this.tokensPerMinute;
  }

  /** Takes one request. */
  takeRequest(nowMs: number): void {
    this.turn(nowMs);
    this.requests++;
  }

  /** Adds the tokens of an answer. */
  addTokens(nowMs: number, tokens: number): void {
    this.turn(nowMs);
    this.tokens += tokens;
  }

  /** Tokens of the current minute. */
  tokensNow(nowMs: number): number {
    this.turn(nowMs);
    return this.tokens;
  }

  private turn(nowMs: number): void {
    const minute = Math.floor(nowMs / minuteMs);
    if (minute === this.minute) return;
    this.minute = minute;
    this.requests = 0;
    this.tokens = 0;
  }
}

/** Whole seconds until the current calendar minute ends, at least one. */
export function secondsToNextMinute(nowMs: number): number {
  return Math.max(1, Math.ceil((minuteMs - (nowMs % minuteMs)) / 1000));
}
