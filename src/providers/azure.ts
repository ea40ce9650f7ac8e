// Addresses of Azure OpenAI. A dated API version puts the deployment into the path; `v1`, `preview` and `latest` name the newer API,
// which takes the model from the body like OpenAI's.
// https://learn.microsoft.com/azure/ai-services/openai/api-version-lifecycle

/** API versions that name the newer API. */
const newerVersions: ReadonlySet<string> = new Set(['v1', 'preview', 'latest']);

/**
 * The address of an operation (`/chat/completions`) for a deployment. `baseUrl` is the resource (`https://name.openai.azure.com`),
 * or goes further: up to `/openai`, `/openai/v1`, the deployment, or the operation itself. A query of `baseUrl` stays.
 */
export function azureUrl(baseUrl: string, operation: string, deployment: string, apiVersion: string): string {
  const [base = '', query = ''] = baseUrl.split('?', 2);
  const parameters = new URLSearchParams(query);
  const address = base.replace(/\/+$/, '');
  if (newerVersions.has(apiVersion) || /\/openai\/v1($|\/)/.test(address)) {
    // `v1` is the path's word already; only the others are told as a version.
    if (apiVersion !== 'v1' && newerVersions.has(apiVersion)) parameters.set('api-version', apiVersion);
    return withQuery(`${resourceOf(address)}/openai/v1${operation}`, parameters);
  }
  if (!parameters.has('api-version')) parameters.set('api-version', apiVersion);
  if (address.endsWith(operation)) return withQuery(address, parameters);
  if (/\/openai\/deployments\/[^/]+$/.test(address)) return withQuery(address + operation, parameters);
  // These never had the deployment in their path.
  const path = /^\/(responses|files|batches)(\/|$)/.test(operation) ? `/openai${operation}` : `/openai/deployments/${encodeURIComponent(deployment)}${operation}`;
  return withQuery(resourceOf(address) + path, parameters);
}

const resourceOf = (address: string): string => address.replace(/\/openai(\/.*)?$/, '');

const withQuery = (address: string, parameters: URLSearchParams): string => (parameters.size > 0 ? `${address}?${parameters.toString()}` : address);
