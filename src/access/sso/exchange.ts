// The two ways of asking an identity provider who somebody is. Both use PKCE (RFC 7636) and a state that only this browser has.
import { createHash, randomBytes } from 'node:crypto';
import { identityProviderTimeoutMs } from '../../lib/bounds.ts';
import type { OAuthProvider, OpenIdProvider, SsoProvider } from './provider-table.ts';

/** What must be the same when the browser comes back. */
export interface SsoAttempt {
  provider: SsoProvider;
  state: string;
  nonce: string;
  verifier: string;
  redirectUri: string;
}

/** Who the provider says it is. */
export interface Identity {
  id: string;
  email: string | null;
  name: string;
}

/** A new attempt with fresh secrets. */
export function newAttempt(provider: SsoProvider, redirectUri: string): SsoAttempt {
  const secret = (): string => randomBytes(32).toString('base64url');
  return { provider, redirectUri, state: secret(), nonce: secret(), verifier: secret() };
}

/** Where the browser goes first. Throws when the provider cannot be reached. */
export async function authorizationUrl(attempt: SsoAttempt): Promise<string> {
  const { provider, state, nonce, verifier, redirectUri } = attempt;
  const challenge = { code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' };
  const asked = { redirect_uri: redirectUri, scope: provider.scope, state, ...challenge };
  if (provider.kind === 'openid') {
    const { client, configuration } = await discover(provider);
    return client.buildAuthorizationUrl(configuration, { ...asked, nonce }).href;
  }
  const url = new URL(provider.authorizationEndpoint);
  for (const [name, value] of Object.entries({ response_type: 'code', client_id: provider.clientId, ...asked })) url.searchParams.set(name, value);
  return url.href;
}

/** Who came back. `query` is what the provider added to the address. Throws when anything about it is not as it should be. */
export async function identityOf(attempt: SsoAttempt, query: string): Promise<Identity> {
  const { provider } = attempt;
  return provider.kind === 'openid' ? openIdIdentity(provider, attempt, query) : oauthIdentity(provider, attempt, query);
}

// Loaded only when somebody signs in this way. Plain HTTP is for providers on this machine.
async function discover(provider: OpenIdProvider) {
  const client = await import('openid-client');
  const issuer = new URL(provider.issuer);
  const local = issuer.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(issuer.hostname);
  const options = { timeout: identityProviderTimeoutMs / 1000, ...(local && { execute: [client.allowInsecureRequests] }) };
  const configuration = await client.discovery(issuer, provider.clientId, provider.clientSecret, undefined, options);
  return { client, configuration };
}

async function openIdIdentity(provider: OpenIdProvider, attempt: SsoAttempt, query: string): Promise<Identity> {
  const { client, configuration } = await discover(provider);
  const tokens = await client.authorizationCodeGrant(configuration, new URL(`${attempt.redirectUri}?${query}`), {
    pkceCodeVerifier: attempt.verifier, expectedState: attempt.state, expectedNonce: attempt.nonce, idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (!claims) throw new Error('The identity provider gave no token.');
  const known = claims['email'] === undefined && configuration.serverMetadata().userinfo_endpoint
    ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : claims;
  // An address that nobody has checked could be anybody's.
  const verified = known['email_verified'] !== false;
  const email = verified ? textOf(known['email']) : null;
  return { id: claims.sub, email, name: textOf(known['name']) ?? email ?? claims.sub };
}

async function oauthIdentity(provider: OAuthProvider, attempt: SsoAttempt, query: string): Promise<Identity> {
  const answered = new URLSearchParams(query);
  const code = answered.get('code');
  if (code === null || answered.get('state') !== attempt.state) throw new Error('The identity provider gave no code for this attempt.');
  const token = await askJson(provider.tokenEndpoint, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code', code, redirect_uri: attempt.redirectUri, client_id: provider.clientId, client_secret: provider.clientSecret, code_verifier: attempt.verifier,
    }).toString(),
  });
  const accessToken = textOf(token['access_token']);
  if (accessToken === null) throw new Error('The identity provider gave no token.');
  const user = await askJson(provider.userEndpoint, { headers: { authorization: `Bearer ${accessToken}` } });
  const { attributes } = provider;
  const id = textOf(user[attributes.id]) ?? textOf(user['sub']);
  if (id === null) throw new Error(`The identity provider named no ${attributes.id}.`);
  const email = user['email_verified'] === false ? null : textOf(user[attributes.email]);
  return { id, email, name: textOf(user[attributes.name]) ?? email ?? id };
}

async function askJson(url: string, init: RequestInit): Promise<Record<string, unknown>> {
  const headers = { 'accept': 'application/json', 'user-agent': 'weir', ...(init.headers as Record<string, string>) };
  const response = await fetch(url, { ...init, headers, redirect: 'error', signal: AbortSignal.timeout(identityProviderTimeoutMs) });
  if (!response.ok) throw new Error(`The identity provider answered ${response.status}.`);
  return await response.json() as Record<string, unknown>;
}

function textOf(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
