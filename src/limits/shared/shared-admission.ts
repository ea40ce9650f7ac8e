// A request that was let in by shared limits.
import { chargesOf } from '../charges.ts';
import { ok, type Result } from '../../canonical/fault.ts';
import { writeRateHeaders } from '../rate-headers.ts';
import type { Admission, Extension, Forecast, LimitOutcome, LimitRequest } from '../limiter.ts';
import type { AdmissionHost, LeaseHolder, Taken } from './taken.ts';
import type { BudgetCharge } from '../../accounting/ledger/entry.ts';
import type { LimitScope } from '../scope.ts';
import type { ReplyHeaders } from '../../http/reply.ts';

interface Extended extends Extension {
  taken: Taken;
}

const nothingUsed = { costNanoUsd: 0, inputTokens: 0, outputTokens: 0 };

/** Holds what the request took until it is settled. */
export class SharedAdmission implements Admission, LeaseHolder {
  private settled = false;
  private extensions: Set<Extended> | null = null;

  constructor(private readonly host: AdmissionHost, private readonly main: Taken, private readonly request: LimitRequest) {
    host.state.open.add(this);
    host.local.open++;
  }

  taken(): readonly Taken[] {
    return [this.main, ...[...(this.extensions ?? [])].map(({ taken }) => taken)];
  }

  get withoutBudgets(): boolean {
    return this.main.claim.holdNanoUsd === null;
  }

  writeHeaders(headers: ReplyHeaders): void {
    writeRateHeaders(this.main.rules, headers, this.request.nowMs);
  }

  extend(scopes: readonly LimitScope[], forecast: Forecast, nowMs: number): Result<Extension | null> | Promise<Result<Extension | null>> {
    const { host, request, main } = this;
    if (this.settled) return ok(null);
    const budgets = main.claim.holdNanoUsd === null && forecast.price.kind === 'priced' ? main.rules.filter((rule) => rule.measure === 'money') : [];
    const rules = [...budgets, ...scopes.flatMap((scope) => host.local.rules.scopeRules(scope, request.model, nowMs))];
    if (rules.length === 0) return ok(null);
    const claim = host.local.claimOf({ forecast: () => forecast, model: request.model }, rules);
    if (!claim.ok) return claim;
    const entered = host.enter(rules, claim.value, request, nowMs);
    const heldOnly = budgets.length > 0 ? new Set(budgets) : null;
    const extended = (result: Result<Taken>): Result<Extension | null> => (result.ok ? ok(this.keep({ kind: 'extension', taken: { ...result.value, heldOnly } })) : result);
    return entered instanceof Promise ? entered.then(extended) : extended(entered);
  }

  private keep(extension: Extended): Extension {
    // The client may have left while Redis was asked.
    if (this.settled) this.host.settle(extension.taken, { ...nothingUsed, nowMs: Date.now() });
    else (this.extensions ??= new Set()).add(extension);
    return extension;
  }

  withdraw(extension: Extension): void {
    const own = extension as Extended;
    if (!this.settled && this.extensions?.delete(own)) this.host.settle(own.taken, { ...nothingUsed, nowMs: Date.now() });
  }

  charges(): readonly BudgetCharge[] | null {
    const rules = this.taken().flatMap(({ rules: own, heldOnly }) => (heldOnly ? own.filter((rule) => !heldOnly.has(rule)) : own));
    return chargesOf(rules, this.host.local.settings.clock);
  }

  settle(outcome: LimitOutcome): void {
    if (this.settled) return;
    this.settled = true;
    this.host.state.open.delete(this);
    this.host.local.open--;
    for (const { taken } of this.extensions ?? []) this.host.settle(taken, outcome);
    this.host.settle(this.main, outcome);
  }
}
