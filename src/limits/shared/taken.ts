// What an admission of shared limits holds, and what it needs of its limiter.
import type { Claim } from '../counting.ts';
import type { LimitOutcome, LimitRequest } from '../limiter.ts';
import type { MemoryLimiter } from '../memory-limiter.ts';
import type { Result } from '../../canonical/fault.ts';
import type { Rule } from '../rule.ts';

/** What an admission holds, under one lease. */
export interface Taken {
  lease: string;
  rules: readonly Rule[];
  /** Those of them that are counted in Redis. */
  shared: readonly Rule[];
  claim: Claim;
  /** Redis knows of it; otherwise its requests are counted when it is settled. */
  inRedis: boolean;
  /** Rules whose cost is booked by another part of the admission. */
  heldOnly: ReadonlySet<Rule> | null;
}

/** Something that holds leases. */
export interface LeaseHolder {
  taken(): readonly Taken[];
}

/** The limiter as its admissions see it. */
export interface AdmissionHost {
  readonly local: MemoryLimiter;
  readonly state: { readonly open: Set<LeaseHolder> };
  /** Checks and takes rules, in Redis or, when that is away, here. */
  enter(rules: readonly Rule[], claim: Claim, request: LimitRequest, nowMs: number): Result<Taken> | Promise<Result<Taken>>;
  /** Gives back what was taken, and books what was used. */
  settle(taken: Taken, outcome: LimitOutcome): void;
}
