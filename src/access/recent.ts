// A map that remembers a bounded number of entries: the one that was not used for longest goes first.

/** A bounded map. */
export class Recent<V> {
  private readonly entries = new Map<string, V>();

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.entries.size;
  }

  /** The value, which counts as used now. */
  get(key: string): V | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    if (this.entries.size <= this.capacity) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.entries.delete(oldest);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets what the test is true for. */
  forget(test: (value: V, key: string) => boolean): void {
    for (const [key, value] of this.entries) if (test(value, key)) this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}
