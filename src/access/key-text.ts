// Texts of virtual keys: how they are made, hashed and shown.
import { randomBytes } from 'node:crypto';

// LiteLLM's keys: `sk-` and 16 random bytes. Ours have 24, and are written alike.
const keyBytes = 24;

/** A new key. */
export const newKey = (): string => `sk-${randomBytes(keyBytes).toString('base64url')}`;

/** The SHA-256 of a key in hex: what the database holds. */
export const hashOf = (key: string): string => new Bun.SHA256().update(key).digest('hex');

/** The hash of what a caller of the management API names: a key's text, or its hash already. */
export const hashOfNamed = (named: string): string => (named.startsWith('sk-') ? hashOf(named) : named);

/** True for what can name a key: its text, or its hash. */
export const isKeyName = (named: string): boolean => named.startsWith('sk-') || /^[0-9a-f]{64}$/.test(named);

/** A key as it may be shown (`sk-...b9cd`). */
export const maskedKey = (key: string): string => `sk-...${key.slice(-4)}`;
