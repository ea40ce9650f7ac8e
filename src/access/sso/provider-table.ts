// The identity providers that people may sign in with, as LiteLLM's environment variables name them; GitHub and GENERIC_ISSUER are ours.

/** Signing in by OpenID Connect: everything else is read from the issuer's own description. */
export interface OpenIdProvider {
  kind: 'openid';
  name: SsoProviderName;
  issuer: string;
  clientId: string;
  clientSecret: string;
  scope: string;
}

/** Signing in by plain OAuth 2: there is no signed token, the provider is asked who it is. */
export interface OAuthProvider {
  kind: 'oauth';
  name: SsoProviderName;
  authorizationEndpoint: string;
  tokenEndpoint: string;
  userEndpoint: string;
  clientId: string;
  clientSecret: string;
  scope: string;
  /** Members of the provider's answer. */
  attributes: { id: string; email: string; name: string };
}

/** Any provider. */
export type SsoProvider = OpenIdProvider | OAuthProvider;
/** Their names, as they appear in addresses. */
export type SsoProviderName = 'google' | 'microsoft' | 'github' | 'generic';

type Environment = (name: string) => string | undefined;

/** The providers that are configured, in the order of the sign-in page. */
export function ssoProviders(environment: Environment): readonly SsoProvider[] {
  return [google(environment), microsoft(environment), github(environment), generic(environment)].filter((provider) => provider !== null);
}

function google(environment: Environment): SsoProvider | null {
  const client = clientOf(environment('GOOGLE_CLIENT_ID'), environment('GOOGLE_CLIENT_SECRET'));
  return client && { kind: 'openid', name: 'google', issuer: 'https://accounts.google.com', scope: 'openid email profile', ...client };
}

function microsoft(environment: Environment): SsoProvider | null {
  const client = clientOf(environment('MICROSOFT_CLIENT_ID'), environment('MICROSOFT_CLIENT_SECRET'));
  const tenant = environment('MICROSOFT_TENANT');
  if (!client || !tenant) return null;
  return { kind: 'openid', name: 'microsoft', issuer: `https://login.microsoftonline.com/${tenant}/v2.0`, scope: 'openid email profile', ...client };
}

function github(environment: Environment): SsoProvider | null {
  const client = clientOf(environment('GITHUB_CLIENT_ID'), environment('GITHUB_CLIENT_SECRET'));
  return client && {
    kind: 'oauth', name: 'github', scope: 'read:user user:email', authorizationEndpoint: 'https://github.com/login/oauth/authorize',
    tokenEndpoint: 'https://github.com/login/oauth/access_token', userEndpoint: 'https://api.github.com/user',
    attributes: { id: 'id', email: 'email', name: 'login' }, ...client,
  };
}

function generic(environment: Environment): SsoProvider | null {
  const client = clientOf(environment('GENERIC_CLIENT_ID'), environment('GENERIC_CLIENT_SECRET'));
  if (!client) return null;
  const scope = environment('GENERIC_SCOPE') ?? 'openid email profile';
  const issuer = environment('GENERIC_ISSUER');
  if (issuer) return { kind: 'openid', name: 'generic', issuer, scope, ...client };
  const authorizationEndpoint = environment('GENERIC_AUTHORIZATION_ENDPOINT');
  const tokenEndpoint = environment('GENERIC_TOKEN_ENDPOINT');
  const userEndpoint = environment('GENERIC_USERINFO_ENDPOINT');
  if (!authorizationEndpoint || !tokenEndpoint || !userEndpoint) return null;
  return {
    kind: 'oauth', name: 'generic', scope, authorizationEndpoint, tokenEndpoint, userEndpoint, ...client,
    attributes: {
      id: environment('GENERIC_USER_ID_ATTRIBUTE') ?? 'preferred_username',
      email: environment('GENERIC_USER_EMAIL_ATTRIBUTE') ?? 'email',
      name: environment('GENERIC_USER_DISPLAY_NAME_ATTRIBUTE') ?? 'sub',
    },
  };
}

function clientOf(clientId: string | undefined, clientSecret: string | undefined): { clientId: string; clientSecret: string } | null {
  return clientId && clientSecret ? { clientId, clientSecret } : null;
}
