// LiteLLM's `SpendMetrics`: the sums of an activity as its dashboards read them.
import { usdOf } from '../../lib/money.ts';
import type { ActivityTotals } from './sums.ts';
import type { JsonObject } from '../../lib/json.ts';

/** Sums that are added to. */
export type Totals = { -readonly [K in keyof ActivityTotals]: number };

/** Nothing yet. */
export const noTotals = (): Totals => ({
  spend_nano_usd: 0, prompt_tokens: 0, completion_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, requests: 0, successful_requests: 0, failed_requests: 0, duration_ms: 0,
});

/** Adds one to the other. */
export function addTotals(to: Totals, more: ActivityTotals): void {
  to.spend_nano_usd += more.spend_nano_usd;
  to.prompt_tokens += more.prompt_tokens;
  to.completion_tokens += more.completion_tokens;
  to.cache_read_tokens += more.cache_read_tokens;
  to.cache_write_tokens += more.cache_write_tokens;
  to.requests += more.requests;
  to.successful_requests += more.successful_requests;
  to.failed_requests += more.failed_requests;
  to.duration_ms += more.duration_ms;
}

/** The members of `metrics`. */
export function spendMetrics(totals: ActivityTotals): JsonObject {
  return {
    spend: usdOf(totals.spend_nano_usd), flat_cost: 0, prompt_tokens: totals.prompt_tokens, completion_tokens: totals.completion_tokens,
    cache_read_input_tokens: totals.cache_read_tokens, cache_creation_input_tokens: totals.cache_write_tokens, compression_saved_tokens: 0, compression_savings_spend: 0,
    prompt_caching_savings_spend: 0, gateway_injected_caching_savings_spend: 0, autorouter_savings_spend: 0, total_tokens: totals.prompt_tokens + totals.completion_tokens,
    successful_requests: totals.successful_requests, failed_requests: totals.failed_requests, api_requests: totals.requests,
    total_response_time_ms: totals.duration_ms, timed_requests: totals.requests,
  };
}

/** The members of `metadata` of a report. */
export function totalMetrics(totals: ActivityTotals): JsonObject {
  return {
    total_spend: usdOf(totals.spend_nano_usd), total_flat_cost: 0, total_prompt_tokens: totals.prompt_tokens, total_completion_tokens: totals.completion_tokens,
    total_tokens: totals.prompt_tokens + totals.completion_tokens, total_api_requests: totals.requests, total_successful_requests: totals.successful_requests,
    total_failed_requests: totals.failed_requests, total_cache_read_input_tokens: totals.cache_read_tokens, total_cache_creation_input_tokens: totals.cache_write_tokens,
    total_compression_saved_tokens: 0, total_compression_savings_spend: 0, total_prompt_caching_savings_spend: 0, total_gateway_injected_caching_savings_spend: 0,
    total_autorouter_savings_spend: 0, total_response_time_ms: totals.duration_ms, total_timed_requests: totals.requests,
  };
}
