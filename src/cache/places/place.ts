// What places for answers outside of memory have in common: names and bytes, on a disk or behind somebody's interface.

/** A place. Its methods reject when it cannot be reached. */
export interface AnswerPlace {
  /** LiteLLM's word for it: `s3`, `gcs`, `azure-blob`, `disk`. */
  readonly kind: string;
  /** The bytes under a name; null when there are none. */
  read(name: string): Promise<Uint8Array | null>;
  write(name: string, bytes: Buffer<ArrayBuffer>): Promise<void>;
  /** True when there was something. */
  remove(name: string): Promise<boolean>;
  /** All names, in pages. */
  names(): AsyncIterable<readonly string[]>;
}
