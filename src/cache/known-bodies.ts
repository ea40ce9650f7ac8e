// Requests that were asked again, byte for byte: what was found out about such a body (where its members stand, its keys in the cache) is
// found out once. Only bodies whose answer came from the cache are kept, so that traffic that never repeats fills nothing.
import { JsonBody } from '../lib/json-body.ts';
import { maxKnownBodies, maxKnownBodyBytes } from '../lib/bounds.ts';
import type { Outline } from '../lib/json-members.ts';

/** Who asks, and for what, as far as the body does not say it. */
export interface Asker {
  tenant: string;
  /** The dialect or operation. */
  name: string;
  model: string;
  insteadOf: string | null;
}

interface KnownKey extends Asker {
  key: string;
}

interface Known {
  body: JsonBody;
  keys: KnownKey[];
}

// One body of many tenants has many keys; the last ones are kept.
const maxKeys = 16;

/** Bodies that were seen before. */
export class KnownBodies {
  private readonly bySum = new Map<number, Known>();
  private readonly byOutline = new WeakMap<Outline, Known>();
  private sizeBytes = 0;

  constructor(private readonly maxEntries = maxKnownBodies, private readonly maxBytes = maxKnownBodyBytes) {}

  /** The body that these bytes are. A checksum finds it, comparing all bytes proves it: two bodies are never taken for one. */
  find(bytes: Buffer): JsonBody | null {
    const known = this.bySum.get(Bun.hash.crc32(bytes));
    return known && known.body.bytes.equals(bytes) ? known.body.again() : null;
  }

  /** Keeps a body. One that is larger than an eighth of all room is not kept. */
  keep(body: JsonBody): void {
    const { bytes, outline } = body;
    if (this.byOutline.has(outline) || bytes.length > this.maxBytes / 8) return;
    const sum = Bun.hash.crc32(bytes);
    this.forget(sum);
    const known: Known = { body: body.again(), keys: [] };
    this.bySum.set(sum, known);
    this.byOutline.set(outline, known);
    this.sizeBytes += bytes.length;
    for (const oldest of this.bySum.keys()) {
      if (this.bySum.size <= this.maxEntries && this.sizeBytes <= this.maxBytes) break;
      this.forget(oldest);
    }
  }

  /** The key of a kept body for this asker; `make` makes it when it is not known. */
  keyOf(body: JsonBody, asker: Asker, make: () => string): string {
    const known = this.byOutline.get(body.outline);
    if (!known) return make();
    for (const one of known.keys) if (one.tenant === asker.tenant && one.name === asker.name && one.model === asker.model && one.insteadOf === asker.insteadOf) return one.key;
    const key = make();
    if (known.keys.length >= maxKeys) known.keys.shift();
    known.keys.push({ ...asker, key });
    return key;
  }

  private forget(sum: number): void {
    const known = this.bySum.get(sum);
    if (!known) return;
    this.bySum.delete(sum);
    this.byOutline.delete(known.body.outline);
    this.sizeBytes -= known.body.bytes.length;
  }
}
