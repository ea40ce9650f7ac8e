// Failures that a request asks for, to see what its fallbacks and its client make of them. `readControls` has refused them where they are not allowed.
import { fault, type Fault } from '../canonical/fault.ts';
import type { JsonBody } from '../lib/json-body.ts';

// LiteLLM's members, each with what it pretends.
const pretended: readonly (readonly [member: string, make: (model: string) => Fault])[] = [
  ['mock_testing_fallbacks', (model) => fault('internal', `This is a mock exception for model=${model}, to trigger a fallback.`)],
  ['mock_testing_context_fallbacks', (model) => fault('upstream_context_window', `This is a mock exception for model=${model}, to trigger a fallback.`)],
  ['mock_testing_content_policy_fallbacks', (model) => fault('upstream_content_policy', `This is a mock exception for model=${model}, to trigger a fallback.`)],
  ['mock_testing_rate_limit_error', (model) => fault('upstream_rate_limited', `This is a mock exception for model=${model}, to trigger a rate limit error.`)],
  ['mock_timeout', () => fault('upstream_timeout', 'This is a mock timeout error')],
];

/** What the first attempt is to fail with; null: nothing is pretended. */
export function pretendedFailure(body: JsonBody, model: string): Fault | null {
  const asked = pretended.find(([member]) => body.has(member) && body.get(member) === true);
  return asked ? asked[1](model.slice(0, 200)) : null;
}
