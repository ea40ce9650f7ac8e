// Single sign-on: sends browsers to an identity provider, and takes those back that it sent itself.
import { authorizationUrl, identityOf, newAttempt, type Identity, type SsoAttempt } from './exchange.ts';
import { maxSessions, ssoTimeoutMs } from '../../lib/bounds.ts';
import { randomBytes } from 'node:crypto';
import type { SsoProvider, SsoProviderName } from './provider-table.ts';

interface Pending {
  attempt: SsoAttempt;
  untilMs: number;
}

/** The attempts under way. Each is good for one return of the browser that it was begun in. */
export class SingleSignOn {
  private readonly pending = new Map<string, Pending>();

  constructor(readonly providers: readonly SsoProvider[], private readonly nowMs: () => number = Date.now) {}

  /** Where to send the browser, and what its cookie must say when it comes back. Null when there is no such provider. */
  async begin(name: SsoProviderName | null, redirectUri: string): Promise<{ url: string; token: string } | null> {
    const provider = name === null ? this.providers[0] : this.providers.find((known) => known.name === name);
    if (!provider) return null;
    const attempt = newAttempt(provider, redirectUri);
    const url = await authorizationUrl(attempt);
    const token = randomBytes(32).toString('base64url');
    this.forgetOld();
    this.pending.set(token, { attempt, untilMs: this.nowMs() + ssoTimeoutMs });
    return { url, token };
  }

  /** Who came back. Throws when the browser is not the one that was sent, or the provider does not vouch for it. */
  async finish(token: string | null, query: string): Promise<{ identity: Identity; provider: SsoProvider }> {
    const pending = token === null ? undefined : this.pending.get(token);
    if (token !== null) this.pending.delete(token);
    if (!pending || pending.untilMs < this.nowMs()) throw new Error('This sign-in was not begun in this browser, or took too long.');
    return { identity: await identityOf(pending.attempt, query), provider: pending.attempt.provider };
  }

  private forgetOld(): void {
    const now = this.nowMs();
    for (const [token, { untilMs }] of this.pending) {
      if (untilMs >= now && this.pending.size < maxSessions) break;
      this.pending.delete(token);
    }
  }
}
