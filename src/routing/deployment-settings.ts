// What a deployment's entry and the environment say about regions, projects and signing in.
import { googleCredentials, projectOf } from '../providers/sign-in/google.ts';
import { settingOf, type ReadParameter, type ReadVariable } from '../providers/address.ts';
import { signInFor } from '../providers/sign-in/choose.ts';
import { parseJsonObject } from '../lib/json.ts';
import type { Credential } from './deployment.ts';
import type { Deployment as ConfiguredDeployment, Secret } from '../config/config.ts';
import type { ModelForm, Provider } from '../providers/provider.ts';
import type { SignIn, SignInSettings } from '../providers/sign-in/sign-in.ts';

/** The settings of one deployment. */
export interface DeploymentSettings {
  /** Parameters that stand in addresses: never a secret. */
  parameter: ReadParameter;
  signIn(credential: Credential, baseUrl: string): SignIn | null;
}

/** Reads the settings. What the model's name says (a region) comes behind what the entry says. */
export function settingsFor(entry: ConfiguredDeployment, provider: Provider, { parameters }: Pick<ModelForm, 'parameters'>, variable: ReadVariable): DeploymentSettings {
  const plain: ReadParameter = (name) => textOf(openParameters(entry)[name] ?? entry.extraBody[name]) ?? parameters?.[name];
  const secrets = secretParameters(entry);
  const own = (name: string): string | undefined => {
    const secret = secrets[name];
    if (secret === undefined) return plain(name);
    return secret.kind === 'value' && secret.value !== '' ? secret.value : undefined;
  };
  const settings: Omit<SignInSettings, 'apiKey'> = {
    own, variable,
    value: (name, ...variables) => own(name) ?? variables.map(variable).find((value) => value !== undefined),
    unset(name) {
      const secret = secrets[name];
      return secret?.kind === 'unset' ? secret.variable : undefined;
    },
  };
  const parameter: ReadParameter = provider.authentication.kind === 'google' ? withProject(plain, settings) : plain;
  const region = provider.baseUrlParts?.['region'];
  return {
    parameter,
    signIn: (credential, baseUrl) => (credential.kind === 'unset' ? null : signInFor(
      provider, { ...settings, apiKey: credential.kind === 'value' ? credential.value : undefined }, (region && settingOf(region, parameter, variable)) ?? '', baseUrl,
    )),
  };
}

// The project that the credentials belong to, where nothing else names one.
const withProject = (plain: ReadParameter, settings: Omit<SignInSettings, 'apiKey'>): ReadParameter => (name) => {
  const given = plain(name);
  if (given !== undefined || name !== 'vertex_project') return given;
  const named = ['VERTEXAI_PROJECT', 'GOOGLE_CLOUD_PROJECT'].map(settings.variable).find((value) => value !== undefined);
  return named ?? projectOf(googleCredentials({ ...settings, apiKey: undefined }));
};

/** Parameters of the provider's own as the configuration's table has them; names that it does not know stand in `extraBody`. */
function openParameters({ params }: ConfiguredDeployment): Readonly<Record<string, unknown>> {
  return {
    api_version: params.apiVersion, region_name: params.regionName, aws_region_name: params.awsRegionName, aws_session_name: params.awsSessionName,
    aws_profile_name: params.awsProfileName, aws_role_name: params.awsRoleName, aws_sts_endpoint: params.awsStsEndpoint, aws_external_id: params.awsExternalId,
    aws_bedrock_runtime_endpoint: params.awsBedrockRuntimeEndpoint, vertex_project: params.vertexProject, vertex_location: params.vertexLocation,
    watsonx_region_name: params.watsonxRegionName, tenant_id: params.tenantId, client_id: params.clientId, azure_scope: params.azureScope, oci_region: params.ociRegion, oci_tenancy: params.ociTenancy, oci_user: params.ociUser,
    oci_fingerprint: params.ociFingerprint, oci_key_file: params.ociKeyFile, oci_compartment_id: params.ociCompartmentId, gigachat_scope: params.gigachatScope,
    deployment_url: params.deploymentUrl, azure_username: params.azureUsername,
  };
}

function secretParameters({ params, apiKey }: ConfiguredDeployment): Readonly<Record<string, Secret>> {
  const { vertexCredentials } = params;
  return {
    aws_access_key_id: params.awsAccessKeyId, aws_secret_access_key: params.awsSecretAccessKey, aws_session_token: params.awsSessionToken,
    aws_web_identity_token: params.awsWebIdentityToken, azure_ad_token: params.azureAdToken, client_secret: params.clientSecret, azure_password: params.azurePassword,
    oci_key: params.ociKey, token: params.token, zen_api_key: params.zenApiKey, api_key: apiKey,
    ...(vertexCredentials !== undefined && { vertex_credentials: isSecret(vertexCredentials) ? vertexCredentials : { kind: 'value', value: JSON.stringify(vertexCredentials) } }),
  };
}

/** The secrets inside of credentials that are JSON themselves (a Google account, a service key). */
function secretsWithin(text: string): string[] {
  const json = text.trimStart().startsWith('{') ? parseJsonObject(text) : undefined;
  return Object.entries(json ?? {}).flatMap(([name, value]) => (typeof value === 'string' && /secret|password|private_key$|refresh_token|^key$/.test(name) ? [value] : []));
}

// Shorter texts would be taken out of words that have nothing to do with them.
const shortestSecret = 8;

/** The secrets of an entry, and more of them, that may not come back in an error's text. Longer ones first. */
export function secretsOf(entry: ConfiguredDeployment, more: readonly string[]): readonly string[] {
  const own = Object.values(secretParameters(entry)).map((secret) => (secret.kind === 'value' ? secret.value : ''));
  return [...new Set([...own, ...more].flatMap((text) => [text, ...secretsWithin(text)]))].filter((text) => text.length >= shortestSecret).toSorted((a, b) => b.length - a.length);
}

const isSecret = (value: object): value is Secret => 'kind' in value && (value.kind === 'value' || value.kind === 'unset' || value.kind === 'none');
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
