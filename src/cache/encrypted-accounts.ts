// Which account can read an encrypted reasoning item (Responses API): only the one that made it. Remembered by a hash of the item, in memory,
// bounded.
import { maxEncryptedItems } from '../lib/bounds.ts';

/** Accounts by encrypted item. An account is told by a hash of provider, address and key. */
export class EncryptedAccounts {
  private readonly kept = new Map<bigint, bigint>();

  constructor(private readonly maxEntries = maxEncryptedItems) {}

  /** The account made this item. */
  note(encrypted: string, account: bigint): void {
    const key = Bun.hash.wyhash(encrypted);
    this.kept.delete(key);
    this.kept.set(key, account);
    if (this.kept.size <= this.maxEntries) return;
    for (const oldest of this.kept.keys()) {
      this.kept.delete(oldest);
      break;
    }
  }

  /** The account that made this item; null: not known. */
  find(encrypted: string): bigint | null {
    return this.kept.get(Bun.hash.wyhash(encrypted)) ?? null;
  }
}
