// The handlers of `/config/*`: what the configuration says, and changes of it while the gateway runs.
import { addressEndpoints } from './addresses.ts';
import { answer, endpointsOf, refuse, refuseAs, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { anything, map, required, text, withDefault } from '../body/field.ts';
import { auth, detailError } from '../forms.ts';
import { changeSettings, type SettingChanges } from './change.ts';
import { fallbackEndpoints } from './fallbacks.ts';
import { fieldOf, fieldView, sectionNamed, sections } from './sections.ts';
import { namedSettingEndpoints } from './named.ts';
import { storedSections } from '../../config/stored-settings.ts';

const sectionWords = storedSections.join(', ');

function list({ services, query }: AdminCall): AdminAnswer {
  const section = sectionNamed(query.get('config_type') ?? 'general_settings');
  if (!section) return refuse('managed_invalid', `config_type is one of ${sectionWords}.`);
  return answer(Object.entries(sections[section].fields).map(([name, field]) => fieldView(section, name, field, services)));
}

function one({ services, query }: AdminCall): AdminAnswer {
  const name = query.get('field_name') ?? '';
  const field = fieldOf('general_settings', name);
  return field ? answer(fieldView('general_settings', name, field, services)) : refuseAs(detailError, 'managed_invalid', `Invalid field=${name.slice(0, 100)} passed in.`);
}

const updateFields = { general_settings: map, litellm_settings: map, router_settings: map, environment_variables: map, model_list: anything } as const;

const update = withBody(updateFields, async (call, values) => {
  if (values.model_list !== null) return refuse('managed_invalid', 'Models are added with POST /model/new.');
  if (values.environment_variables !== null) return refuse('managed_invalid', 'The environment of the process is not changed from outside; set variables where the gateway is started.');
  const changes: SettingChanges = Object.fromEntries(storedSections.flatMap((section) => (values[section] === null ? [] : [[section, values[section]]])));
  const changed = await changeSettings(call, changes);
  return changed.ok ? answer({ message: 'Config updated successfully' }) : changed;
});

const fieldFields = { field_name: required(text), field_value: anything, config_type: withDefault(text, 'general_settings') } as const;

const changeField = (deleting: boolean) => withBody(fieldFields, async (call, { field_name: name, field_value: value, config_type: type }) => {
  const section = sectionNamed(type);
  if (!section) return refuse('managed_invalid', `config_type is one of ${sectionWords}.`);
  if (!fieldOf(section, name)) return refuseAs(detailError, 'managed_invalid', `Invalid field=${name.slice(0, 100)} passed in.`);
  if (deleting && !Object.hasOwn(call.services.settings?.stored()[section] ?? {}, name)) return refuseAs(detailError, 'managed_invalid', `Field name=${name.slice(0, 100)} not in config`);
  const changed = await changeSettings(call, { [section]: { [name]: deleting ? null : value } });
  return changed.ok ? answer({ param_name: section, param_value: changed.value[section] ?? {}, last_run_at: null, reload_revision: 0 }) : { ...changed, form: detailError };
});

export const settingsEndpoints: Endpoints = {
  ...endpointsOf(auth, { 'GET /config/list': list, 'GET /config/field/info': one, 'POST /config/update': update, 'POST /config/field/update': changeField(false), 'POST /config/field/delete': changeField(true) }),
  ...addressEndpoints, ...fallbackEndpoints, ...namedSettingEndpoints,
};
