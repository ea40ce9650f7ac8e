// The part of `general_settings` about keys, people and signing in.
import { accepted, notYet, supported } from '../field.ts';
import { boolean, count, freeMap, listOf, mapOf, positive, record, text } from '../shape.ts';

/** An entry of `team_metadata_schema`. */
export const teamMetadataFields = {
  key: supported(text, "The member's name in `metadata`.", { required: true }),
  label: supported(text, 'What a form calls it.'),
};

export const accountSettingsFields = {
  disable_custom_api_keys: supported(boolean, 'Keys are always made by the gateway: requests may not bring the text of a new one.', { default: false }),
  disable_key_generate_for_org_admin: supported(boolean, 'Who administers an organization makes no keys.', { default: false }),
  disable_auto_add_proxy_admin_to_teams: supported(boolean, 'An administrator who makes a team is not put into it.', { default: false }),
  disable_password_login_when_sso_enabled: supported(boolean, 'No sign-in by name and password where there is an identity provider. Keys still sign in, the master key too.', { default: false }),
  auto_redirect_ui_login_to_sso: supported(boolean, 'The sign-in page leads to the identity provider by itself. `/ui/?sign_in=here` shows it all the same.', { default: false }),
  hide_default_credentials_hint: accepted(boolean, 'Do not say on the sign-in page what the usual name and password are.', 'the sign-in page never says it'),
  max_failed_login_attempts_per_source: supported(positive, 'Failed sign-ins from one address within the window, after which it is refused for a while; half as many for one name from it. Without any of these settings each failure after the fifth waits twice as long as the one before.'),
  max_failed_login_attempts_per_source_overrides: supported(mapOf(count), 'The same for addresses and networks of their own; 0 counts nothing. The smallest network that holds the address decides.'),
  failed_login_window_seconds: supported(positive, 'The window in which failures are counted; 60 with the other settings.', { unit: 'seconds', as: 'failedLoginWindowMs' }),
  failed_login_block_seconds: supported(positive, 'How long is refused; 300 with the other settings.', { unit: 'seconds', as: 'failedLoginBlockMs' }),
  password_policy_min_length: supported(count, 'The shortest password that somebody may choose; never below 8.', { default: 12 }),
  password_policy_require_uppercase: supported(boolean, 'A password has a capital letter. LiteLLM wants all four kinds when nothing is set; Weir wants length.', { default: false }),
  password_policy_require_lowercase: supported(boolean, 'A password has a small letter.', { default: false }),
  password_policy_require_numbers: supported(boolean, 'A password has a digit.', { default: false }),
  password_policy_require_special_characters: supported(boolean, 'A password has a character that is neither letter nor digit.', { default: false }),
  password_policy_check_breached_passwords: notYet(boolean, 'Ask haveibeenpwned.com about new passwords.', { reason: 'passwords are asked about nowhere; choose a longer password_policy_min_length' }),
  team_metadata_schema: supported(listOf(record(teamMetadataFields)), 'Members of teams’ `metadata` that forms should ask for; told at `/team/metadata_schema`, enforced by nobody, as in LiteLLM.'),
  custom_team_metadata_validate: accepted(text, "Check teams' metadata by Python code.", 'it names Python code'),
  team_metadata_validation_error_message: accepted(text, 'What is said when that code cannot answer.', 'there is no such code'),
  team_metadata_validation_timeout: accepted(count, 'How long that code may take.', 'there is no such code'),
  custom_key_policy: accepted(text, 'Judge keys by Python code.', 'it names Python code'),
  custom_key_update: accepted(text, 'Change keys by Python code.', 'it names Python code'),
  custom_auth_run_common_checks: accepted(boolean, 'Check budgets after `custom_auth`, too.', 'it belongs to Python code'),
  custom_ui_sso_sign_in_handler: accepted(text, 'Sign in by Python code.', 'it names Python code'),
  enable_public_model_hub: accepted(boolean, 'Everybody may see the list of models.', 'name them in litellm_settings.public_model_groups'),
  user_api_key_cache_max_size: supported(positive, 'Keys that are remembered at most, the longest unused go first.', { default: 20_000 }),
  use_team_public_model_name: notYet(boolean, "Lists show the names that teams have for their models; `false` shows the inner ones.", { reason: 'lists show what the caller may call' }),
  control_plane_url: notYet(text, 'The gateway at which people sign in for this one.', { reason: 'each gateway has its own sign-in; give them one database' }),
  claude_code_gateway_managed_settings: notYet(freeMap, "Claude Code's settings that this gateway hands out.", { reason: 'hand them out as the managed settings file of Claude Code' }),
  enable_claude_code_gateway: notYet(boolean, 'Sign in from Claude Code through this gateway.', { reason: 'set ANTHROPIC_BASE_URL and ANTHROPIC_AUTH_TOKEN in Claude Code instead' }),
  allow_cli_sso_verification_uri_complete: notYet(boolean, 'Put the code into the address with which the `litellm-proxy` command signs in.', { reason: 'there is no such sign-in; commands take a key' }),
};
