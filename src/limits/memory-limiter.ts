// The limiter of one process: all counters are in memory, so that check and take are one synchronous step.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { chargesOf } from './charges.ts';
import { firstRefusal, giveBack, isFull, settleAll, takeAll, takenOf, type Claim, type CountedTokens } from './counting.ts';
import { counterKey, limitNow, turnWindow, type Rule } from './rule.ts';
import { refusalFault, usdOfNano } from './refusal.ts';
import { RuleSet, type RuleSettings } from './rule-set.ts';
import { writeRateHeaders } from './rate-headers.ts';
import { noteRefusal } from './limiter.ts';
import type { Admission, BudgetState, Extension, Forecast, Limiter, LimiterCounts, LimitOutcome, LimitRequest, PriceForecast, RuleState } from './limiter.ts';
import type { Announcer } from './announcer.ts';
import type { BudgetCharge } from '../accounting/ledger/entry.ts';
import type { CounterBook } from './counter.ts';
import type { LimitScope, ScopeKind } from './scope.ts';
import type { ReplyHeaders } from '../http/reply.ts';

/** What becomes of requests whose price nobody knows (`general_settings.unknown_price_policy`). */
export type UnknownPrice = { policy: 'deny' } | { policy: 'allow' } | { policy: 'hold_default'; holdNanoUsd: number };

/** What a limiter needs to know beside its rules. */
export interface LimiterSettings extends RuleSettings {
  unknownPrice: UnknownPrice;
  countedTokens: CountedTokens;
  /** `litellm_settings.budget_exceeded_status_code`. */
  budgetStatus: number;
}

/** Limits within this process. */
export class MemoryLimiter implements Limiter {
  readonly rules: RuleSet;

  constructor(readonly book: CounterBook, readonly settings: LimiterSettings, readonly announcer: Announcer) {
    this.rules = new RuleSet(book, settings);
  }

  /** Admissions that are not settled. */
  open = 0;

  counts(): LimiterCounts {
    return { counters: this.book.size, open: this.open, shared: null, refusals: this.announcer.refusals };
  }

  admit(request: LimitRequest): Result<MemoryAdmission | null> {
    const rules = this.rules.rulesOf(request);
    if (rules.length === 0 && !request.mayExtend) return ok(null);
    const claim = this.claimOf(request, rules);
    if (!claim.ok) return claim;
    const refused = this.take(rules, claim.value, request, request.nowMs);
    return refused.ok ? ok(new MemoryAdmission(this, rules, claim.value, request)) : refused;
  }

  /** What a request holds, or why it may not run at all. */
  claimOf(request: Pick<LimitRequest, 'forecast' | 'model'>, rules: readonly Rule[]): Result<Claim> {
    if (!rules.some(isSized)) return ok(countOnly);
    const { price, tokens } = request.forecast();
    if (price.kind === 'free') return ok({ holdNanoUsd: null, tokens });
    if (price.kind === 'priced') return ok({ holdNanoUsd: price.holdNanoUsd, tokens });
    const { unknownPrice } = this.settings;
    switch (unknownPrice.policy) {
      case 'allow': return ok({ holdNanoUsd: null, tokens });
      case 'hold_default': return ok({ holdNanoUsd: unknownPrice.holdNanoUsd, tokens });
      case 'deny':
        if (!rules.some((rule) => rule.measure === 'money' && rule.limit !== Infinity && !rule.shadow)) return ok({ holdNanoUsd: 0, tokens });
        return fail(fault('price_unknown', `The price of the model ${request.model} is not known, and a budget holds for this request. Set its prices in model_info, or general_settings.unknown_price_policy.`));
    }
  }

  /** Checks all, then takes all. */
  take(rules: readonly Rule[], claim: Claim, request: LimitRequest, nowMs: number): Result<null> {
    const refusing = firstRefusal(rules, claim, nowMs, this.settings.clock, (rule) => this.tellRefusal(rule, request, nowMs));
    if (refusing) {
      this.tellRefusal(refusing, request, nowMs);
      return fail(refusalFault(refusing, request.model, nowMs, this.settings.budgetStatus));
    }
    takeAll(rules, claim, nowMs);
    return ok(null);
  }

  /** A rule refused, or would have: counted, announced, and noted with the request. */
  tellRefusal(rule: Rule, request: LimitRequest, nowMs: number): void {
    this.announcer.refused(rule, nowMs);
    noteRefusal(request, rule);
  }

  /** Books a finished request. */
  settle(rules: readonly Rule[], claim: Claim, outcome: LimitOutcome): void {
    settleAll(rules, claim, outcome, this.settings.countedTokens, this.settings.clock);
    if (outcome.costNanoUsd === 0) return;
    for (const rule of rules) if (rule.measure === 'money') this.announcer.spent(rule, outcome.nowMs);
  }

  writeRefusedHeaders(request: LimitRequest, headers: ReplyHeaders): void {
    writeRateHeaders(this.rules.rulesOf(request), headers, request.nowMs);
  }

  isSpent(scope: LimitScope, nowMs: number): boolean {
    return this.rules.scopeRules(scope, '', nowMs).some((rule) => {
      if (nowMs >= rule.counter.windowEndMs) turnWindow(rule, nowMs, this.settings.clock);
      return rule.measure === 'money' && !rule.shadow && rule.counter.used >= limitNow(rule, nowMs);
    });
  }

  explain(request: LimitRequest): readonly RuleState[] {
    const { nowMs } = request;
    const { price } = request.forecast();
    const states = this.rules.rulesOf(request).map((rule) => {
      if (nowMs >= rule.counter.windowEndMs) turnWindow(rule, nowMs, this.settings.clock);
      return stateOf(rule, price, nowMs);
    });
    return [...states.filter((state) => state.refuses), ...states.filter((state) => !state.refuses)];
  }

  spentNanoUsd(scope: LimitScope, nowMs: number): number {
    const rule = this.rules.scopeRules(scope, '', nowMs).find(({ name }) => name === 'max_budget');
    if (!rule) return scope.limits.spentNanoUsd ?? 0;
    if (nowMs >= rule.counter.windowEndMs) turnWindow(rule, nowMs, this.settings.clock);
    return rule.counter.used;
  }

  budgets(nowMs: number): BudgetState[] {
    return [...this.book.budgets(nowMs - shownBudgetsMs)].map(({ budget: { scope, limitNanoUsd }, used, windowEndMs }) => {
      const spent = windowEndMs > 0 && windowEndMs <= nowMs ? 0 : used;
      return {
        kind: scope.kind, id: scope.id, name: scope.name, maxUsd: usdOfNano(limitNanoUsd), remainingUsd: usdOfNano(limitNanoUsd - spent),
        hoursLeft: windowEndMs > nowMs && Number.isFinite(windowEndMs) ? (windowEndMs - nowMs) / hourMs : null,
      };
    });
  }

  setSpent(kind: ScopeKind, id: string, spentNanoUsd: number): void {
    const counter = this.book.find(counterKey({ kind, id }, 'max_budget', null));
    if (!counter) return;
    counter.used = spentNanoUsd;
    counter.announcedPercent = 0;
    counter.softAnnounced = false;
  }
}

const hourMs = 3_600_000;
// Budgets that were taken away meet no request any more.
const shownBudgetsMs = 24 * hourMs;

const countOnly: Claim = { holdNanoUsd: 0, tokens: 0 };
const isSized = ({ measure, limit }: Rule): boolean => measure === 'tokens' || (measure === 'money' && limit !== Infinity);

/** What was taken after the admission, for one deployment. */
interface Extended extends Extension {
  rules: readonly Rule[];
  /** Budgets of the admission itself that hold only now; their cost is booked with the admission. */
  budgets: readonly Rule[];
  claim: Claim;
}

/** A request that was let in. */
export class MemoryAdmission implements Admission {
  private settled = false;
  private extensions: Set<Extension> | null = null;

  constructor(private readonly limiter: MemoryLimiter, private readonly rules: readonly Rule[], private readonly claim: Claim, private readonly request: LimitRequest) {
    limiter.open++;
  }

  get withoutBudgets(): boolean {
    return this.claim.holdNanoUsd === null;
  }

  writeHeaders(headers: ReplyHeaders): void {
    writeRateHeaders(this.rules, headers, this.request.nowMs);
  }

  extend(scopes: readonly LimitScope[], forecast: Forecast, nowMs: number): Result<Extension | null> {
    const { limiter, request } = this;
    if (this.settled) return ok(null);
    // Forecast as free and not any more: the budgets that were passed over are checked now.
    const budgets = this.claim.holdNanoUsd === null && forecast.price.kind === 'priced' ? this.rules.filter((rule) => rule.measure === 'money') : [];
    const rules = scopes.flatMap((scope) => limiter.rules.scopeRules(scope, request.model, nowMs));
    if (rules.length === 0 && budgets.length === 0) return ok(null);
    const claim = limiter.claimOf({ forecast: () => forecast, model: request.model }, [...budgets, ...rules]);
    if (!claim.ok) return claim;
    const taken = limiter.take([...budgets, ...rules], claim.value, request, nowMs);
    if (!taken.ok) return taken;
    const extension: Extended = { kind: 'extension', rules, budgets, claim: claim.value };
    (this.extensions ??= new Set()).add(extension);
    return ok(extension);
  }

  withdraw(extension: Extension): void {
    if (!this.settled && this.extensions?.delete(extension)) giveBackExtension(extension as Extended);
  }

  charges(): readonly BudgetCharge[] | null {
    const extended = [...(this.extensions ?? [])].flatMap((extension) => (extension as Extended).rules);
    return chargesOf(extended.length === 0 ? this.rules : [...this.rules, ...extended], this.limiter.settings.clock);
  }

  settle(outcome: LimitOutcome): void {
    if (this.settled) return;
    this.settled = true;
    this.limiter.open--;
    for (const extension of this.extensions ?? []) {
      const { rules, budgets, claim } = extension as Extended;
      giveBack(budgets, claim);
      this.limiter.settle(rules, claim, outcome);
    }
    this.limiter.settle(this.rules, this.claim, outcome);
  }
}

const giveBackExtension = ({ rules, budgets, claim }: Extended): void => giveBack([...budgets, ...rules], claim);

/** A rule's state for `explain`. */
export function stateOf(rule: Rule, price: PriceForecast, nowMs: number): RuleState {
  const { counter, measure, scope } = rule;
  const amount = (value: number): number => (measure === 'money' ? usdOfNano(value) : value);
  const limit = limitNow(rule, nowMs);
  return {
    kind: scope.kind, id: scope.id, name: scope.name, rule: rule.name, model: rule.model, shadow: rule.shadow,
    limit: limit === Infinity ? null : amount(limit),
    softLimit: rule.softLimit === Infinity ? null : amount(rule.softLimit),
    used: amount(counter.used), held: amount(counter.held + counter.heldElsewhere),
    remaining: limit === Infinity ? null : amount(Math.max(0, limit - takenOf(rule))),
    resetsAt: Number.isFinite(counter.windowEndMs) && counter.windowEndMs > 0 ? new Date(counter.windowEndMs).toISOString() : null,
    refuses: isFull(rule, nowMs) && !rule.shadow && !(measure === 'money' && price.kind === 'free'),
  };
}
