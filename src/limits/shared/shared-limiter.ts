// Limits over several instances: check and take are one script in Redis. What Redis says is mirrored into this process's own counters,
// so that it goes on by them the moment Redis is away; what it booked meanwhile is booked in Redis when that is back.
import { admitArguments, hashKey, heldAmount, keysOf, readReply, setKey, settleArguments, type Booked, type RuleReply } from './arguments.ts';
import { admitScript, renewScript, settleScript, setUsedScript } from './scripts.ts';
import { countedTokens, firstRefusal, giveBack, type Claim } from '../counting.ts';
import { counterKey, turnWindow, type Rule } from '../rule.ts';
import { fail, fault, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { Journal, type Settlement } from './journal.ts';
import { leaseLifeMs, leaseMarkMs, leaseRenewMs } from '../../lib/bounds.ts';
import { refusalFault } from '../refusal.ts';
import { SharedAdmission } from './shared-admission.ts';
import type { Admission, BudgetState, Limiter, LimiterCounts, LimitOutcome, LimitRequest, RuleState } from '../limiter.ts';
import type { EventBus } from '../../observe/events.ts';
import type { LimitScope, ScopeKind } from '../scope.ts';
import type { MemoryLimiter } from '../memory-limiter.ts';
import type { AdmissionHost, LeaseHolder, Taken } from './taken.ts';
import type { SharedRedis } from '../../store/redis/connect.ts';
import type { ReplyHeaders } from '../../http/reply.ts';

/** How shared limits behave while they cannot be shared. */
export interface SharedOptions {
  /** `general_settings.fail_closed_budget_enforcement` and `fail_closed_rate_limit_enforcement`. */
  failClosedBudgets: boolean;
  failClosedRates: boolean;
}

/** Rules of a request by where they are counted. */
interface Parted {
  shared: readonly Rule[];
  own: readonly Rule[];
}

const settlementsAtOnce = 100;

/** What outlives a change of the configuration: what waits to be booked, and requests under way. */
export class SharedState {
  readonly instance = `${process.pid.toString(36)}${Math.floor(performance.timeOrigin + performance.now()).toString(36)}${Math.floor(Math.random() * 46_656).toString(36)}`;
  readonly journal = new Journal(this.instance);
  readonly open = new Set<LeaseHolder>();
  private leases = 0;

  newLease(): string {
    return `${this.instance}:${(this.leases++).toString(36)}`;
  }
}

/** Limits that several instances share. */
export class SharedLimiter implements Limiter, AdmissionHost {
  private readonly parts = new WeakMap<readonly Rule[], Parted>();
  private readonly stopListening: () => void;
  private readonly renewing: ReturnType<typeof setInterval>;
  private lostAtMs: number | null = null;
  private flushing = false;

  constructor(readonly local: MemoryLimiter, private readonly redis: SharedRedis, readonly state: SharedState, private readonly options: SharedOptions, private readonly events: EventBus) {
    this.stopListening = redis.onChange((healthy) => (healthy ? this.back() : this.lost()));
    this.renewing = setInterval(() => void this.renew(), leaseRenewMs);
    this.renewing.unref();
    if (redis.healthy) void this.flush();
  }

  /** Another limiter takes over. */
  close(): void {
    this.stopListening();
    clearInterval(this.renewing);
  }

  counts(): LimiterCounts {
    return { ...this.local.counts(), shared: this.redis.healthy };
  }

  admit(request: LimitRequest): Result<Admission | null> | Promise<Result<Admission | null>> {
    const rules = this.local.rules.rulesOf(request);
    if (rules.length === 0 && !request.mayExtend) return ok(null);
    const claim = this.local.claimOf(request, rules);
    if (!claim.ok) return claim;
    const entered = this.enter(rules, claim.value, request, request.nowMs);
    const opened = (taken: Result<Taken>): Result<Admission> => (taken.ok ? ok(new SharedAdmission(this, taken.value, request)) : taken);
    return entered instanceof Promise ? entered.then(opened) : opened(entered);
  }

  enter(rules: readonly Rule[], claim: Claim, request: LimitRequest, nowMs: number): Result<Taken> | Promise<Result<Taken>> {
    const { shared, own } = this.partsOf(rules);
    if (shared.length === 0 || !this.redis.healthy) return this.enterAlone(rules, shared, claim, request, nowMs);
    const taken = this.local.take(own, claim, request, nowMs);
    if (!taken.ok) return taken;
    for (const rule of shared) if (nowMs >= rule.counter.windowEndMs) turnWindow(rule, nowMs, this.local.settings.clock);
    const lease = this.state.newLease();
    const args = admitArguments(shared, claim, [lease, String(leaseLifeMs), String(leaseMarkMs), 'take'], nowMs);
    return this.redis.script(admitScript, keysOf(shared, lease), args).then((reply) => {
      const read = reply.ok ? readReply(reply.value, shared.length) : null;
      if (!read) {
        giveBack(own, claim);
        return this.enterAlone(rules, shared, claim, request, nowMs, lease);
      }
      const refusing = read.refusing === 0 ? undefined : shared[read.refusing - 1];
      if (refusing) giveBack(own, claim);
      else this.hold(shared, claim, nowMs);
      this.mirror(shared, read.rules);
      if (refusing) return this.refuse(refusing, request, nowMs);
      this.tellShadows(shared, claim, request, nowMs);
      return ok({ lease, rules, shared, claim, inRedis: true, heldOnly: null });
    });
  }

  private refuse(rule: Rule, request: LimitRequest, nowMs: number): Result<Taken> {
    this.local.tellRefusal(rule, request, nowMs);
    return fail(refusalFault(rule, request.model, nowMs, this.local.settings.budgetStatus));
  }

  // Rules in shadow mode are judged by what Redis said.
  private tellShadows(shared: readonly Rule[], claim: Claim, request: LimitRequest, nowMs: number): void {
    const shadowed = shared.filter((rule) => rule.shadow);
    if (shadowed.length > 0) firstRefusal(shadowed, claim, nowMs, this.local.settings.clock, (rule) => this.local.tellRefusal(rule, request, nowMs));
  }

  private enterAlone(rules: readonly Rule[], shared: readonly Rule[], claim: Claim, request: LimitRequest, nowMs: number, lease = this.state.newLease()): Result<Taken> {
    const closed = shared.length === 0 ? null : this.closedFault(shared, claim);
    if (closed) return fail(closed);
    const taken = this.local.take(rules, claim, request, nowMs);
    return taken.ok ? ok({ lease, rules, shared, claim, inRedis: false, heldOnly: null }) : taken;
  }

  private closedFault(shared: readonly Rule[], claim: Claim): Fault | null {
    const { failClosedBudgets, failClosedRates } = this.options;
    const enforced = (rule: Rule): boolean => !rule.shadow && rule.limit !== Infinity;
    if (failClosedBudgets && claim.holdNanoUsd !== null && shared.some((rule) => rule.measure === 'money' && enforced(rule))) {
      return fault('limits_unavailable', 'Budget enforcement unavailable: the shared counters cannot be reached, and fail_closed_budget_enforcement is enabled. Retry shortly.', { retryAfterSeconds: 1 });
    }
    if (failClosedRates && shared.some((rule) => rule.measure !== 'money' && enforced(rule))) {
      return fault('limits_unavailable', 'Rate limits cannot be checked: the shared counters cannot be reached, and fail_closed_rate_limit_enforcement is enabled. Retry shortly.', { retryAfterSeconds: 1 });
    }
    return null;
  }

  settle(taken: Taken, outcome: LimitOutcome): void {
    const { rules, shared, claim, lease, inRedis, heldOnly } = taken;
    const booking = heldOnly ? rules.filter((rule) => !heldOnly.has(rule)) : rules;
    if (heldOnly) giveBack(rules.filter((rule) => heldOnly.has(rule)), claim);
    this.local.settle(booking, claim, outcome);
    if (shared.length === 0) return;
    const tokens = countedTokens(outcome, this.local.settings.countedTokens);
    const booked: Booked = { costNanoUsd: outcome.costNanoUsd, tokens, heldOnly, requests: inRedis ? 0 : 1 };
    this.book({ lease, rules: shared, claim, booked });
  }

  private book(settlement: Settlement): void {
    if (!this.redis.healthy || this.flushing) this.state.journal.add(settlement);
    else void this.send(settlement);
  }

  private async send(settlement: Settlement): Promise<boolean> {
    const { lease, rules, claim, booked } = settlement;
    const args = settleArguments(rules, claim, booked, [lease, String(leaseLifeMs), String(leaseMarkMs), 'settle']);
    const reply = await this.redis.script(settleScript, keysOf(rules, lease), args);
    const read = reply.ok ? readReply(reply.value, rules.length) : null;
    if (read) this.mirror(rules, read.rules);
    else this.state.journal.add(settlement);
    return read !== null;
  }

  /** Takes what is held into the process's own counters; what is used comes with the reply. */
  private hold(shared: readonly Rule[], claim: Claim, nowMs: number): void {
    for (const { counter, measure } of shared) {
      counter.lastUseMs = nowMs;
      if (measure === 'money') counter.held += claim.holdNanoUsd ?? 0;
      else if (measure === 'tokens') counter.held += claim.tokens;
      else if (measure === 'parallel') counter.held += 1;
    }
  }

  private mirror(rules: readonly Rule[], replies: readonly RuleReply[]): void {
    for (const [index, { counter, window }] of rules.entries()) {
      const reply = replies[index];
      if (!reply) continue;
      counter.used = reply.used;
      counter.heldElsewhere = Math.max(0, reply.held - counter.held);
      if (window.kind !== 'none' && reply.endMs > 0) counter.windowEndMs = reply.endMs;
    }
  }

  private partsOf(rules: readonly Rule[]): Parted {
    let parted = this.parts.get(rules);
    if (!parted) {
      // What only counts (a key's spend) need not go to Redis for each request: the database adds it up over all instances.
      const isShared = (rule: Rule): boolean => !rule.scope.local && (rule.limit !== Infinity || rule.softLimit !== Infinity);
      this.parts.set(rules, (parted = { shared: rules.filter(isShared), own: rules.filter((rule) => !isShared(rule)) }));
    }
    return parted;
  }

  private lost(): void {
    this.lostAtMs = Date.now();
    this.local.book.forgetOthers();
    this.events.emit({ type: 'shared_counters', state: 'lost' });
  }

  private back(): void {
    this.events.emit({ type: 'shared_counters', state: 'back', localMs: this.lostAtMs === null ? 0 : Date.now() - this.lostAtMs });
    this.lostAtMs = null;
    void this.flush();
  }

  /** Books what waits. */
  private async flush(): Promise<void> {
    if (this.flushing) return;
    this.flushing = true;
    const { journal } = this.state;
    while (this.redis.healthy && journal.size > 0) {
      const sent = await Promise.all(journal.take(settlementsAtOnce).map((settlement) => this.send(settlement)));
      if (sent.includes(false)) break;
    }
    this.flushing = false;
    // What came in between the last look and here.
    if (this.redis.healthy && journal.size > 0) setTimeout(() => void this.flush(), 100).unref();
  }

  /** Keeps what requests under way hold from expiring, and books what could not be booked before. */
  private async renew(): Promise<void> {
    if (!this.redis.healthy) return;
    if (this.state.journal.size > 0) void this.flush();
    for (const holder of this.state.open) {
      for (const { lease, shared, claim, inRedis } of holder.taken()) {
        if (!inRedis) continue;
        const held = shared.filter((rule) => heldAmount(rule, claim) > 0);
        if (held.length > 0) await this.redis.script(renewScript, held.map(setKey), [String(leaseLifeMs), ...held.map((rule) => `${lease}:${heldAmount(rule, claim)}`)]);
      }
    }
  }

  writeRefusedHeaders(request: LimitRequest, headers: ReplyHeaders): void {
    this.local.writeRefusedHeaders(request, headers);
  }

  isSpent(scope: LimitScope, nowMs: number): boolean {
    return this.local.isSpent(scope, nowMs);
  }

  explain(request: LimitRequest): readonly RuleState[] | Promise<readonly RuleState[]> {
    const { shared } = this.partsOf(this.local.rules.rulesOf(request));
    if (shared.length === 0 || !this.redis.healthy) return this.local.explain(request);
    for (const rule of shared) if (request.nowMs >= rule.counter.windowEndMs) turnWindow(rule, request.nowMs, this.local.settings.clock);
    const args = admitArguments(shared, { holdNanoUsd: 0, tokens: 0 }, ['', String(leaseLifeMs), String(leaseMarkMs), 'look'], request.nowMs);
    return this.redis.script(admitScript, keysOf(shared, 'look'), args).then((reply) => {
      const read = reply.ok ? readReply(reply.value, shared.length) : null;
      if (read) this.mirror(shared, read.rules);
      return this.local.explain(request);
    });
  }

  spentNanoUsd(scope: LimitScope, nowMs: number): number {
    return this.local.spentNanoUsd(scope, nowMs);
  }

  budgets(nowMs: number): BudgetState[] {
    return this.local.budgets(nowMs);
  }

  setSpent(kind: ScopeKind, id: string, spentNanoUsd: number): void {
    this.local.setSpent(kind, id, spentNanoUsd);
    void this.redis.script(setUsedScript, [hashKey(counterKey({ kind, id }, 'max_budget', null))], [String(Math.round(spentNanoUsd))]);
  }
}
