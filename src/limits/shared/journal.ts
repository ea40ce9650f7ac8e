// What could not be booked in Redis because it was away: kept in order, and booked when it is back. Bounded: what is too much is added up.
import type { Booked } from './arguments.ts';
import type { Claim } from '../counting.ts';
import type { Rule } from '../rule.ts';

/** A settlement that Redis has not confirmed. */
export interface Settlement {
  lease: string;
  rules: readonly Rule[];
  claim: Claim;
  booked: Booked;
}

const mostEntries = 20_000;
const nothingHeld: Claim = { holdNanoUsd: null, tokens: 0 };

/** Settlements that wait. */
export class Journal {
  private entries: Settlement[] = [];
  private summed = 0;

  constructor(private readonly instance: string) {}

  get size(): number {
    return this.entries.length;
  }

  add(settlement: Settlement): void {
    this.entries.push(settlement);
    if (this.entries.length >= mostEntries) this.entries = this.sumUp();
  }

  /** The next settlements, at most so many; they are no longer in the journal. */
  take(most: number): Settlement[] {
    return this.entries.splice(0, most);
  }

  /** One settlement for each counter. What was held expires by itself. */
  private sumUp(): Settlement[] {
    const sums = new Map<string, { rule: Rule; booked: Booked }>();
    for (const { rules, booked } of this.entries) {
      for (const rule of rules) {
        const known = sums.get(rule.counter.key) ?? { rule, booked: { costNanoUsd: 0, tokens: 0, requests: 0, heldOnly: null } };
        sums.set(rule.counter.key, known);
        if (booked.heldOnly?.has(rule)) continue;
        known.booked.costNanoUsd += booked.costNanoUsd;
        known.booked.tokens += booked.tokens;
        known.booked.requests += booked.requests;
      }
    }
    return [...sums.values()].map(({ rule, booked }) => ({ lease: `${this.instance}:sum:${this.summed++}`, rules: [rule], claim: nothingHeld, booked }));
  }
}
