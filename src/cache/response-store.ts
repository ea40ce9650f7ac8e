// Answers of the Responses API under their ids, so that a client can go on from one or fetch it again. In memory, bounded by number, bytes
// and time; the ones that were not used for longest go first. An id means nothing to any other tenant than the one it was made for.
import { maxStoredResponseBytes, maxStoredResponses, storedResponseTtlMs } from '../lib/bounds.ts';

/** A kept answer. */
export interface StoredResponse {
  id: string;
  tenant: string;
  /** The model as the client named it. */
  model: string;
  deploymentId: string;
  /** Who keeps the answer: the provider behind the deployment, or nobody but this store. */
  kept: 'provider' | 'here';
  /** The answer that this one went on from. */
  previous: string | null;
  /** JSON text of the request's `input`. */
  input: Buffer;
  /** The answer as the client got it. */
  body: Buffer;
  /** It is being made in the background. */
  unfinished?: true;
}

interface Entry extends StoredResponse {
  expiresMs: number;
}

/** Keeps answers by tenant and id. */
export class ResponseStore {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(
    private readonly nowMs: () => number, private readonly maxEntries = maxStoredResponses, private readonly maxBytes = maxStoredResponseBytes,
    private readonly ttlMs = storedResponseTtlMs,
  ) {}

  /** The answer with this id, when it was made for this tenant. */
  get(tenant: string, id: string): StoredResponse | null {
    const key = keyOf(tenant, id);
    const entry = this.entries.get(key);
    if (!entry) return null;
    this.entries.delete(key);
    if (entry.expiresMs <= this.nowMs()) {
      this.bytes -= sizeOf(entry);
      return null;
    }
    // Put back at the end: what is used stays longest.
    this.entries.set(key, entry);
    return entry;
  }

  /** Keeps an answer. One that is larger than an eighth of all room is not kept. */
  set(response: StoredResponse): void {
    this.delete(response.tenant, response.id);
    if (sizeOf(response) > this.maxBytes / 8) return;
    this.entries.set(keyOf(response.tenant, response.id), { ...response, expiresMs: this.nowMs() + this.ttlMs });
    this.bytes += sizeOf(response);
    for (const oldest of this.entries.values()) {
      if (this.entries.size <= this.maxEntries && this.bytes <= this.maxBytes) break;
      this.delete(oldest.tenant, oldest.id);
    }
  }

  /** Forgets an answer; true when there was one. */
  delete(tenant: string, id: string): boolean {
    const key = keyOf(tenant, id);
    const entry = this.entries.get(key);
    if (!entry) return false;
    this.entries.delete(key);
    this.bytes -= sizeOf(entry);
    return true;
  }
}

const keyOf = (tenant: string, id: string): string => `${tenant.length}:${tenant}${id}`;
const sizeOf = ({ input, body }: StoredResponse): number => input.length + body.length + 512;
