import { expect, test } from 'bun:test';
import { withoutSecrets, withSecrets } from './kept-secrets.ts';

const text = `# mine
model_list:
  - model_name: a
    litellm_params: {model: openai/a, api_key: sk-real-1, api_base: "https://user:pw@host/v1"}
  - model_name: b
    litellm_params:
      model: openai/b
      api_key: os.environ/KEY
      extra_headers: {Authorization: "Bearer abc"}
general_settings:
  master_key: 'sk-master'
  database_url: postgresql://u:p@h/d   # where
  alert_to_webhook_url: {llm_exceptions: ["https://hooks.slack.test/T0/B0/xyz"]}
environment_variables:
  ANYTHING: goes
router_settings: {num_retries: 2}
`;

test('secrets go out, and come back to where they were', () => {
  const shown = withoutSecrets(text);
  for (const secret of ['sk-real-1', 'pw@host', 'Bearer abc', 'sk-master', 'postgresql://', 'hooks.slack', 'goes']) expect(shown).not.toContain(secret);
  for (const kept of ['# mine', 'os.environ/KEY', 'num_retries: 2', '# where', 'openai/a']) expect(shown).toContain(kept);
  const back = withSecrets(shown.replace('num_retries: 2', 'num_retries: 3'), [text]);
  expect(back.unknown).toBeNull();
  expect(Bun.YAML.parse(back.text)).toEqual({ ...(Bun.YAML.parse(text) as object), router_settings: { num_retries: 3 } });
  expect(withSecrets('a: kept-secret-0000000000000000', [text]).unknown).toBe('kept-secret-0000000000000000');
});
