// Signs calls to Google's and Azure's storage in, with the credentials that models of these clouds have too.
import { entraSignIn } from '../providers/sign-in/entra.ts';
import { googleSignIn } from '../providers/sign-in/google.ts';
import type { CloudAccess } from '../cache/places/cloud.ts';
import type { Config } from '../config/config.ts';
import type { Send } from '../http/provider-response.ts';
import type { SignIn, SignInSettings } from '../providers/sign-in/sign-in.ts';

const azureScope = 'https://storage.azure.com/.default';

/** Access to either storage. Without credentials every call rejects, so that answers are kept in memory only. */
export function storageAccess(config: Config, send: Send): { google: CloudAccess; azure: CloudAccess } {
  const variable = (name: string): string | undefined => config.environmentValue(name) || undefined;
  const settings = (given: Readonly<Record<string, string | undefined>>): SignInSettings => ({
    own: (parameter) => given[parameter],
    value: (parameter, ...variables) => given[parameter] ?? variables.map(variable).find((value) => value !== undefined),
    variable, unset: () => undefined, apiKey: undefined,
  });
  const serviceAccount = config.litellmSettings.cacheParams?.gcsPathServiceAccount ?? variable('GCS_PATH_SERVICE_ACCOUNT');
  return {
    google: { send, signIn: by(send, () => googleSignIn(settings({ vertex_credentials: serviceAccount }))) },
    azure: { send, signIn: by(send, () => entraSignIn(settings({ azure_scope: azureScope }))) },
  };
}

/** The headers of a way of signing in, which is made when it is first needed and keeps its tokens. */
function by(send: Send, make: () => SignIn | null): CloudAccess['signIn'] {
  let signIn: SignIn | null | undefined;
  return async () => {
    signIn ??= make();
    const made = await signIn?.headers({ method: 'GET', url: '', headers: {}, body: Buffer.alloc(0) }, send);
    if (!made?.ok) throw new Error(made?.fault.message ?? 'there are no credentials for the storage');
    return made.value;
  };
}
