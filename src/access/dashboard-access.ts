// Everything about signing in to the dashboard, made from the configuration's environment.
import { createAccounts, type Accounts } from './accounts.ts';
import { sessionCallers } from './session-callers.ts';
import { SignIn, type SignInParts } from './sign-in.ts';
import { SingleSignOn } from './sso/single-sign-on.ts';
import { LoginThrottle } from './login-throttle.ts';
import { LoginWindow, loginWindowSettings } from './login-window.ts';
import { ssoProviders } from './sso/provider-table.ts';
import { withSessions } from './session-authenticator.ts';
import type { Changes } from './changes.ts';
import type { Authenticator } from './authenticator.ts';
import type { Config } from '../config/config.ts';
import type { ScopeOptions } from './scopes.ts';
import type { Sessions } from './sessions.ts';
import type { Store } from '../store/store.ts';

/** The parts, under their names in the gateway's services. `authenticator` takes keys and sessions. */
export interface DashboardAccess {
  authenticator: Authenticator;
  /** Who is signed in to the dashboard. */
  sessions: Sessions;
  signIn: SignIn;
  signInParts: SignInParts;
  singleSignOn: SingleSignOn;
  /** Accounts of people; null without a database. */
  accounts: Accounts | null;
  ssoRules: SsoRules;
  /** `PROXY_BASE_URL`, without a slash at its end: where browsers find this gateway. */
  publicUrl: string | null;
}

/** Who may come in through an identity provider. */
export interface SsoRules {
  /** `PROXY_ADMIN_ID`: id or e-mail address of the person who is an administrator. */
  admin: string | null;
  /** `ALLOWED_EMAIL_DOMAINS`, in small letters; null: whoever the provider vouches for. */
  domains: readonly string[] | null;
}

/** What dashboard access is made around. */
export interface DashboardAccessParts {
  keys: Authenticator;
  masterKey: string | null;
  sessions: Sessions;
  store: Store | null;
  changes: Changes;
  scopes: ScopeOptions;
}

// A map names a group of an identity provider: whoever is not known to be in it stays out.
const modeOf = ({ generalSettings: { uiAccessMode } }: Pick<Config, 'generalSettings'>): string | undefined => (typeof uiAccessMode === 'object' ? 'restricted' : uiAccessMode);

/** Puts them together around an authenticator of keys. */
export function dashboardAccess(config: Pick<Config, 'environmentValue' | 'generalSettings'>, { keys, masterKey, sessions, store, changes, scopes }: DashboardAccessParts): DashboardAccess {
  const environment = config.environmentValue;
  const accounts = store && createAccounts(store, changes);
  // Who lost a role or changed a password is signed out at once, on every instance.
  changes.subscribe(({ kind, id }) => {
    if (kind === 'session') sessions.forget(id);
  });
  const providers = ssoProviders(environment);
  const loginWindow = loginWindowSettings(config.generalSettings);
  const signInParts: SignInParts = {
    passwordsRefused: config.generalSettings.disablePasswordLoginWhenSsoEnabled && providers.length > 0,
    authenticator: keys, masterKey, accounts,
    operator: config.generalSettings.disableEnvCredentialLogin ? null : { username: environment('UI_USERNAME') || 'admin', password: environment('UI_PASSWORD') || null },
  };
  const domains = environment('ALLOWED_EMAIL_DOMAINS');
  return {
    sessions, signInParts, accounts,
    authenticator: withSessions(keys, sessions, masterKey, store && sessionCallers(store, changes, scopes), !['all', undefined].includes(modeOf(config))),
    signIn: new SignIn(signInParts, loginWindow ? new LoginWindow(loginWindow) : new LoginThrottle()),
    singleSignOn: new SingleSignOn(providers),
    ssoRules: { admin: environment('PROXY_ADMIN_ID') || null, domains: domains ? domains.split(',').map((domain) => domain.trim().toLowerCase()).filter(Boolean) : null },
    publicUrl: environment('PROXY_BASE_URL')?.replace(/\/+$/, '') || null,
  };
}
