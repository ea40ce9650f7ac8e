// Signing in with more than a fixed header: a signature over each request, or a token that has to be fetched and lives for an hour.
import { fail, fault, type Fault, type Result } from '../../canonical/fault.ts';
import type { ProviderRequest, Send } from '../../http/provider-response.ts';

/** A request before it is sent. */
export interface UnsignedRequest {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: ProviderRequest['body'];
}

/** One deployment's way of signing in. It keeps tokens until shortly before they end. */
export interface SignIn {
  /** The headers to send: the request's own and those that sign it in. */
  headers(request: UnsignedRequest, send: Send): Promise<Result<Readonly<Record<string, string>>>>;
}

/** What the configuration and the environment say. Secrets are read here and nowhere else. */
export interface SignInSettings {
  /** A parameter of the deployment (`litellm_params`), else the first of these variables that is set. */
  value(parameter: string, ...variables: string[]): string | undefined;
  /** A parameter of the deployment only. */
  own(parameter: string): string | undefined;
  variable(name: string): string | undefined;
  /** The variable that the configuration names for this parameter and that is not set. */
  unset(parameter: string): string | undefined;
  /** The deployment's key: its `api_key`, else the provider's usual variable. */
  apiKey: string | undefined;
}

/** The fault of a deployment that cannot sign in because something is missing. */
export const missing = (message: string): { ok: false; fault: Fault } => fail(fault('credential_missing', `Missing credentials. ${message}`));

/** A way that never works, with its reason. */
export const impossible = (message: string): SignIn => ({ headers: () => Promise.resolve(missing(message)) });

/** A way that adds a bearer token. */
export function bearer(token: (send: Send) => Promise<Result<string>>, scheme = 'Bearer'): SignIn {
  return {
    async headers({ headers }, send) {
      const given = await token(send);
      return given.ok ? { ok: true, value: { ...headers, authorization: `${scheme} ${given.value}` } } : given;
    },
  };
}
