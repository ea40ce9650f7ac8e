// Everything about signing in to the dashboard, made from the configuration's environment.
import { SignIn, type PasswordAccounts, type SignInParts } from './sign-in.ts';
import { SingleSignOn } from './sso/single-sign-on.ts';
import { ssoProviders } from './sso/provider-table.ts';
import { withSessions } from './session-authenticator.ts';
import type { Authenticator } from './authenticator.ts';
import type { Config } from '../config/config.ts';
import type { Sessions } from './sessions.ts';

/** The parts, under their names in the gateway's services. `authenticator` takes keys and sessions. */
export interface DashboardAccess {
  authenticator: Authenticator;
  sessions: Sessions;
  signIn: SignIn;
  signInParts: SignInParts;
  singleSignOn: SingleSignOn;
  ssoAdmin: string | null;
  publicUrl: string | null;
}

/** Puts them together around an authenticator of keys. */
export function dashboardAccess(config: Pick<Config, 'environmentValue'>, keys: Authenticator, masterKey: string | null, sessions: Sessions, accounts: PasswordAccounts | null = null): DashboardAccess {
  const environment = config.environmentValue;
  const signInParts: SignInParts = {
    authenticator: keys, masterKey, accounts,
    operator: { username: environment('UI_USERNAME') || 'admin', password: environment('UI_PASSWORD') || null },
  };
  return {
    sessions, signInParts,
    authenticator: withSessions(keys, sessions, masterKey),
    signIn: new SignIn(signInParts),
    singleSignOn: new SingleSignOn(ssoProviders(environment)),
    ssoAdmin: environment('PROXY_ADMIN_ID') || null,
    publicUrl: environment('PROXY_BASE_URL')?.replace(/\/+$/, '') || null,
  };
}
