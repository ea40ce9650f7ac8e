// The public keys of an identity provider: read when they are needed, again after their time or for an unknown key, and believed a while
// longer when the provider is away.
import { maxJwksBytes, jwksTimeoutMs, jwksPauseMs } from '../../lib/bounds.ts';
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';

/** The provider could not be asked, and nothing is remembered. */
export class KeysAway extends Error {}

/** The keys at one address. */
export class KeySet {
  private keys: { find: JWTVerifyGetKey; readAtMs: number } | null = null;
  private reading: Promise<void> | null = null;
  private triedAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly url: string, private readonly ttlMs: number, private readonly staleMs: number, private readonly nowMs: () => number) {}

  /** Finds the key that signed a token; for `jwtVerify`. Rejects with `KeysAway` when the keys cannot be had. */
  readonly find: JWTVerifyGetKey = async (header, token) => {
    const { nowMs } = this;
    if (!this.keys || nowMs() - this.keys.readAtMs > this.ttlMs) await this.read();
    if (!this.keys || nowMs() - this.keys.readAtMs > this.ttlMs + this.staleMs) throw new KeysAway(this.url);
    try {
      return await this.keys.find(header, token);
    } catch (error) {
      // A new key of the provider; asked for at most once in a while, or tokens of strangers would be a load on the provider.
      if (nowMs() - this.triedAtMs < jwksPauseMs) throw error;
      await this.read();
      return this.keys.find(header, token);
    }
  };

  private read(): Promise<void> {
    this.reading ??= this.fetchKeys().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async fetchKeys(): Promise<void> {
    if (this.keys && this.nowMs() - this.triedAtMs < jwksPauseMs) return;
    this.triedAtMs = this.nowMs();
    const { createLocalJWKSet } = await import('jose');
    try {
      const response = await fetch(this.url, { redirect: 'error', signal: AbortSignal.timeout(jwksTimeoutMs), headers: { accept: 'application/json' } });
      const text = await response.text();
      if (!response.ok || text.length > maxJwksBytes) return;
      this.keys = { find: createLocalJWKSet(JSON.parse(text) as JSONWebKeySet), readAtMs: this.nowMs() };
    } catch {
      // The keys before are believed for a while; see `find`.
    }
  }
}
