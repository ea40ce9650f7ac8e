// Routes that show and change a single setting under a name of their own: prices, what new users and teams get, public models, the router.
import { answer, endpointsOf, refuse, refuseAs, withBody, type AdminAnswer, type AdminCall, type AdminHandler, type Endpoints } from '../endpoint.ts';
import { boolean, choice, integer, list, number, required, text, texts } from '../body/field.ts';
import { changeSettings } from './change.ts';
import { detail, detailError } from '../forms.ts';
import { expectation } from '../../config/shape.ts';
import { findProvider } from '../../providers/catalog.ts';
import { fieldView, sections } from './sections.ts';
import { userRoles } from '../../access/role.ts';
import type { BodyTable } from '../body/field.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { memberPermissions } from '../teams/fields.ts';
import type { StoredSection } from '../../config/stored-settings.ts';

const jsonOf = (value: unknown): Json => JSON.parse(JSON.stringify(value ?? null)) as Json;

/** `GET`, `PATCH /config/cost_discount_config` and `/config/cost_margin_config`. */
const showMap = (name: 'cost_discount_config' | 'cost_margin_config', property: 'costDiscountConfig' | 'costMarginConfig') => ({ services }: AdminCall): AdminAnswer =>
  answer({ values: jsonOf(services.config.litellmSettings[property] ?? {}), source: services.config.fileSettings.litellm_settings.includes(name) ? 'config' : 'db' });

const changeMap = (name: 'cost_discount_config' | 'cost_margin_config'): AdminHandler => async (call) => {
  const unknown = Object.keys(call.body).filter((provider) => provider !== 'global' && !findProvider(provider));
  if (unknown.length > 0) return refuse('managed_invalid', `Invalid provider(s): ${unknown.map((provider) => provider.slice(0, 60)).join(', ')}.`);
  const [most, percent] = name === 'cost_discount_config' ? [1, 100] : [10, 1_000];
  for (const [provider, given] of Object.entries(call.body)) {
    const part = isJsonObject(given) ? given['percentage'] ?? 0 : given;
    if (typeof part !== 'number' || part < 0 || part > most) return refuseAs(detail, 'managed_invalid', `${name === 'cost_discount_config' ? 'Discount' : 'Margin percentage'} for ${provider} must be between 0 and ${most} (0% to ${percent}%)`);
  }
  const changed = await changeSettings(call, { litellm_settings: { [name]: Object.keys(call.body).length > 0 ? call.body : null } });
  return changed.ok ? answer({ message: 'Configuration updated successfully', status: 'success', values: call.body }) : changed;
};

const showUnpriced = ({ services }: AdminCall): AdminAnswer => answer({ enabled: services.config.generalSettings.unknownPricePolicy === 'deny' });
const changeUnpriced = withBody({ enabled: required(boolean) }, async (call, { enabled }) => {
  const changed = await changeSettings(call, { general_settings: { unknown_price_policy: enabled ? 'deny' : null } });
  return changed.ok ? answer({ enabled }) : changed;
});

const newUserFields = { user_role: choice(...userRoles), max_budget: number, budget_duration: text, models: texts, teams: list } as const;
const newTeamFields = { models: texts, max_budget: number, budget_duration: text, tpm_limit: integer, rpm_limit: integer, team_member_permissions: texts, organization_id: text } as const;

/** What a new user or a new team gets. */
const changeDefaults = <const T extends BodyTable>(fields: T, section: StoredSection, name: string) => withBody(fields, async (call, values, given) => {
  const kept: JsonObject = Object.fromEntries(Object.entries(values as Record<string, Json>).filter(([each, value]) => given.has(each) && value !== null));
  const changed = await changeSettings(call, { [section]: { [name]: kept } });
  return changed.ok ? answer({ message: 'Settings updated successfully', status: 'success', settings: kept }) : changed;
});

const teamNotes: Readonly<Record<keyof typeof newTeamFields, string>> = {
  models: 'Models that a new team may call, where it names none itself', max_budget: 'Budget of a new team in US dollars', budget_duration: 'After which time that budget starts anew: 24h, 7d, 1mo',
  tpm_limit: 'Tokens a minute of a new team', rpm_limit: 'Requests a minute of a new team', team_member_permissions: 'What members of a new team may call for its keys', organization_id: 'The organization of a new team',
};
const schemaTypes = { texts: 'array', text: 'string', number: 'number', integer: 'integer' } as const;

const showTeamDefaults = ({ services }: AdminCall): AdminAnswer => answer({
  values: { ...Object.fromEntries(Object.keys(newTeamFields).map((name) => [name, name === 'models' ? [] : null])), ...jsonOf(services.config.litellmSettings.defaultTeamParams ?? {}) as JsonObject },
  field_schema: {
    description: 'What a new team starts with.',
    properties: Object.fromEntries(Object.entries(newTeamFields).map(([name, { kind }]) => [name, {
      description: teamNotes[name as keyof typeof teamNotes], type: schemaTypes[kind], ...(kind === 'texts' && { items: { type: 'string', ...(name === 'team_member_permissions' && { enum: [...memberPermissions] }) } }),
    }])),
  },
});

const publish = withBody({ model_groups: required(texts) }, async (call, { model_groups: models }) => {
  const unknown = models.find((model) => !call.services.router().groups.find(model));
  if (unknown !== undefined) return refuse('managed_missing', `Model '${unknown.slice(0, 100)}' not found in router`);
  const changed = await changeSettings(call, { litellm_settings: { public_model_groups: models } });
  return changed.ok ? answer({ message: 'Successfully updated public model groups', public_model_groups: models, updated_by: call.caller.userId }) : changed;
});

function routerFields({ services }: AdminCall): JsonObject[] {
  return Object.entries(sections.router_settings.fields).map(([name, field]) => {
    const { field_value: value, field_default_value: usual } = fieldView('router_settings', name, field, services);
    return {
      field_name: name, field_type: expectation(field.shape), field_value: value ?? null, field_description: field.description, field_default: usual ?? null,
      options: field.shape.kind === 'choice' ? [...field.shape.values] : null, ui_field_name: name.replaceAll('_', ' '), link: null,
    };
  });
}

function routerSettings(call: AdminCall): AdminAnswer {
  const fields = routerFields(call);
  return answer({
    fields, current_values: Object.fromEntries(fields.map(({ field_name: name, field_value: value }) => [String(name), value ?? null])), routing_strategy_descriptions: {}, routing_group_strategies: [],
    source: Object.fromEntries(Object.entries(sections.router_settings.fields).map(([name, field]) => [name, fieldView('router_settings', name, field, call.services)['source'] ?? null])),
  });
}

/** `GET /callbacks/list`: where requests are reported to. */
function callbacks({ services }: AdminCall): AdminAnswer {
  const { callbacks: both = [], successCallback = [], failureCallback = [] } = services.config.litellmSettings;
  return answer({ success: [...successCallback], failure: [...failureCallback], success_and_failure: [...both] });
}

export const namedSettingEndpoints: Endpoints = endpointsOf(detailError, {
  'GET /config/cost_discount_config': showMap('cost_discount_config', 'costDiscountConfig'), 'PATCH /config/cost_discount_config': changeMap('cost_discount_config'),
  'GET /config/cost_margin_config': showMap('cost_margin_config', 'costMarginConfig'), 'PATCH /config/cost_margin_config': changeMap('cost_margin_config'),
  'GET /config/block_requests_for_models_without_pricing': showUnpriced, 'PATCH /config/block_requests_for_models_without_pricing': changeUnpriced,
  'PATCH /update/internal_user_settings': changeDefaults(newUserFields, 'litellm_settings', 'default_internal_user_params'),
  'GET /get/default_team_settings': showTeamDefaults, 'PATCH /update/default_team_settings': changeDefaults(newTeamFields, 'litellm_settings', 'default_team_params'),
  'POST /model_group/make_public': publish,
  'GET /router/settings': routerSettings, 'GET /router/fields': (call) => answer({ fields: routerFields(call), routing_strategy_descriptions: {}, routing_group_strategies: [] }),
  'GET /callbacks/list': callbacks,
});
