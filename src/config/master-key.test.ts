import { expect, test } from 'bun:test';
import { loadConfigText } from './load.ts';
import { resolveMasterKey } from './master-key.ts';

const good = 'sk-5f2c8e71a9d34b06c1';

function outcome(text: string, environment: Record<string, string> = {}): string {
  const result = loadConfigText(`model_list: []\n${text}`, environment);
  if (result.kind === 'error') throw new Error(result.problems[0]?.message);
  const key = resolveMasterKey(result.config);
  return key.kind === 'ok' ? `${key.key.value} from ${key.source}` : key.kind;
}

test('general_settings, then litellm_settings, then the environment', () => {
  const both = `general_settings: {master_key: ${good}-1}\nlitellm_settings: {master_key: ${good}-2}`;
  expect(outcome(both, { LITELLM_MASTER_KEY: good })).toBe(`${good}-1 from general_settings.master_key`);
  expect(outcome(`litellm_settings: {master_key: ${good}-2}`, { LITELLM_MASTER_KEY: good })).toBe(`${good}-2 from litellm_settings.master_key`);
  expect(outcome('', { LITELLM_MASTER_KEY: `${good}\n` })).toBe(`${good} from the environment variable LITELLM_MASTER_KEY`);
  expect(outcome('litellm_settings: {master_key: os.environ/LITELLM_MASTER_KEY}', { LITELLM_MASTER_KEY: good })).toBe(`${good} from litellm_settings.master_key`);
});

test('a general_settings.master_key whose variable is not set refuses, whatever the environment has; litellm_settings falls back', () => {
  expect(outcome('general_settings: {master_key: os.environ/GONE}', { LITELLM_MASTER_KEY: good })).toBe('refused');
  expect(outcome('litellm_settings: {master_key: os.environ/GONE}', { LITELLM_MASTER_KEY: good })).toBe(`${good} from the environment variable LITELLM_MASTER_KEY`);
});

test('missing, empty and publicly known keys refuse, unless it is wished', () => {
  for (const key of ['', '  ', 'sk-1234', 'SK-1234', 'changeme']) expect(outcome('', { LITELLM_MASTER_KEY: key })).toBe('refused');
  expect(outcome('')).toBe('refused');
  const permit = { LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true' };
  expect(outcome('', permit)).toBe('open');
  expect(outcome('general_settings: {master_key: sk-1234}', permit)).toBe('sk-1234 from general_settings.master_key');
  expect(outcome('general_settings: {dangerously_permit_weak_or_unset_master_key: true}')).toBe('open');
});

test('the refusal names the place, the reason and the way out, and not the key', () => {
  const result = loadConfigText('general_settings: {master_key: sk-1234}', {});
  const key = result.kind === 'ok' ? resolveMasterKey(result.config) : undefined;
  const message = key?.kind === 'refused' ? key.message : '';
  expect(message).toContain('is a publicly known default. It was looked for in general_settings.master_key.');
  expect(message).toContain('openssl rand -hex 32');
  expect(message).not.toContain('sk-1234');
});
