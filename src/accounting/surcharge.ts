// Discounts and margins of a provider (`cost_discount_config`, `cost_margin_config`): what is billed differs from what the price list says.
// As in LiteLLM a discount comes first, then a margin on what is left: a share of it, a fixed amount, or both.
import { attoOf, attoPerUsd } from './rates.ts';
import { nanoOf, usdOf, type Billing, type Cost } from './cost.ts';
import type { JsonValue } from '../config/config.ts';

/** What changes a provider's costs. Shares are of 1. */
export interface Surcharge {
  readonly discount: number;
  readonly margin: number;
  /** US dollars for each request. */
  readonly marginUsd: number;
}

/** The surcharge of a provider; null when it has none. A provider's own margin takes the place of the `global` one. */
export function surchargeOf(provider: string, discounts: Readonly<Record<string, number>> | undefined, margins: Readonly<Record<string, JsonValue>> | undefined): Surcharge | null {
  const discount = discounts?.[provider] ?? 0;
  const given = margins?.[provider] ?? margins?.['global'];
  const margin = typeof given === 'number' ? given : numberIn(given, 'percentage');
  const marginUsd = numberIn(given, 'fixed_amount');
  return discount === 0 && margin === 0 && marginUsd === 0 ? null : { discount, margin, marginUsd };
}

function numberIn(value: JsonValue | undefined, name: string): number {
  const found = typeof value === 'object' && value !== null && name in value ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
  return typeof found === 'number' ? found : 0;
}

/** A cost with a surcharge. Exact: shares are applied to whole 10⁻¹⁸ USD. */
export function withSurcharge(cost: Cost, { discount, margin, marginUsd }: Surcharge): Cost & { billing: Billing } {
  const discountAtto = shareOf(cost.totalAtto, discount);
  const left = cost.totalAtto - discountAtto;
  const marginAtto = shareOf(left, margin) + attoOf(marginUsd);
  const totalAtto = left + marginAtto;
  return {
    ...cost, totalAtto, totalUsd: usdOf(totalAtto), totalNanoUsd: nanoOf(totalAtto),
    billing: { originalUsd: cost.totalUsd, discountUsd: usdOf(discountAtto), marginUsd: usdOf(marginAtto), margin },
  };
}

const shareOf = (atto: bigint, share: number): bigint => (atto * attoOf(share)) / attoPerUsd;
