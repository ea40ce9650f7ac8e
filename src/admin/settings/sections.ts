// The settings of the configuration as `/config/*` shows them: each field with its type, its value, and where the value comes from.
import { expectation } from '../../config/shape.ts';
import { generalSettingsFields } from '../../config/schema/general-settings.ts';
import { isSecretName } from '../redacted.ts';
import { litellmSettingsFields } from '../../config/schema/litellm-settings.ts';
import { propertyName, type Field, type FieldTable } from '../../config/field.ts';
import { routerSettingsFields } from '../../config/schema/router-settings.ts';
import { storedSections, type StoredSection } from '../../config/stored-settings.ts';
import type { AdminServices } from '../services.ts';
import type { Config } from '../../config/config.ts';
import type { Json, JsonObject } from '../../lib/json.ts';

/** The fields of each section, and the settings that are in force. */
export const sections: Readonly<Record<StoredSection, { fields: FieldTable; settings: (config: Config) => object }>> = {
  general_settings: { fields: generalSettingsFields, settings: (config) => config.generalSettings },
  litellm_settings: { fields: litellmSettingsFields, settings: (config) => config.litellmSettings },
  router_settings: { fields: routerSettingsFields, settings: (config) => config.routerSettings },
};

/** A section by its name. */
export const sectionNamed = (name: string): StoredSection | null => storedSections.find((section) => section === name) ?? null;

/** A field by its name; own members only, since names come from requests. */
export const fieldOf = (section: StoredSection, name: string): Field | null => {
  const { fields } = sections[section];
  return Object.hasOwn(fields, name) ? fields[name] ?? null : null;
};

// What is read once, before there is a database that could say otherwise, and what the installation is known by.
const readAtStart = new Set(['database_url', 'database_type', 'database_connection_pool_limit', 'database_connection_timeout', 'disable_prisma_schema_update', 'store_model_in_db', 'dangerously_permit_weak_or_unset_master_key']);

/** True for settings that stand in the file only: secrets, and what is needed to reach the database. */
export const isFixed = (name: string, field: Field): boolean => field.shape.kind === 'secret' || isSecretName(name) || readAtStart.has(name);

/** A field as LiteLLM's dashboard is told of it. */
export function fieldView(section: StoredSection, name: string, field: Field, { config, settings }: Pick<AdminServices, 'config' | 'settings'>): JsonObject {
  const value = (sections[section].settings(config) as Record<string, unknown>)[propertyName(name, field)];
  const secret = field.shape.kind === 'secret' || isSecretName(name);
  const given = typeof value === 'object' && value !== null && 'kind' in value && field.shape.kind === 'secret' ? value.kind === 'value' : value !== undefined;
  const shown = !given ? null : secret ? '****' : plain(field.unit === 'seconds' && typeof value === 'number' ? value / 1000 : value);
  const stored = isStored(section, name, { config, settings });
  return {
    field_name: name, field_type: expectation(field.shape), field_description: field.description, field_value: shown, stored_in_db: stored ? true : null, field_default_value: (field.default ?? null) as Json,
    premium_field: false, nested_fields: null, source: stored ? 'db' : given && shown !== (field.default ?? null) ? 'config' : 'default', editable: isEditable(section, name, field, { config, settings }),
  };
}

function isStored(section: StoredSection, name: string, { config, settings }: Pick<AdminServices, 'config' | 'settings'>): boolean {
  return Object.hasOwn(settings?.stored()[section] ?? {}, name) && !config.fileSettings[section].includes(name);
}

function isEditable(section: StoredSection, name: string, field: Field, { config, settings }: Pick<AdminServices, 'config' | 'settings'>): boolean {
  return settings !== null && config.generalSettings.storeModelInDb && !isFixed(name, field) && !config.fileSettings[section].includes(name);
}

// Maps may hold anything, secrets too.
const plain = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? '{…}' : JSON.parse(JSON.stringify(value ?? null)) as Json);
