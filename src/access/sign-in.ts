// Checks who wants to sign in to the dashboard: by a key, or by name and password. Guessing is slowed down in one place for both.
import { sameText } from '../lib/same-text.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { LoginThrottle, type Throttle } from './login-throttle.ts';
import { masterDigestOf, type NewSession } from './sessions.ts';
import { storeAway, type Authenticator } from './authenticator.ts';
import { maxCredentialCharacters } from '../lib/bounds.ts';

/** What somebody presents. */
export type Credentials = { kind: 'key'; key: string } | { kind: 'password'; username: string; password: string };

/** Accounts with passwords, where there is a database for them. Gives null for a wrong name or password, and takes as long for either. */
export interface PasswordAccounts {
  verify(username: string, password: string): Promise<NewSession | null>;
}

/** What signing in is checked against. */
export interface SignInParts {
  authenticator: Authenticator;
  masterKey: string | null;
  /** `UI_USERNAME` and `UI_PASSWORD`; the password is the master key where it is not set, as in LiteLLM. Null: there is no such way in. */
  operator: { username: string; password: string | null } | null;
  accounts: PasswordAccounts | null;
  /** Names and passwords are not taken: there is an identity provider (`disable_password_login_when_sso_enabled`). */
  passwordsRefused?: boolean;
}

/** Signs people in. */
export class SignIn {
  private readonly throttle: Throttle;

  constructor(private readonly parts: SignInParts, throttle: Throttle = new LoginThrottle()) {
    this.throttle = throttle;
  }

  /** The session to start, or why not. `address` is where the request came from. */
  async check(credentials: Credentials, address: string): Promise<Result<NewSession>> {
    if (credentials.kind === 'password' && this.parts.passwordsRefused === true) return fail(fault('password_login_disabled', "Username/password login is disabled because SSO is configured and 'disable_password_login_when_sso_enabled' is set. Sign in via SSO."));
    const name = credentials.kind === 'password' ? credentials.username.toLowerCase().slice(0, maxCredentialCharacters) : null;
    const waitMs = this.throttle.waitMs(address, name);
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1000);
      return fail({ ...fault('login_throttled', `Too many failed sign-ins. Try again in ${retryAfterSeconds} seconds.`), retryAfterSeconds });
    }
    const result = credentials.kind === 'key' ? await this.byKey(credentials.key) : await this.byPassword(credentials.username, credentials.password);
    if (result.ok) this.throttle.succeeded(address, name);
    else if (result.fault.code !== 'store_unavailable') this.throttle.failed(address, name);
    return result;
  }

  private async byKey(key: string): Promise<Result<NewSession>> {
    const headers = new Headers();
    try {
      headers.set('authorization', `Bearer ${key}`);
    } catch {
      return fail(fault('unknown_key', 'A key has no such characters.'));
    }
    const result = await this.parts.authenticator.authenticate(headers);
    if (!result.ok) return result;
    const caller = result.value;
    const { masterKey } = this.parts;
    const named = { name: caller.name, email: null, method: 'key' as const };
    if (caller.kind === 'master' || caller.kind === 'open') return ok({ ...named, subject: { kind: 'master', masterDigest: masterDigestOf(masterKey ?? '') } });
    return ok({ ...named, subject: { kind: 'key', keyHash: caller.keyHash } });
  }

  private async byPassword(username: string, password: string): Promise<Result<NewSession>> {
    const { operator, masterKey, accounts } = this.parts;
    const expected = operator && (operator.password ?? masterKey);
    const rightName = operator !== null && sameText(username, operator.username);
    const rightPassword = expected !== null && sameText(password, expected);
    if (operator && rightName && rightPassword) {
      return ok({ subject: { kind: 'master', masterDigest: masterDigestOf(masterKey ?? '') }, name: operator.username, email: null, method: 'password' });
    }
    if (username.length > maxCredentialCharacters || password.length > maxCredentialCharacters) return fail(wrongLogin);
    const session = await accounts?.verify(username, password).catch(() => 'away' as const);
    if (session === 'away') return fail(storeAway());
    return session ? ok(session) : fail(wrongLogin);
  }
}

const wrongLogin = fault('login_failed', 'The name or the password is wrong.');
