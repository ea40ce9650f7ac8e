// Settings that are right by themselves and still do not mean what their author may think.
import type { Config } from './config.ts';
import type { ProblemList } from './problem.ts';
import { didYouMean } from './suggest.ts';
import { textChecks } from './text-check.ts';
import { find } from './tree.ts';
import type { Tree } from './tree.ts';

const callbackFields = ['callbacks', 'success_callback', 'failure_callback', 'service_callback', 'service_callbacks'] as const;
const knownCallbacks = new Set(['prometheus']);

/** Warns about such settings. */
export function checkMeaning(tree: Tree, settings: Pick<Config, 'generalSettings' | 'litellmSettings'>, problems: ProblemList): void {
  const { generalSettings, litellmSettings } = settings;
  const warn = (section: string, field: string, message: string) => {
    const node = find(tree, section, field) ?? find(tree, section) ?? tree;
    problems.warn(node.position, `${section}.${field}`, message);
  };
  if (generalSettings.allowRequestsOnDbUnavailable && generalSettings.databaseUrl.kind === 'none') {
    warn('general_settings', 'allow_requests_on_db_unavailable', 'there is no database; unlike LiteLLM, Weir never lets an unknown key in because of this setting');
  }
  if (generalSettings.useXForwardedFor && (generalSettings.trustedProxyRanges ?? []).length === 0) {
    warn('general_settings', 'use_x_forwarded_for', 'X-Forwarded-For is not believed, because trusted_proxy_ranges names no reverse proxy');
  }
  if (generalSettings.maxQueuedRequestsPerWorker !== undefined && generalSettings.maxInFlightRequestsPerWorker === undefined) {
    warn('general_settings', 'max_queued_requests_per_worker', 'nobody waits, because max_in_flight_requests_per_worker sets no limit');
  }
  for (const entry of Object.keys(generalSettings.maxFailedLoginAttemptsPerSourceOverrides ?? {})) {
    if (!textChecks.network(entry)) warn('general_settings', 'max_failed_login_attempts_per_source_overrides', `${JSON.stringify(entry.slice(0, 60))} is no address and no network, and is passed over`);
  }
  if (litellmSettings.sslVerify === false) warn('litellm_settings', 'ssl_verify', "the providers' certificates are not checked: whoever stands between can read keys and answers");
  checkTokens(find(tree, 'general_settings', 'litellm_jwtauth'), problems);
  if (litellmSettings.cache) checkCache(tree, litellmSettings, problems);
  for (const field of callbackFields) checkCallbacks(find(tree, 'litellm_settings', field), `litellm_settings.${field}`, problems);
}

/** Settings of `litellm_jwtauth` that do what LiteLLM's do. */
const tokenSettings = new Set([
  'admin_jwt_scope', 'admin_allowed_routes', 'team_allowed_routes', 'team_id_jwt_field', 'team_ids_jwt_field', 'team_alias_jwt_field', 'team_id_default', 'team_id_upsert', 'fallback_to_db_teams',
  'enforce_team_based_model_access', 'org_id_jwt_field', 'org_alias_jwt_field', 'user_id_jwt_field', 'user_email_jwt_field', 'user_allowed_email_domain', 'user_roles_jwt_field', 'user_allowed_roles',
  'user_id_upsert', 'end_user_id_jwt_field', 'jwt_litellm_role_map', 'role_mappings', 'roles_jwt_field', 'object_id_jwt_field', 'enforce_rbac', 'scope_mappings', 'enforce_scope_based_access',
  'oidc_userinfo_endpoint', 'oidc_userinfo_enabled', 'oidc_userinfo_cache_ttl', 'public_key_ttl', 'public_key_stale_ttl', 'virtual_key_claim_field', 'sync_user_role_and_teams', 'jwt_client_id_field', 'unregistered_jwt_client_behavior',
]);

function checkTokens(tree: Tree | undefined, problems: ProblemList): void {
  for (const [name, entry] of tree?.kind === 'map' ? tree.entries : []) {
    if (tokenSettings.has(name)) continue;
    const reason = name === 'custom_validate' ? 'it names Python code' : `it is not a setting of tokens that this version knows${didYouMean(name, [...tokenSettings])}`;
    problems.warn(entry.position, `general_settings.litellm_jwtauth.${name}`, `has no effect: ${reason}`);
  }
}

function checkCache(tree: Tree, { cacheParams: params }: Config['litellmSettings'], problems: ProblemList): void {
  const type = params?.type ?? '';
  const warn = (message: string): void => problems.warn((find(tree, 'litellm_settings', 'cache_params', 'type') ?? tree).position, 'litellm_settings.cache_params.type', message);
  if (type === 's3' && params?.s3BucketName === undefined) warn('s3 needs s3_bucket_name; answers are kept in memory');
  if (type === 'azure-blob' && (params?.azureAccountUrl === undefined || params.azureBlobContainer === undefined)) warn('azure-blob needs azure_account_url and azure_blob_container; answers are kept in memory');
  if (type === 'qdrant-semantic' && params?.qdrantCollectionName === undefined) warn('qdrant-semantic needs qdrant_collection_name; questions are kept in memory');
  const model = params?.embeddingModel ?? params?.redisSemanticCacheEmbeddingModel ?? params?.valkeySemanticCacheEmbeddingModel ?? params?.qdrantSemanticCacheEmbeddingModel;
  if (type.includes('semantic') && model === undefined) warn('the semantic cache needs embedding_model; only the same question gets the same answer');
}

function checkCallbacks(tree: Tree | undefined, path: string, problems: ProblemList): void {
  if (tree === undefined) return;
  for (const item of tree.kind === 'list' ? tree.items : [tree]) {
    if (item.kind !== 'scalar' || typeof item.value !== 'string' || knownCallbacks.has(item.value)) continue;
    problems.warn(item.position, path, `${JSON.stringify(item.value)} is not supported yet; nothing is reported there`);
  }
}
