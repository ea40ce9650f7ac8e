// The key of a deployment and the headers that carry it. Only what the configuration holds comes here: a client's own
// authentication headers are never passed on.
import { firstSet } from './address.ts';
import type { ReadVariable } from './address.ts';
import type { ChatEndpoint, Provider } from './provider.ts';

/** A key with where it came from. */
export interface Credential {
  key: string;
  /** The variable of the environment, when it was no key of the deployment's own. */
  variable: string | null;
}

/** The key of a deployment: its own `api_key`, else the first of the provider's variables that is set. Null: none. */
export function credentialOf(provider: Provider, apiKey: string | undefined, variable: ReadVariable): Credential | null {
  if (apiKey) return { key: apiKey, variable: null };
  const name = provider.keyVariables.find((candidate) => variable(candidate));
  const key = name === undefined ? undefined : firstSet([name], variable);
  return name === undefined || key === undefined ? null : { key, variable: name };
}

/** Headers that carry the key, or the sentence that says why it must not travel there. */
export type CredentialHeaders = { ok: true; headers: Readonly<Record<string, string>> } | { ok: false; message: string };

/**
 * Headers that carry the key to this address. Ways of signing in that need code (`google`, `exchange`) give none here: their adapters
 * add what they need for each request; a plain key of the others (a Bedrock API key) travels as bearer.
 */
export function credentialHeaders(provider: Provider, credential: Credential | null, url: string): CredentialHeaders {
  if (!credential) return none;
  const bearer = { authorization: `Bearer ${credential.key}` };
  const way = provider.authentication;
  switch (way.kind) {
    case 'none':
    case 'google':
    case 'exchange':
      return none;
    case 'bearer': {
      const { marked } = way;
      if (!marked || !credential.key.startsWith(marked.prefix)) return { ok: true, headers: bearer };
      return { ok: true, headers: { authorization: `Bearer ${credential.key.slice(marked.prefix.length)}`, ...marked.headers } };
    }
    case 'aws':
    case 'oci':
      return { ok: true, headers: bearer };
    case 'azure':
      // Entra tokens are JSON Web Tokens; keys of a resource are not.
      return { ok: true, headers: credential.key.startsWith('eyJ') ? bearer : { 'api-key': credential.key } };
    case 'header':
      if (way.oauth && credential.key.startsWith(way.oauth.keyPrefix)) {
        if (hostOf(url) !== way.oauth.host) return { ok: false, message: `A key that begins with ${way.oauth.keyPrefix} may only be sent to https://${way.oauth.host}.` };
        return { ok: true, headers: { ...bearer, ...way.oauth.headers } };
      }
      if (credential.variable !== null && way.bearerVariables?.includes(credential.variable)) return { ok: true, headers: bearer };
      return { ok: true, headers: { [way.name.toLowerCase()]: `${way.prefix ?? ''}${credential.key}` } };
  }
}

const none: CredentialHeaders = { ok: true, headers: {} };

/** The host that an address really names, and only over https; a look-alike in the path or the user part does not count. */
function hostOf(url: string): string | null {
  if (!URL.canParse(url)) return null;
  const { protocol, host } = new URL(url);
  return protocol === 'https:' ? host : null;
}

/** A provider's own headers and those of one of its dialects, with values of the environment filled in. Names are in lower case. */
export function staticHeaders(provider: Provider, endpoint: ChatEndpoint | null, variable: ReadVariable): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries({ ...provider.headers, ...endpoint?.headers })) {
    const text = typeof value === 'string' ? value : variable(value.variable) || value.otherwise;
    if (text !== null) headers[name.toLowerCase()] = text;
  }
  return headers;
}
