// THE table of the configuration: every section and every field, with type, default, unit, state and description.
// The types of `config.ts`, the checks of `load.ts` and docs/configuration.md come from it.
import { notYet, supported } from './field.ts';
import type { FieldTable } from './field.ts';
import { teamMetadataFields } from './schema/account-settings.ts';
import { alertingArgsFields } from './schema/alerting-args.ts';
import { cacheParamsFields } from './schema/cache-params.ts';
import { generalSettingsFields, noteFields, passThroughFields, serviceAccountFields } from './schema/general-settings.ts';
import { litellmSettingsFields } from './schema/litellm-settings.ts';
import { metricGroupFields } from './schema/prometheus-settings.ts';
import { accessWindowFields, litellmParamsFields, modelInfoFields, modelListFields } from './schema/model-list.ts';
import { aliasFields, allowedFailsPolicyFields, hedgingFields, mirrorFields, retryPolicyFields, routerAlertingFields, routerSettingsFields, routingGroupFields, routingRuleFields, splitFields, strategyArgsFields } from './schema/router-settings.ts';
import { anything, freeMap, listOf, mapOf, record, text, texts } from './shape.ts';

/** An entry of `credential_list`. */
export const credentialFields = {
  credential_name: supported(text, 'The name that `litellm_credential_name` refers to.', { required: true }),
  credential_values: supported(freeMap, 'Settings for `litellm_params` that do not set them themselves.'),
  credential_info: supported(freeMap, 'Notes.'),
};

/** The file's sections. */
export const topLevelFields = {
  model_list: supported(listOf(record(modelListFields)), 'The deployments.'),
  litellm_settings: supported(record(litellmSettingsFields), 'How requests are changed, kept, logged and priced.'),
  router_settings: supported(record(routerSettingsFields), 'How a request finds its deployment, and what happens when that one fails.'),
  general_settings: supported(record(generalSettingsFields), 'Keys, database, addresses, alerts.'),
  environment_variables: supported(mapOf(anything), 'Names and values that are added to the environment, before everything else is read.'),
  credential_list: supported(listOf(record(credentialFields)), 'Settings that several deployments share.'),
  include: supported(texts, 'Further files, relative to this one. Their lists are appended; their other settings win.'),
  guardrails: notYet(listOf(freeMap), 'Checks on requests and answers.'),
  mcp_servers: notYet(mapOf(freeMap), 'MCP servers that are offered to callers.'),
  mcp_tools: notYet(listOf(freeMap), 'MCP tools that are offered to callers.'),
  search_tools: notYet(listOf(freeMap), 'Search engines that are offered to callers.'),
  vector_store_registry: notYet(listOf(freeMap), 'Vector stores that are offered to callers.'),
  prompts: notYet(listOf(freeMap), 'Prompts that requests can name.'),
  files_settings: notYet(listOf(freeMap), 'The providers of the files interface.'),
  finetune_settings: notYet(listOf(freeMap), 'The providers of the fine-tuning interface.'),
  callback_settings: notYet(freeMap, 'Settings of the places that are reported to.'),
  assistant_settings: notYet(freeMap, 'The provider of the assistants interface.'),
  default_vertex_config: notYet(freeMap, 'The Google Cloud project of the pass-through routes.'),
  policies: notYet(anything, 'Groups of guardrails.'),
  worker_registry: notYet(anything, 'Other gateways of a control plane.'),
};

/** A section as the documentation shows it: where it stands in the file, and its fields. */
export type Section = { readonly path: string; readonly fields: FieldTable };

/** Every section, in the order of the documentation. */
export const sections: readonly Section[] = [
  { path: '', fields: topLevelFields },
  { path: 'model_list[]', fields: modelListFields },
  { path: 'model_list[].litellm_params', fields: litellmParamsFields },
  { path: 'model_list[].model_info', fields: modelInfoFields },
  { path: 'credential_list[]', fields: credentialFields },
  { path: 'router_settings', fields: routerSettingsFields },
  { path: 'router_settings.model_group_alias.NAME', fields: aliasFields },
  { path: 'router_settings.hedging', fields: hedgingFields },
  { path: 'model_list[].model_info.access_windows[]', fields: accessWindowFields },
  { path: 'router_settings.routing_groups[]', fields: routingGroupFields },
  { path: 'router_settings.routing_strategy_args', fields: strategyArgsFields },
  { path: 'router_settings.alerting_config', fields: routerAlertingFields },
  { path: 'router_settings.routing_rules[]', fields: routingRuleFields },
  { path: 'router_settings.splits[]', fields: splitFields },
  { path: 'router_settings.mirrors[]', fields: mirrorFields },
  { path: 'router_settings.retry_policy', fields: retryPolicyFields },
  { path: 'router_settings.allowed_fails_policy', fields: allowedFailsPolicyFields },
  { path: 'litellm_settings', fields: litellmSettingsFields },
  { path: 'litellm_settings.prometheus_metrics_config[]', fields: metricGroupFields },
  { path: 'litellm_settings.cache_params', fields: cacheParamsFields },
  { path: 'general_settings', fields: generalSettingsFields },
  { path: 'general_settings.team_metadata_schema[]', fields: teamMetadataFields },
  { path: 'general_settings.alerting_args', fields: alertingArgsFields },
  { path: 'general_settings.spend_logs_metadata_fields', fields: noteFields },
  { path: 'general_settings.service_account_settings', fields: serviceAccountFields },
  { path: 'general_settings.pass_through_endpoints[]', fields: passThroughFields },
];
