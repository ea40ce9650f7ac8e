// What the configuration says of new keys: `default_key_generate_params`, `upperbound_key_generate_params`, `key_generation_settings`.
import { after } from '../durations.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { fault, type Fault } from '../../canonical/fault.ts';
import type { Config } from '../../config/config.ts';

/** The body of a request for a new key, with what the configuration adds; or why it is refused. */
export function withPolicy(body: JsonObject, { litellmSettings }: Config, nowMs: number): { body: JsonObject } | { fault: Fault } {
  const filled: JsonObject = { ...body };
  for (const [name, value] of Object.entries(litellmSettings.defaultKeyGenerateParams ?? {})) if (isEmpty(filled[name])) filled[name] = value as Json;
  for (const [name, most] of Object.entries(litellmSettings.upperboundKeyGenerateParams ?? {})) {
    if (most === null) continue;
    const asked = filled[name];
    if (isEmpty(asked)) filled[name] = most as Json;
    else if (isAbove(asked ?? null, most as Json, nowMs)) {
      return { fault: fault('managed_invalid', `${name} is over max limit set in config - user_value=${String(asked).slice(0, 40)}; max_value=${String(most)}`) };
    }
  }
  return { body: filled };
}

const isEmpty = (value: Json | undefined): boolean => value === undefined || value === null || (isJsonObject(value) && Object.keys(value).length === 0);

function isAbove(asked: Json, most: Json, nowMs: number): boolean {
  if (typeof most === 'number') return Number(asked) > most || Number.isNaN(Number(asked));
  if (typeof most !== 'string' || typeof asked !== 'string') return false;
  const limit = after(most, nowMs);
  const until = after(asked, nowMs);
  return limit !== null && (until === null || until > limit);
}

/** Why the text of a key may not come from a request; null: it may. */
export const customKeyRefused = ({ generalSettings }: Config): Fault | null =>
  (generalSettings.disableCustomApiKeys ? fault('managed_forbidden', 'Custom API key values are disabled by your administrator. Keys must be auto-generated.', { param: 'key' }) : null);

/** Why this caller may not make such a key; null: it may. `teamRole`: the caller's role in the key's team. */
export function generationRefused(body: JsonObject, { litellmSettings, generalSettings }: Config, caller: { role: string; teamRole: string | null; ofOrganization: boolean }): Fault | null {
  if (caller.ofOrganization && generalSettings.disableKeyGenerateForOrgAdmin) return fault('managed_forbidden', 'key generation is disabled for org admins. Contact your proxy admin.');
  const forTeam = stringAt(body, 'team_id') !== undefined;
  if (!forTeam && generalSettings.defaultTeamDisabled) return fault('managed_invalid', 'Personal key creation is disabled: a key must have a team_id (general_settings.default_team_disabled).');
  const settings = litellmSettings.keyGenerationSettings as JsonObject | undefined;
  const rules = objectAt(settings, forTeam ? 'team_key_generation' : 'personal_key_generation');
  if (!rules) return null;
  const roles = arrayAt(rules, forTeam ? 'allowed_team_member_roles' : 'allowed_user_roles');
  const role = forTeam ? caller.teamRole : caller.role;
  if (roles.length > 0 && caller.role !== 'proxy_admin' && !roles.includes(role ?? '')) {
    return fault('managed_forbidden', `${forTeam ? 'Team' : 'Personal'} key creation has been restricted by admin. Allowed roles=${roles.join(', ')}.`);
  }
  const missing = arrayAt(rules, 'required_params').find((name) => typeof name === 'string' && isEmpty(body[name]));
  return typeof missing === 'string' ? fault('managed_invalid', `Required param ${missing} not in data (key_generation_settings).`) : null;
}

const aliasForm = /^[a-zA-Z0-9][a-zA-Z0-9_\-/.@]{0,253}[a-zA-Z0-9]$/;
const mostAliasCharacters = 255;

/** Why a key may not be called so; null: it may. What would be another path or no line of a log is refused always, as in LiteLLM. */
export function aliasRefused(alias: string | null | undefined, { litellmSettings }: Config): Fault | null {
  if (alias == null || alias === '') return null;
  const refuse = (message: string): Fault => fault('managed_invalid', message, { type: 'bad_request_error', param: 'key_alias' });
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(alias) || alias.split(/[/\\]/).includes('..')) return refuse('Invalid key_alias');
  const { keyAliasPattern, enableKeyAliasFormatValidation } = litellmSettings;
  if (keyAliasPattern !== undefined) {
    const whole = new RegExp(`^(?:${keyAliasPattern})$`);
    return alias.length <= mostAliasCharacters && whole.test(alias) ? null : refuse(`Invalid key_alias format. Must be at most ${mostAliasCharacters} characters and match the configured key_alias_pattern: ${keyAliasPattern}`);
  }
  return !enableKeyAliasFormatValidation || aliasForm.test(alias) ? null : refuse('Invalid key_alias format. Must be 2-255 characters, start and end with alphanumeric, and only contain: a-zA-Z0-9_-/.@');
}

/** The most that a number may be by the configuration; for changes of keys that are there. */
export function upperBound({ litellmSettings }: Config, name: string): number | null {
  return numberAt(litellmSettings.upperboundKeyGenerateParams as JsonObject | undefined, name) ?? null;
}
