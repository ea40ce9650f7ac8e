import { expect, test } from 'bun:test';
import { attoOf } from './rates.ts';
import { surchargeOf, withSurcharge } from './surcharge.ts';
import type { Cost } from './cost.ts';

const cost = (usd: number): Cost => ({ totalUsd: usd, inputUsd: usd, outputUsd: 0, unitsUsd: 0, totalAtto: attoOf(usd), totalNanoUsd: Math.round(usd * 1e9), reported: false });

test('a discount, then a margin on what is left, to the last nano-dollar', () => {
  const billed = withSurcharge(cost(0.01), { discount: 0.05, margin: 0.1, marginUsd: 0.0005 });
  expect(billed.totalNanoUsd).toBe(10_950_000);
  expect(billed.billing).toEqual({ originalUsd: 0.01, discountUsd: 0.0005, marginUsd: 0.00145, margin: 0.1 });
});

test('a provider’s own margin takes the place of the global one; nothing is nothing', () => {
  const margins = { global: 0.05, anthropic: { percentage: 0.08, fixed_amount: 0.0005 } };
  expect(surchargeOf('openai', undefined, margins)).toEqual({ discount: 0, margin: 0.05, marginUsd: 0 });
  expect(surchargeOf('anthropic', { anthropic: 0.2 }, margins)).toEqual({ discount: 0.2, margin: 0.08, marginUsd: 0.0005 });
  expect(surchargeOf('openai', { gemini: 0.2 }, undefined)).toBeNull();
});

test('a cost of nothing stays nothing but for a fixed amount', () => {
  expect(withSurcharge(cost(0), { discount: 0.5, margin: 0.5, marginUsd: 0 }).totalNanoUsd).toBe(0);
  expect(withSurcharge(cost(0), { discount: 0, margin: 0, marginUsd: 0.001 }).totalNanoUsd).toBe(1_000_000);
});
