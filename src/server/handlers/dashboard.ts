// Small things that LiteLLM's dashboard and tools ask for: what there is of guardrails, prompts and MCP servers, how to sign in, a picture.
import { fieldMissing, json } from '../reply.ts';
import { logo } from '../logo.ts';
import type { LitellmSettings } from '../../config/config.ts';
import type { Handler } from '../route.ts';
import type { JsonObject } from '../../lib/json.ts';
import { Reply, ReplyHeaders } from '../../http/reply.ts';

/** A list that is empty in this installation, bare or under a name. */
export const emptyList = (name: string | null): Handler => () => json(name === null ? [] : { [name]: [] });

/** The same with what LiteLLM says beside it. */
export const emptyPage = (page: JsonObject): Handler => () => json(page);

/** `GET /.well-known/litellm-ui-config`. */
export const dashboardConfig: Handler = () => json({
  server_root_path: '/', proxy_base_url: null, auto_redirect_to_sso: false, admin_ui_disabled: true, sso_configured: false,
  hide_default_credentials_hint: true, is_control_plane: false, mcp_stdio_enabled: false, workers: [],
});

// Answered from here until accounts can be made: the settings that new ones would start with.
const field = (type: string, description: string): Record<string, unknown> => ({ type, description });

const newUserValues = ({ defaultInternalUserParams, maxInternalUserBudget, internalUserBudgetDuration }: LitellmSettings): Record<string, unknown> => ({
  user_role: 'internal_user', max_budget: maxInternalUserBudget ?? null, budget_duration: internalUserBudgetDuration ?? null, models: null, teams: null, ...defaultInternalUserParams,
});

/** `GET /get/internal_user_settings`. */
export const newUserSettings: Handler = ({ services }) => json({
  values: newUserValues(services.config.litellmSettings),
  field_schema: {
    description: 'What a new user starts with.',
    properties: {
      user_role: field('string', 'The role of a new user.'),
      max_budget: field('number', 'The most that a new user may spend, in USD.'),
      budget_duration: field('string', 'How long a budget lasts, such as 30d.'),
      models: { ...field('array', 'The models that a new user may call.'), items: { type: 'string' } },
      teams: { ...field('array', 'The teams that a new user joins.'), items: { type: 'string' } },
    },
  },
});

/** `GET /config/yaml`: LiteLLM wants the fields of the configuration in the body of a GET, which nobody sends. */
export const configFields: Handler = () => fieldMissing('body');

/** `GET /get_image`: the picture for the dashboard. */
export const picture: Handler = () => new Reply(200, ReplyHeaders.of({ 'content-type': 'image/png', 'cache-control': 'public, max-age=86400' }), logo);
