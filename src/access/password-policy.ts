// What a password must be that somebody chooses (`general_settings.password_policy_*`).
import { maxCredentialCharacters } from '../lib/bounds.ts';
import type { GeneralSettings } from '../config/config.ts';

/** What a password must be. */
export interface PasswordPolicy {
  leastCharacters: number;
  /** What it must have, in LiteLLM's words. */
  kinds: readonly { words: string; pattern: RegExp }[];
}

// No setting makes passwords shorter than this, as in LiteLLM.
const leastOfAll = 8;

/** The policy of a configuration. Letters and digits of every script count as such. */
export function passwordPolicy(settings: GeneralSettings): PasswordPolicy {
  const kinds = [
    { asked: settings.passwordPolicyRequireUppercase, words: 'include an uppercase letter', pattern: /\p{Lu}/u },
    { asked: settings.passwordPolicyRequireLowercase, words: 'include a lowercase letter', pattern: /\p{Ll}/u },
    { asked: settings.passwordPolicyRequireNumbers, words: 'include a number', pattern: /\p{Nd}/u },
    { asked: settings.passwordPolicyRequireSpecialCharacters, words: 'include a special character', pattern: /[^\p{L}\p{N}]/u },
  ];
  return { leastCharacters: Math.max(leastOfAll, settings.passwordPolicyMinLength), kinds: kinds.filter(({ asked }) => asked) };
}

/** Why a password cannot be taken, in LiteLLM's words; null: it can. */
export function passwordProblem(password: string, { leastCharacters, kinds }: PasswordPolicy): string | null {
  if (password.length > maxCredentialCharacters) return `A password has at most ${maxCredentialCharacters} characters.`;
  const missing = [
    ...(password.length < leastCharacters ? [`be at least ${leastCharacters} characters long`] : []),
    ...kinds.filter(({ pattern }) => !pattern.test(password)).map(({ words }) => words),
  ];
  return missing.length === 0 ? null : `Password does not meet the required policy: must ${missing.join(', ')}.`;
}
