// The handlers of `/config/*`: what the configuration says. It is changed in its file, which is taken over while the gateway runs.
import { answer, endpointsOf, refuse, type AdminAnswer, type AdminCall, type Endpoints } from './endpoint.ts';
import { auth } from './forms.ts';
import { expectation } from '../config/shape.ts';
import { generalSettingsFields } from '../config/schema/general-settings.ts';
import { isSecretName } from './redacted.ts';
import { litellmSettingsFields } from '../config/schema/litellm-settings.ts';
import { propertyName, type Field, type FieldTable } from '../config/field.ts';
import { routerSettingsFields } from '../config/schema/router-settings.ts';
import type { Config } from '../config/config.ts';
import type { Json, JsonObject } from '../lib/json.ts';

const sections: Readonly<Record<string, { fields: FieldTable; settings: (config: Config) => object }>> = {
  general_settings: { fields: generalSettingsFields, settings: (config) => config.generalSettings },
  litellm_settings: { fields: litellmSettingsFields, settings: (config) => config.litellmSettings },
  router_settings: { fields: routerSettingsFields, settings: (config) => config.routerSettings },
};

function fieldView(name: string, field: Field, settings: object): JsonObject {
  const value = (settings as Record<string, unknown>)[propertyName(name, field)];
  const secret = field.shape.kind === 'secret' || isSecretName(name);
  const given = typeof value === 'object' && value !== null && 'kind' in value && field.shape.kind === 'secret' ? value.kind === 'value' : value !== undefined;
  const shown = !given ? null : secret ? '****' : plain(field.unit === 'seconds' && typeof value === 'number' ? value / 1000 : value);
  return {
    field_name: name, field_type: expectation(field.shape), field_description: field.description, field_value: shown, stored_in_db: null, field_default_value: (field.default ?? null) as Json,
    premium_field: false, nested_fields: null, source: given && shown !== (field.default ?? null) ? 'config' : 'default', editable: false,
  };
}

// Maps may hold anything, secrets too.
const plain = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? '{…}' : JSON.parse(JSON.stringify(value ?? null)) as Json);

function list({ services, query }: AdminCall): AdminAnswer {
  const section = sections[query.get('config_type') ?? 'general_settings'];
  if (!section) return refuse('managed_invalid', 'config_type is one of general_settings, litellm_settings, router_settings.');
  const settings = section.settings(services.config);
  return answer(Object.entries(section.fields).map(([name, field]) => fieldView(name, field, settings)));
}

function one({ services, query }: AdminCall): AdminAnswer {
  const name = query.get('field_name') ?? '';
  const field = Object.hasOwn(generalSettingsFields, name) ? (generalSettingsFields as FieldTable)[name] : undefined;
  return field ? answer(fieldView(name, field, services.config.generalSettings)) : refuse('managed_invalid', `Invalid field=${name.slice(0, 100)} passed in.`);
}

const inFile = (): AdminAnswer => refuse('managed_invalid', 'Settings are changed in the configuration file; a change is taken over at once, without a restart.');

export const settingsEndpoints: Endpoints = endpointsOf(auth, {
  'GET /config/list': list, 'GET /config/field/info': one, 'POST /config/update': inFile, 'POST /config/field/update': inFile, 'POST /config/field/delete': inFile,
});
