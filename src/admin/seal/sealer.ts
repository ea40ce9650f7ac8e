// Seals providers' credentials for the database: AES-256-GCM, with the id of the key in front, so that keys can be changed.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Seals and opens texts. */
export interface Sealer {
  /** The id of the key that new texts are sealed with. */
  readonly keyId: string;
  /** `weir1:KEY_ID:…`. `context` (which row, which name) is bound to the text: moved elsewhere it does not open. */
  seal(text: string, context: string): string;
  /** The text, or null when it was sealed by an unknown key, for another place, or was changed. */
  open(sealed: string, context: string): string | null;
}

const prefix = 'weir1:';
const nonceBytes = 12;
const tagBytes = 16;

/** True for a text that a sealer made. */
export const isSealed = (text: string): boolean => text.startsWith(prefix);

interface SealingKey {
  id: string;
  key: Buffer;
}

// The id tells keys apart and tells nothing of the secret.
function sealingKey(secret: string): SealingKey {
  const derive = (purpose: string, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', secret, 'weir credentials', purpose, bytes));
  return { id: derive('id', 6).toString('hex'), key: derive('key', 32) };
}

/** Seals by the first secret (`LITELLM_SALT_KEY`, else the master key), opens by any of them. */
export function createSealer(secret: string, earlier: readonly string[] = []): Sealer {
  const current = sealingKey(secret);
  const keys = new Map([current, ...earlier.map(sealingKey)].map((key) => [key.id, key.key]));
  return {
    keyId: current.id,
    seal(text, context) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return `${prefix}${current.id}:${sealed.toString('base64')}`;
    },
    open(sealed, context) {
      if (!isSealed(sealed)) return null;
      const [id = '', encoded = ''] = sealed.slice(prefix.length).split(':', 2);
      const key = keys.get(id);
      const bytes = Buffer.from(encoded, 'base64');
      if (!key || bytes.length < nonceBytes + tagBytes) return null;
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceBytes)).setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes));
        return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
