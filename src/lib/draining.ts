// Whether the process is being taken out of service: it answers everything as before, and tells those who send it requests to send them elsewhere.

/** The state of a process on its way out. It never goes back. */
export class Draining {
  private isBegun = false;
  private waiting = 0;

  get begun(): boolean {
    return this.isBegun;
  }

  begin(): void {
    this.isBegun = true;
  }

  /**
   * Waits until nothing is under way beside those who wait here, at most `timeoutMs`, or until the signal says that nobody waits any more.
   * `underWay` counts those who wait, too. Gives how many requests ended meanwhile.
   */
  async wait(underWay: () => number, timeoutMs: number, signal: { readonly aborted: boolean }): Promise<number> {
    this.waiting++;
    try {
      const others = (): number => Math.max(0, underWay() - this.waiting);
      const first = others();
      for (const endMs = performance.now() + timeoutMs; others() > 0 && performance.now() < endMs && !signal.aborted;) await Bun.sleep(lookEveryMs);
      return Math.max(0, first - others());
    } finally {
      this.waiting--;
    }
  }
}

const lookEveryMs = 50;
