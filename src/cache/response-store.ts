// Answers of the Responses API under their ids, so that a client can go on from one or fetch it again. In memory, bounded by number, bytes
// and time; the ones that were not used for longest go first. Where there is a database they are kept there too, for as long. An id means
// nothing to any other tenant than the one it was made for.
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
  /** Its request wants its content in no database. */
  memoryOnly?: true;
}

const secondLookMs = 150;

interface Entry extends StoredResponse {
  expiresMs: number;
}

/** Where answers outlive the process. */
export interface ResponseTable {
  read(tenant: string, id: string): Promise<StoredResponse | null>;
  write(response: StoredResponse, expiresMs: number): Promise<void>;
  remove(tenant: string, id: string): Promise<void>;
}

/** Keeps answers by tenant and id. */
export class ResponseStore {
  private table: ResponseTable | null = null;
  private onProblem: (error: unknown) => void = () => undefined;
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(
    private readonly nowMs: () => number, private readonly maxEntries = maxStoredResponses, private readonly maxBytes = maxStoredResponseBytes,
    private readonly ttlMs = storedResponseTtlMs,
  ) {}

  /** Keeps answers there too from now on; null: nowhere else. What goes wrong there is told and costs nobody his answer. */
  keepIn(table: ResponseTable | null, onProblem: (error: unknown) => void): void {
    this.table = table;
    this.onProblem = onProblem;
  }

  /** The answer with this id, when it was made for this tenant, wherever it is kept. */
  async find(tenant: string, id: string): Promise<StoredResponse | null> {
    const known = this.get(tenant, id);
    if (known || !this.table) return known;
    const read = (table: ResponseTable): Promise<StoredResponse | null> => table.read(tenant, id).catch((error: unknown) => {
      this.onProblem(error);
      return null;
    });
    const found = await read(this.table);
    if (found) return found;
    // Another instance may be writing it just now: clients go on from an answer as soon as they have it.
    await Bun.sleep(secondLookMs);
    return read(this.table);
  }

  /** The answer with this id, when it was made for this tenant and is in memory. */
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
    this.forget(response.tenant, response.id);
    // One that is still being made goes with its process.
    if (!response.unfinished && !response.memoryOnly) this.table?.write(response, this.nowMs() + this.ttlMs).catch(this.onProblem);
    if (sizeOf(response) > this.maxBytes / 8) return;
    this.entries.set(keyOf(response.tenant, response.id), { ...response, expiresMs: this.nowMs() + this.ttlMs });
    this.bytes += sizeOf(response);
    for (const oldest of this.entries.values()) {
      if (this.entries.size <= this.maxEntries && this.bytes <= this.maxBytes) break;
      this.forget(oldest.tenant, oldest.id);
    }
  }

  /** Forgets an answer everywhere. */
  delete(tenant: string, id: string): void {
    this.forget(tenant, id);
    this.table?.remove(tenant, id).catch(this.onProblem);
  }

  private forget(tenant: string, id: string): void {
    const key = keyOf(tenant, id);
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.bytes -= sizeOf(entry);
  }
}

const keyOf = (tenant: string, id: string): string => `${tenant.length}:${tenant}${id}`;
const sizeOf = ({ input, body }: StoredResponse): number => input.length + body.length + 512;
