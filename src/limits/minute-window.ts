// Requests and tokens per minute of one thing that is limited. Windows are calendar minutes, as LiteLLM counts them.

const minuteMs = 60_000;

/** What may happen in a minute; null: as much as one likes. */
export interface MinuteLimits {
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly inputTokensPerMinute: number | null;
  readonly outputTokensPerMinute: number | null;
}

/** Counts within the current minute. */
export class MinuteWindow {
  private minute = -1;
  private requests = 0;
  private inputTokens = 0;
  private outputTokens = 0;

  constructor(private readonly limits: MinuteLimits) {}

  /** True when these are the limits that it keeps. */
  keeps({ requestsPerMinute, tokensPerMinute, inputTokensPerMinute, outputTokensPerMinute }: MinuteLimits): boolean {
    const { limits } = this;
    return limits.requestsPerMinute === requestsPerMinute && limits.tokensPerMinute === tokensPerMinute
      && limits.inputTokensPerMinute === inputTokensPerMinute && limits.outputTokensPerMinute === outputTokensPerMinute;
  }

  /** True when another request would still be within all limits. */
  hasRoom(nowMs: number): boolean {
    this.turn(nowMs);
    const { requestsPerMinute, tokensPerMinute, inputTokensPerMinute, outputTokensPerMinute } = this.limits;
    if (requestsPerMinute !== null && this.requests >= requestsPerMinute) return false;
    if (inputTokensPerMinute !== null && this.inputTokens >= inputTokensPerMinute) return false;
    if (outputTokensPerMinute !== null && this.outputTokens >= outputTokensPerMinute) return false;
    return tokensPerMinute === null || this.inputTokens + this.outputTokens < tokensPerMinute;
  }

  /** Takes one request. */
  takeRequest(nowMs: number): void {
    this.turn(nowMs);
    this.requests++;
  }

  /** Adds the tokens of an answer. */
  addTokens(nowMs: number, inputTokens: number, outputTokens: number): void {
    this.turn(nowMs);
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
  }

  /** Tokens of the current minute. */
  tokensNow(nowMs: number): number {
    this.turn(nowMs);
    return this.inputTokens + this.outputTokens;
  }

  private turn(nowMs: number): void {
    const minute = Math.floor(nowMs / minuteMs);
    if (minute === this.minute) return;
    this.minute = minute;
    this.requests = 0;
    this.inputTokens = 0;
    this.outputTokens = 0;
  }
}

/** Whole seconds until the current calendar minute ends, at least one. */
export function secondsToNextMinute(nowMs: number): number {
  return Math.max(1, Math.ceil((minuteMs - (nowMs % minuteMs)) / 1000));
}
