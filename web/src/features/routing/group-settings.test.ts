import { expect, test } from 'bun:test';
import { groupChanges, groupSettings } from './group-settings.ts';

const text = `
model_list:
  - {model_name: a, litellm_params: {model: x/a, weight: 2}}
  - {model_name: b, litellm_params: {model: x/b}}
  - {model_name: a, litellm_params: {model: y/a, order: 2}}
litellm_settings:
  fallbacks: [{a: [b, c]}, {b: [c]}]
router_settings:
  context_window_fallbacks: [{b: [long]}]
`;
const none = { on_failure: [], on_context_window: [], on_content_policy: [] };

test('a group is read as the file has it', () => {
  expect(groupSettings(text, 'a')).toEqual({ fallbacks: { ...none, on_failure: ['b', 'c'] }, entries: [{ index: 0, order: '', weight: '2' }, { index: 2, order: '2', weight: '' }] });
  expect(groupSettings('', 'a')).toEqual({ fallbacks: none, entries: [] });
});

test('only what differs is changed, where it stands', () => {
  const { fallbacks, entries } = groupSettings(text, 'a');
  expect(groupChanges(text, 'a', { fallbacks, placings: entries })).toEqual([]);
  expect(groupChanges(text, 'a', { fallbacks: { ...fallbacks, on_failure: ['c'], on_context_window: ['long'] }, placings: [{ order: '1', weight: '2' }, { order: '', weight: '0.5' }] })).toEqual([
    { path: ['litellm_settings', 'fallbacks'], value: [{ a: ['c'] }, { b: ['c'] }] },
    { path: ['router_settings', 'context_window_fallbacks'], value: [{ b: ['long'] }, { a: ['long'] }] },
    { path: ['model_list', 0, 'litellm_params', 'order'], value: 1 },
    { path: ['model_list', 2, 'litellm_params', 'order'], value: undefined },
    { path: ['model_list', 2, 'litellm_params', 'weight'], value: 0.5 },
  ]);
  expect(groupChanges(text, 'b', { fallbacks: { ...none, on_failure: ['c'] }, placings: [] })).toEqual([{ path: ['router_settings', 'context_window_fallbacks'], value: undefined }]);
  expect(groupChanges('router_settings: {}\n', 'b', { fallbacks: { ...none, on_failure: ['c'] }, placings: [] })).toEqual([{ path: ['router_settings', 'fallbacks'], value: [{ b: ['c'] }] }]);
});
