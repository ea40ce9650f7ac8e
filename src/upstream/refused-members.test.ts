// Which member a provider's refusal names.
import { expect, test } from 'bun:test';
import { fault } from '../canonical/fault.ts';
import { refusedMember, RefusedMembers } from './refused-members.ts';
import type { Target } from '../routing/deployment.ts';

const body = { model: 'm', max_tokens: 1, temperature: 0.2, reasoning_effort: 'high', thinking: { type: 'adaptive' }, output_config: { effort: 'high' }, context_management: {}, tools: [{ name: 'a' }, { name: 'b', defer_loading: true }], messages: [{ role: 'user', content: [{ type: 'text', text: 'x', cache_control: { type: 'ephemeral', scope: 'global' } }] }] };
const named = (message: string, status = 400) => refusedMember(fault('upstream_bad_request', message, { upstream: { errorName: 'X', status, message } }), Buffer.from(JSON.stringify(body)))?.text ?? null;

test.each([
  ['context_management: Extra inputs are not permitted', 'context_management'],
  ['tools.1.custom.defer_loading: Extra inputs are not permitted', 'tools[*].defer_loading'],
  ['messages.0.content.0.text.cache_control.ephemeral.scope: Extra inputs are not permitted', 'messages[*].content[*].cache_control.scope'],
  ['Unrecognized request argument supplied: context_management', 'context_management'],
  ["Unknown parameter: 'tools[1].defer_loading'.", 'tools[*].defer_loading'],
  ["property 'context_management' is unsupported", 'context_management'],
  ["Unsupported parameter: 'reasoning_effort' is not supported with this model.", 'reasoning_effort'], ["Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.", 'temperature'],
  ['`temperature` is deprecated for this model.', 'temperature'], ['Argument not supported on this model: reasoningEffort', 'reasoning_effort'],
  ['This model does not support the effort parameter.', 'output_config.effort'], ['adaptive thinking is not supported on this model', 'thinking'],
  ["Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", null],
  ['max_tokens: Extra inputs are not permitted', null], ['tools: Extra inputs are not permitted', null], ['other: Extra inputs are not permitted', null],
  ['tools.1: Extra inputs are not permitted', null], ['temperature: Input should be less than 1', null],
])('%s', (message, path) => {
  expect(named(message)).toBe(path);
  expect(named(message, 422)).toBeNull();
});

test('it is remembered for an hour, for this model only, and learned once', () => {
  let now = 0;
  const memory = new RefusedMembers(() => now);
  const target = (model: string): Target => ({ deployment: { id: 'd' }, model }) as Target;
  const path = { text: 'a', steps: ['a'] };
  expect([memory.learn(target('m'), path), memory.learn(target('m'), path)]).toEqual([true, false]);
  expect([memory.of(target('m')), memory.of(target('n'))]).toEqual([[path], []]);
  now = 3_600_000;
  expect(memory.of(target('m'))).toEqual([]);
});
