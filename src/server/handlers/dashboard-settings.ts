// What LiteLLM's dashboard asks before it shows anything: its picture and theme, how to sign in, what is reported where, the licence.
import { json } from '../reply.ts';
import { logo } from '../logo.ts';
import type { Config } from '../../config/config.ts';
import type { Handler } from '../route.ts';
import type { JsonObject } from '../../lib/json.ts';

import { Reply, ReplyHeaders } from '../../http/reply.ts';

// A PNG inside the container that browsers ask for as an icon: one entry of 48 by 48 pixels at 32 bits, then the picture as it is.
const iconHead = Buffer.alloc(22);
iconHead.writeUInt16LE(1, 2);
iconHead.writeUInt16LE(1, 4);
iconHead.writeUInt8(48, 6);
iconHead.writeUInt8(48, 7);
iconHead.writeUInt16LE(1, 10);
iconHead.writeUInt16LE(32, 12);
iconHead.writeUInt32LE(logo.length, 14);
iconHead.writeUInt32LE(iconHead.length, 18);
const icon = Buffer.concat([iconHead, logo]);

/** `GET /get_favicon`. */
export const favicon: Handler = () => new Reply(200, ReplyHeaders.of({ 'content-type': 'image/x-icon', 'cache-control': 'public, max-age=86400' }), icon);

/** `GET /get_logo_url`: no other picture than the built-in one is set. */
export const logoUrl: Handler = () => json({ logo_url: '' });

const text = (description: string): JsonObject => ({ type: 'string', description });

/** `GET /get/ui_theme_settings`. */
export const themeSettings: Handler = () => json({
  values: { logo_url: null, logo_url_dark: null, favicon_url: null },
  field_schema: {
    description: 'Pictures of the dashboard.',
    properties: { logo_url: text('The mark.'), logo_url_dark: text('The mark on dark ground.'), favicon_url: text('The icon.') },
  },
});

/** `GET /sso/get/ui_settings`. */
export const signInSettings: Handler = ({ services: { config } }) => json({
  PROXY_BASE_URL: config.environmentValue('PROXY_BASE_URL') ?? null, PROXY_LOGOUT_URL: config.environmentValue('PROXY_LOGOUT_URL') ?? null, LITELLM_UI_API_DOC_BASE_URL: null,
  DEFAULT_TEAM_DISABLED: config.generalSettings.defaultTeamDisabled === true, SSO_ENABLED: ['GOOGLE_CLIENT_ID', 'MICROSOFT_CLIENT_ID', 'GENERIC_CLIENT_ID'].some((name) => config.environmentValue(name)),
  NUM_SPEND_LOGS_ROWS: 0, DISABLE_EXPENSIVE_DB_QUERIES: false,
});

/** `GET /health/license`: there is none, and nothing needs one. */
export const license: Handler = () => json({ has_license: false, license_type: 'community', expiration_date: null, allowed_features: [], limits: { max_users: null, max_teams: null } });

/** `GET /health/shared-status`: every instance checks for itself. */
export const sharedHealth: Handler = () => json({ shared_health_check_enabled: false, message: 'Shared health check is not enabled' });

const mailNames = ['SMTP_HOST', 'SMTP_PORT', 'SMTP_TLS', 'SMTP_USERNAME', 'SMTP_PASSWORD', 'SMTP_SENDER_EMAIL', 'TEST_EMAIL_ADDRESS', 'EMAIL_LOGO_URL', 'EMAIL_SUPPORT_CONTACT'];
const usualMail: Readonly<Record<string, string>> = { SMTP_PORT: '587', SMTP_TLS: 'True' };

/** `GET /get/config/callbacks`: where requests and alerts are reported to. Values of variables are not shown, only whether there are any. */
export const reportedTo: Handler = ({ services: { config } }) => {
  const variables = (names: readonly string[]): JsonObject => Object.fromEntries(names.map((name) => [name, config.environmentValue(name) ? '********' : usualMail[name] ?? null]));
  return json({
    status: 'success', callbacks: (config.litellmSettings.callbacks ?? []).map((name) => ({ name, variables: {}, type: 'success_and_failure' })),
    alerts: [{ name: 'email', variables: variables(mailNames) }, { name: 'ms_teams', variables: variables(['MS_TEAMS_WEBHOOK_URL']) }],
    active_alerting_destinations: [...config.generalSettings.alerting ?? []], router_settings: routerSettings(config), available_callbacks: {},
  });
};

const lists = (map: ReadonlyMap<string, readonly string[]>): JsonObject[] => [...map].map(([name, models]) => ({ [name]: [...models] }));

function routerSettings({ routing }: Config): JsonObject {
  return {
    routing_strategy: routing.strategy, routing_strategy_args: {}, allowed_fails: routing.allowedFails ?? 3, cooldown_time: routing.cooldownTimeMs / 1000, num_retries: routing.numRetries,
    timeout: routing.timeoutMs / 1000, retry_after: routing.retryAfterMs / 1000, fallbacks: lists(routing.fallbacks), context_window_fallbacks: lists(routing.contextWindowFallbacks),
    content_policy_fallbacks: lists(routing.contentPolicyFallbacks), model_group_retry_policy: {}, retry_policy: null,
    model_group_alias: Object.fromEntries([...routing.modelGroupAlias].map(([name, { model, hidden }]) => [name, hidden ? { model, hidden } : model])),
    enable_weighted_failover: false, enable_tag_filtering: routing.enableTagFiltering, tag_routing_prefix: routing.tagRoutingPrefix, routing_groups: routing.routingGroups.map(({ name, models }) => ({ name, models: [...models] })),
  };
}
