// Signing in at AWS: a signature over each request, with keys that may be a session's.
import { awsKeys } from './aws-credentials.ts';
import { signAws } from './aws-signature.ts';
import { KeptToken } from './kept-token.ts';
import type { SignIn, SignInSettings } from './sign-in.ts';

/** Signs requests to this service in this region. */
export function awsSignIn(settings: SignInSettings, region: string, service: string): SignIn {
  const keys = new KeptToken((send) => awsKeys(settings, region, send));
  return {
    async headers(request, send) {
      const found = await keys.get(send);
      return found.ok ? { ok: true, value: await signAws(request, found.value, region, service) } : found;
    },
  };
}
