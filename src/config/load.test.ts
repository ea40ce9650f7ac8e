import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { configOfModel } from './command-line-config.ts';
import { loadConfig, loadConfigText } from './load.ts';
import type { LoadResult } from './load.ts';
import { withOverrides } from './overrides.ts';
import { renderProblem } from './problem.ts';
import { sections } from './schema.ts';

function messages(result: LoadResult): readonly string[] {
  return [...(result.kind === 'error' ? result.problems : []), ...result.warnings].map(renderProblem);
}

function loaded(text: string, environment: Record<string, string> = {}) {
  const result = loadConfigText(text, environment);
  if (result.kind === 'error') throw new Error(messages(result).join('\n'));
  return result;
}

function read(files: Record<string, string>) {
  return (file: string) => {
    const text = files[file];
    return text === undefined ? ({ kind: 'error', message: 'does not exist' } as const) : ({ kind: 'ok', text } as const);
  };
}

function failing(text: string): string {
  const result = loadConfigText(text, {});
  expect(result.kind).toBe('error');
  return messages(result).join('\n');
}

function ids(text: string, environment: Record<string, string> = {}): readonly string[] {
  return loaded(text, environment).config.deployments.map(({ info }) => info.id);
}

describe('files', () => {
  test('a missing file, a folder, an empty file and a list are told apart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-config-'));
    writeFileSync(join(folder, 'bytes.yaml'), new Uint8Array([0xff, 0xfe, 0x00]));
    const of = (file: string) => messages(loadConfig(join(folder, file), {})).map((line) => line.replace(folder, ''));
    expect(of('none.yaml')).toEqual(['/none.yaml: error: the configuration file does not exist']);
    expect(of('')).toEqual([': error: the configuration file is a folder; expected a file']);
    expect(of('bytes.yaml')).toEqual(['/bytes.yaml: error: the configuration file is not UTF-8 text']);
    rmSync(folder, { recursive: true });
    expect(messages(loadConfigText('# nothing\n', {}))).toEqual(['configuration:1:1: error: the file is empty; expected settings such as model_list']);
    expect(messages(loadConfigText('- a\n', {}))).toEqual(['configuration:1:1: error: expected a map with sections such as model_list, found a list']);
  });

  test('no deployments: allowed, with a warning', () => {
    expect(messages(loaded('general_settings: {}'))).toEqual(['configuration:1:1: warning: model_list: no deployments are listed, so no model is served']);
  });

  test('included files: lists are appended, fields merged, the included value wins, positions stay', () => {
    const result = loadConfig('/a/main.yaml', {}, read({
      '/a/main.yaml': 'include: [b/more.yaml]\nmodel_list:\n- {model_name: a, litellm_params: {model: openai/a}}\nlitellm_settings: {drop_params: false, json_logs: true}',
      '/a/b/more.yaml': 'include: c.yaml\nlitellm_settings: {drop_params: true}',
      '/a/b/c.yaml': 'model_list:\n- {model_name: b, litellm_params: {model: openai/b}}',
    }));
    if (result.kind === 'error') throw new Error(messages(result).join('\n'));
    expect(result.config.files).toEqual(['/a/main.yaml', '/a/b/more.yaml', '/a/b/c.yaml']);
    expect(result.config.deployments.map(({ modelName, file, line }) => [modelName, file, line])).toEqual([['a', '/a/main.yaml', 3], ['b', '/a/b/c.yaml', 2]]);
    expect(result.config.litellmSettings).toMatchObject({ dropParams: true, jsonLogs: true });
    expect(messages(result)).toEqual(['/a/b/more.yaml:2:20: warning: litellm_settings.drop_params: replaces the value in /a/main.yaml, line 4']);
  });

  test('an included file that is missing or includes itself is an error where it is named', () => {
    expect(messages(loadConfig('/a.yaml', {}, read({ '/a.yaml': 'include:\n  - b.yaml' })))).toEqual(['/a.yaml:2:5: error: include[0]: /b.yaml does not exist']);
    expect(messages(loadConfig('/a.yaml', {}, read({ '/a.yaml': 'include: a.yaml' })))).toEqual(['/a.yaml:1:10: error: include: a.yaml includes itself, directly or through other files']);
  });
});

describe('YAML', () => {
  test('a key twice, tabs, a second document and broken syntax have their line', () => {
    expect(failing('router_settings:\n  timeout: 1\n  timeout: 2')).toContain(':3:3: error: this key stands twice');
    expect(failing('router_settings:\n  retry_policy:\n\t  timeout: 1\n')).toContain(':3:1: error: a tab cannot indent');
    expect(failing('model_list: []\n---\nmodel_list: []')).toContain('a second document starts here');
    expect(failing('model_list: [')).toContain('is not valid YAML');
  });

  test('alias bombs, circles and deep nesting end in an error, quickly', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]', ...Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array.from({ length: 10 }, () => `*a${n}`).join(', ')}]`)];
    expect(failing(bomb.join('\n'))).toContain('holds more than');
    expect(failing('a: &a [*a]')).toContain('contains itself');
    expect(failing(`a: ${'['.repeat(100)}${']'.repeat(100)}`)).toContain('nested deeper than 64 levels');
    expect(failing(`a: ${'['.repeat(20_000)}`)).toContain('error');
  });

  test('words of YAML 1.1 are true and false; quoted ones are text', () => {
    const { config } = loaded('litellm_settings: {drop_params: yes, json_logs: Off}\nmodel_list: [{model_name: "on", litellm_params: {model: openai/a, flag: on, word: "no"}}]');
    expect(config.litellmSettings).toMatchObject({ dropParams: true, jsonLogs: false });
    expect(config.deployments[0]).toMatchObject({ modelName: 'on', extraBody: { flag: true, word: 'no' } });
  });
});

test('what LiteLLM keeps for parts that are not here is told, and never sent to a provider', () => {
  const { config, warnings } = loaded('model_list: [{model_name: a, litellm_params: {model: openai/a, langfuse_secret_key: s, milvus_db_name: d, input_cost_per_token: 1, own_member: 1}}]');
  expect(config.deployments[0]).toMatchObject({ extraBody: { own_member: 1 }, prices: { input_cost_per_token: 1 } });
  expect(config.deployments[0]?.extraBody).toEqual({ own_member: 1 });
  expect(warnings.map(({ path }) => path)).toEqual(['model_list[0].litellm_params.langfuse_secret_key', 'model_list[0].litellm_params.milvus_db_name']);
});

describe('environment', () => {
  test('text of the environment becomes what the field is', () => {
    const environment = { YES: 'True', NUMBER: '2.5', EMPTY: '' };
    const { config, warnings } = loaded('litellm_settings: {drop_params: os.environ/YES, request_timeout: os.environ/NUMBER, num_retries: os.environ/EMPTY}', environment);
    expect(config.litellmSettings).toMatchObject({ dropParams: true, requestTimeoutMs: 2500, numRetries: undefined });
    expect(warnings.map(({ message }) => message)).toContain('the environment variable EMPTY is empty');
  });

  test('an unset or empty api_key keeps its name; the others work', () => {
    const text = 'model_list:\n- {model_name: a, litellm_params: {model: openai/a, api_key: os.environ/GONE}}\n- {model_name: b, litellm_params: {model: openai/b, api_key: os.environ/EMPTY}}\n- {model_name: c, litellm_params: {model: openai/c}}';
    const { config, warnings } = loaded(text, { EMPTY: ' ' });
    expect(config.deployments.map(({ apiKey }) => apiKey)).toEqual([{ kind: 'unset', variable: 'GONE' }, { kind: 'unset', variable: 'EMPTY' }, { kind: 'none' }]);
    expect(warnings[0]).toMatchObject({ line: 2, path: 'model_list[0].litellm_params.api_key', message: 'os.environ/GONE: the environment variable GONE is not set' });
  });

  test('environment_variables is there for references, and wins', () => {
    const { config } = loaded('environment_variables: {A: "1", B: os.environ/C, ON: true}\nlitellm_settings: {num_retries: os.environ/A}', { A: '9', C: 'c' });
    expect(config.litellmSettings.numRetries).toBe(1);
    expect(['A', 'B', 'ON', 'toString'].map(config.environmentValue)).toEqual(['1', 'c', 'true', undefined]);
  });

  test('a printed configuration shows no secret', () => {
    const { config } = loaded('model_list: [{model_name: a, litellm_params: {model: openai/a, api_key: os.environ/KEY}}]\ngeneral_settings: {master_key: sk-hidden}', { KEY: 'sk-hidden' });
    const printed = JSON.stringify(config) + Bun.inspect(config, { depth: 10 }) + inspect(config, { depth: 10, showHidden: true });
    expect(printed.includes('sk-hidden')).toBe(false);
    const apiKey = config.deployments[0]?.apiKey;
    expect(apiKey?.kind === 'value' ? apiKey.value : '').toBe('sk-hidden');
  });

  test('a message shows no value of the environment', () => {
    const result = loadConfigText('router_settings: {routing_strategy: os.environ/KEY, timeout: os.environ/KEY}\nmodel_list: [{model_name: a, litellm_params: {model: openai/a, api_base: os.environ/KEY}}]', { KEY: 'sk-hidden' });
    expect(result.kind).toBe('error');
    expect(messages(result).join('\n')).not.toContain('sk-hidden');
  });
});

describe('deployments', () => {
  const entry = '{model_name: a, litellm_params: {model: openai/a, api_key: os.environ/KEY}}';
  const other = '{model_name: b, litellm_params: {model: openai/b}}';

  test('ids stay with the entry, whatever the key is and wherever it stands; twins differ', () => {
    const [alone] = ids(`model_list: [${entry}]`, { KEY: '1' });
    expect(alone).toMatch(/^[0-9a-f]{64}$/);
    expect(ids(`model_list: [${other}, ${entry}]`, { KEY: '2' })[1]).toBe(alone ?? '');
    expect(new Set(ids(`model_list: [${entry}, ${entry}]`)).size).toBe(2);
  });

  test('an id that is given twice is an error', () => {
    const result = loadConfigText('model_list:\n- {model_name: a, litellm_params: {model: openai/a}, model_info: {id: x}}\n- {model_name: b, litellm_params: {model: openai/b}, model_info: {id: x}}', {});
    expect(messages(result)).toEqual(['configuration:3:71: error: model_list[1].model_info.id: model_list[0] has this id already; expected a different one']);
  });

  test('the result is frozen', () => {
    const { config } = loaded(`model_list: [${other}]`);
    expect([config, config.deployments, config.deployments[0]?.params, config.routing].every(Object.isFrozen)).toBe(true);
  });

  test('--model serves one model under its name and any other; overrides go over the file', () => {
    const result = configOfModel({ model: 'openai/a', alias: 'a', apiBase: 'http://127.0.0.1:9', apiVersion: undefined }, {});
    if (result.kind === 'error') throw new Error(messages(result).join('\n'));
    expect(result.config.deployments.map(({ modelName, providerModel }) => [modelName, providerModel])).toEqual([['a', 'openai/a'], ['*', 'openai/a']]);
    const over = withOverrides(result.config, { requestTimeoutMs: 5000, dropParams: true, maxBudget: undefined });
    expect([over.routing.timeoutMs, over.litellmSettings.dropParams]).toEqual([5000, true]);
  });
});

test('the loader never throws, whatever the text', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => ['ok', 'error'].includes(loadConfigText(text, {}).kind)), { numRuns: 500 });
});

test('the loader never throws, whatever the YAML', () => {
  const names = [...new Set(sections.flatMap(({ fields }) => Object.keys(fields))), '<<', '__proto__', 'constructor', ''];
  const word = fc.oneof(fc.constantFrom(...names), fc.string({ maxLength: 8 }), fc.constantFrom('os.environ/A', 'os.environ/', '${A}', '*', '/', 'true', '1e999'));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      word,
      fc.oneof(fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(word, tie('value'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(word, value, { maxKeys: 8 }), (document) => {
      const result = loadConfigText(JSON.stringify(document), { A: 'true' });
      return result.kind === 'error' ? result.problems.every((problem) => problem.message !== '' && problem.line > 0) : true;
    }),
    { numRuns: 1000 },
  );
});

test('settings of tokens that do nothing are named', () => {
  const loaded = loadConfigText('general_settings:\n  litellm_jwtauth: { user_id_jwt_field: sub, custom_validate: a.b, team_id_jwt_feild: x }\n', {});
  const messages = loaded.warnings.map(({ path, message }) => `${path}: ${message}`).filter((text) => text.includes('jwtauth'));
  expect(messages).toEqual([
    'general_settings.litellm_jwtauth.custom_validate: has no effect: it names Python code',
    'general_settings.litellm_jwtauth.team_id_jwt_feild: has no effect: it is not a setting of tokens that this version knows; did you mean team_id_jwt_field?',
  ]);
});
