// Settings that are right by themselves and still do not mean what their author may think.
import type { Config } from './config.ts';
import type { ProblemList } from './problem.ts';
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
  if (litellmSettings.cache) checkCache(tree, litellmSettings, problems);
  for (const field of callbackFields) checkCallbacks(find(tree, 'litellm_settings', field), `litellm_settings.${field}`, problems);
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
