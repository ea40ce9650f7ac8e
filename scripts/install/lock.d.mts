/** Runs `work` while no other process runs work under the same lock file. `onWait` is called once when it has to wait. */
export function withLock<T>(file: string, work: () => Promise<T> | T, onWait?: () => void): Promise<T>;
