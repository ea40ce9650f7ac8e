// Finds the master key and decides whether the gateway may start with it. Without a good one everybody could call at the owner's cost.
import type { Config } from './config.ts';
import { secretValue } from './secret.ts';
import type { GivenSecret } from './secret.ts';

/**
 * `ok`: start with this key. `open`: start without one, every caller is let in; only by explicit wish. `refused`: do not start; the
 * message says why and the way out. `warnings` are to be shown.
 */
export type MasterKey =
  | { readonly kind: 'ok'; readonly key: GivenSecret; readonly source: string; readonly warnings: readonly string[] }
  | { readonly kind: 'open'; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

const VARIABLE = 'LITELLM_MASTER_KEY';
const PERMIT_VARIABLE = 'LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY';
const PERMIT_SETTING = 'general_settings.dangerously_permit_weak_or_unset_master_key';
/** A random key of `sk-` and 32 hexadecimal digits is longer; a shorter one was thought up. */
const SHORT_KEY_LENGTH = 16;

/** Keys that stand in public documentation, examples and tutorials. Compared without case. */
const publicKeys = new Set([
  'sk-1234',
  'sk-12345',
  'sk-123456',
  'sk-12345678',
  'sk-123456789',
  'sk-1234567890',
  'sk-0000',
  'sk-test',
  'sk-key',
  'sk-litellm',
  'sk-litellm-master-key',
  'sk-litellm-test-key',
  'sk-master',
  'sk-master-key',
  'sk-my-master-key',
  'sk-your-key',
  'sk-your-master-key',
  'sk-your-secure-master-key',
  'sk-your-litellm-master-key',
  'sk-change-me',
  'sk-changeme',
  'sk-xxx',
  'sk-xxxx',
  'your-master-key',
  'your_master_key',
  'master-key',
  'master_key',
  'changeme',
  'change-me',
  'secret',
  'password',
  'anything',
]);

type Found = { readonly value: string | undefined; readonly source: string };

/**
 * The key of `general_settings.master_key`, else `litellm_settings.master_key`, else the environment's `LITELLM_MASTER_KEY`.
 * As in LiteLLM 1.106 a `general_settings.master_key` whose variable is not set stops the start; it does not fall back.
 */
export function resolveMasterKey(config: Pick<Config, 'generalSettings' | 'litellmSettings' | 'environmentValue'>): MasterKey {
  const found = findKey(config);
  // No header can carry white space at its ends, so such a key (a file's last line break, say) could never be sent.
  const value = found.value?.trim() ?? '';
  const wrong = fault(found);
  if (wrong === undefined) return { kind: 'ok', key: secretValue(value), source: found.source, warnings: doubts(value) };
  if (!permitted(config)) return refused(found, wrong);
  if (value === '') return { kind: 'open', warnings: ['There is no master key: every caller is let in. Only for a machine that nobody else can reach.'] };
  return { kind: 'ok', key: secretValue(value), source: found.source, warnings: [`The master key ${wrong}. Only for a machine that nobody else can reach.`] };
}

function findKey(config: Parameters<typeof resolveMasterKey>[0]): Found {
  const general = config.generalSettings.masterKey;
  if (general.kind === 'value') return { value: general.value, source: 'general_settings.master_key' };
  if (general.kind === 'unset') return { value: undefined, source: `general_settings.master_key (os.environ/${general.variable})` };
  const litellm = config.litellmSettings.masterKey;
  if (litellm.kind === 'value') return { value: litellm.value, source: 'litellm_settings.master_key' };
  return { value: config.environmentValue(VARIABLE), source: `the environment variable ${VARIABLE}` };
}

function fault(found: Found): string | undefined {
  if (found.value === undefined) return 'is not set';
  const value = found.value.trim();
  if (value === '') return 'is empty';
  return publicKeys.has(value.toLowerCase()) ? 'is a publicly known default' : undefined;
}

function permitted(config: Parameters<typeof resolveMasterKey>[0]): boolean {
  const word = config.environmentValue(PERMIT_VARIABLE)?.trim().toLowerCase();
  return config.generalSettings.dangerouslyPermitWeakOrUnsetMasterKey || word === 'true' || word === '1';
}

function doubts(value: string): readonly string[] {
  if (value.length >= SHORT_KEY_LENGTH) return [];
  return [`The master key has fewer than ${SHORT_KEY_LENGTH} characters and can be guessed. A random one: echo "sk-$(openssl rand -hex 32)"`];
}

function refused(found: Found, wrong: string): MasterKey {
  const message = [
    `Not started: the master key ${wrong}. It was looked for in ${found.source}.`,
    'Whoever has this key may do everything, so it must be set and nobody may guess it. Make one and keep it in .env:',
    `  echo "${VARIABLE}=sk-$(openssl rand -hex 32)" >> .env`,
    'and refer to it in the configuration file:',
    '  general_settings:',
    `    master_key: os.environ/${VARIABLE}`,
    `Only for a machine that nobody else can reach: ${PERMIT_VARIABLE}=true, or ${PERMIT_SETTING}: true, starts anyway.`,
  ].join('\n');
  return { kind: 'refused', message };
}
