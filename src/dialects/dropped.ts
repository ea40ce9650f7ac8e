// What a writer of requests could not say in its dialect, for the `x-weir-dropped` header and the log.

const maxNames = 32;

/** Collects paths such as `messages[3].content[1]`; each once, and no more than a header can hold. */
export class Dropped {
  private readonly names = new Set<string>();

  /** Remembers a path. */
  add(path: string): void {
    if (this.names.size < maxNames) this.names.add(path);
  }

  /** The paths in the order in which they were dropped. */
  list(): string[] {
    return [...this.names];
  }
}
