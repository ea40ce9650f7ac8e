import { describe, expect, test } from 'bun:test';
import { parse } from 'yaml';
import { setSetting, settingOf } from './set-setting.ts';

const text = `# ours
model_list:
  - model_name: a   # the first
    litellm_params: {model: openai/a, weight: 1}
  - model_name: b
    litellm_params:
      model: openai/b
      order: 2 # second
router_settings:
  num_retries: 0

  # who follows whom
  fallbacks:
    - a: [b]
    - "b": ["c", "d"]   # twice
litellm_settings:
`;

/** The lines that are new and those that are gone. */
function difference(before: string, after: string | null): string[] {
  const [old, fresh] = [before.split('\n'), (after ?? '').split('\n')];
  return [...old.filter((line) => !fresh.includes(line)).map((line) => `- ${line}`), ...fresh.filter((line) => !old.includes(line)).map((line) => `+ ${line}`)];
}

describe('one setting changes, and nothing else of the text', () => {
  test.each<[string, readonly (string | number)[], unknown, string[]]>([
    ['a number', ['router_settings', 'num_retries'], 3, ['-   num_retries: 0', '+   num_retries: 3']],
    ['a list', ['router_settings', 'fallbacks'], [{ a: ['c'] }], ['-   fallbacks:', '-     - a: [b]', '-     - "b": ["c", "d"]   # twice', '+   fallbacks: [{a: [c]}]']],
    ['in a map on one line', ['model_list', 0, 'litellm_params', 'weight'], 5, ['-     litellm_params: {model: openai/a, weight: 1}', '+     litellm_params: {model: openai/a, weight: 5}']],
    ['new in a map on one line', ['model_list', 0, 'litellm_params', 'order'], 1, ['-     litellm_params: {model: openai/a, weight: 1}', '+     litellm_params: {model: openai/a, weight: 1, order: 1}']],
    ['new in a map of lines', ['model_list', 1, 'litellm_params', 'weight'], 2, ['+       weight: 2']],
    ['with its comment', ['model_list', 1, 'litellm_params', 'order'], 1, ['-       order: 2 # second', '+       order: 1 # second']],
    ['taken away', ['model_list', 1, 'litellm_params', 'order'], undefined, ['-       order: 2 # second']],
    ['in a section that is not there', ['general_settings', 'shadow_limits'], ['team'], ['+ general_settings:', '+   shadow_limits:', '+     - team']],
    ['in an empty section', ['litellm_settings', 'cache'], true, ['- litellm_settings:', '+ litellm_settings:', '+   cache: true']],
    ['deep in nothing', ['general_settings', 'alerting_args', 'quiet_hours'], '22:00-07:00', ['+ general_settings:', '+   alerting_args:', '+     quiet_hours: 22:00-07:00']],
  ])('%s', (_name, path, value, wanted) => {
    const after = setSetting(text, path, value);
    expect(difference(text, after).filter((line) => !wanted.includes(line))).toEqual([]);
    expect(settingOf(after ?? '', path)).toEqual(value);
  });

  test('whatever is set is what the library would have set', () => {
    const values = [1, -0.5, 'text', 'os.environ/KEY', 'yes', '12', '', 'a: b # c', true, null, [], ['x', 'y: z'], [{ a: ['b', 'c'] }], { a: { b: [1, { c: 'd' }] } }, ['long name of a model'.repeat(20)]];
    const paths = [['router_settings', 'num_retries'], ['router_settings', 'fallbacks'], ['model_list', 0, 'litellm_params', 'weight'], ['model_list', 1, 'litellm_params', 'order'], ['general_settings', 'x'], ['router_settings', 'a', 'b']];
    for (const [start, some] of [[text, values], ['', [1, ['x']]], ['model_list: []\n', [1, [{ a: ['b'] }]]], ['{router_settings: {num_retries: 1}}\n', ['a', { b: 1 }]], [text.replaceAll('\n', '\r\n'), ['x', ['y']]]] as const) {
      for (const path of paths.filter((each) => each[0] !== 'model_list' || start.includes('litellm_params'))) {
        for (const value of some) expect([path, value, settingOf(setSetting(start, path, value) ?? '', path)]).toEqual([path, value, value]);
        const without = parse(setSetting(setSetting(start, path, 'x') ?? '', path, undefined) ?? '') as unknown;
        expect(settingOf(JSON.stringify(without ?? {}), path)).toBeUndefined();
      }
    }
  });

  test('a text that is no YAML is left alone', () => {
    expect(setSetting('a: [', ['b'], 1)).toBeNull();
    expect(setSetting('- a\n', ['b'], 1)).toBeNull();
  });
});
