// Takes an upload as it comes: the first bytes into memory, and as soon as there are many of them all into a file. While the disk is slower
// than the client, the client waits.
import { maxUploadMemoryBytes, maxUploadWaitingBytes, minUploadBytesPerSecond, uploadGatherBytes } from '../../lib/bounds.ts';
import { StoredBytes } from './stored-bytes.ts';
import type { ByteSink, ByteSource } from '../byte-source.ts';
import type { SpillFile } from './spill-file.ts';
import type { UploadStore } from './upload-store.ts';

/** What became of an upload. */
export type UploadOutcome =
  | { kind: 'stored'; bytes: StoredBytes }
  | { kind: 'too-large' }
  | { kind: 'too-slow' }
  /** The source broke off: the client left, or what it sent is not packed as it says. */
  | { kind: 'broken'; error: Error }
  /** The watcher has seen enough. */
  | { kind: 'refused' }
  /** The disk does not take it. */
  | { kind: 'not-stored'; error: Error };

/** Sees the bytes as they come. */
export interface UploadWatcher {
  /** False: the rest is not wanted. */
  take(part: Buffer): boolean;
}

/** What one upload may take. */
export interface UploadRules {
  maxBytes: number;
  /** For a small one; a large one has more time, see `minUploadBytesPerSecond`. */
  timeoutMs: number;
  watcher: UploadWatcher | null;
}

/** Stores what comes from a source. Never rejects. Whoever gets the bytes releases them. */
export function takeUpload(source: ByteSource, store: UploadStore, rules: UploadRules): Promise<UploadOutcome> {
  const intake = new UploadIntake(source, store, rules);
  source.start(intake);
  return intake.outcome;
}

// Parts from this size on are not copied.
const largePart = uploadGatherBytes / 4;

class UploadIntake implements ByteSink {
  readonly outcome: Promise<UploadOutcome>;
  private readonly resolve: (outcome: UploadOutcome) => void;
  private readonly startedMs = performance.now();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private receivedBytes = 0;
  /** Small parts are put together here: a client that sends single bytes must not cost a step for each. */
  private gathering: Buffer | null = null;
  private gatheredBytes = 0;
  private waiting: Buffer[] = [];
  /** Bytes that wait, and those that are being written. */
  private waitingBytes = 0;
  private file: SpillFile | null = null;
  private storing = false;
  private full = false;
  private ended = false;
  private over = false;

  constructor(private readonly source: ByteSource, private readonly store: UploadStore, private readonly rules: UploadRules) {
    const { promise, resolve } = Promise.withResolvers<UploadOutcome>();
    this.outcome = promise;
    this.resolve = resolve;
    this.watchClock();
  }

  write(part: Buffer): boolean {
    if (this.over) return false;
    this.receivedBytes += part.length;
    if (this.receivedBytes > this.rules.maxBytes) this.stop({ kind: 'too-large' });
    else if (part.length < largePart) this.gather(part);
    else this.pass(part);
    return !this.full && !this.over;
  }

  end(): void {
    if (this.over) return;
    this.passGathered();
    this.ended = true;
    if (!this.storing) this.finish();
  }

  fail(error: Error): void {
    if (!this.ended) this.stop({ kind: 'broken', error });
  }

  private gather(part: Buffer): void {
    if (this.gatheredBytes + part.length > uploadGatherBytes) this.passGathered();
    this.gathering ??= Buffer.allocUnsafeSlow(uploadGatherBytes);
    this.gathering.set(part, this.gatheredBytes);
    this.gatheredBytes += part.length;
  }

  private passGathered(): void {
    const { gathering, gatheredBytes } = this;
    if (!gathering) return;
    this.gathering = null;
    this.gatheredBytes = 0;
    this.take(gathering.subarray(0, gatheredBytes));
  }

  private pass(part: Buffer): void {
    this.passGathered();
    this.take(part);
  }

  private take(part: Buffer): void {
    if (this.over) return;
    if (this.rules.watcher?.take(part) === false) return this.stop({ kind: 'refused' });
    this.waiting.push(part);
    this.waitingBytes += part.length;
    this.full = this.waitingBytes > (this.file ? maxUploadWaitingBytes : maxUploadMemoryBytes);
    if (!this.storing && (this.file || this.waitingBytes > maxUploadMemoryBytes)) void this.keep();
  }

  /** Writes what waits, until nothing does. */
  private async keep(): Promise<void> {
    this.storing = true;
    try {
      const file = this.file ?? await this.store.open();
      this.file = file;
      while (this.waiting.length > 0 && !this.over) {
        const { waiting: parts, waitingBytes: bytes } = this;
        this.waiting = [];
        await this.store.append(file, parts);
        this.waitingBytes -= bytes;
        this.makeRoom();
      }
    } catch (error) {
      this.stop({ kind: 'not-stored', error: error instanceof Error ? error : new Error(String(error)) });
    }
    this.storing = false;
    if (this.over) this.letGo();
    else if (this.ended) this.finish();
  }

  private makeRoom(): void {
    if (!this.full || this.over || this.waitingBytes > maxUploadWaitingBytes) return;
    this.full = false;
    this.source.resume();
  }

  private finish(): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    const [first] = this.waiting;
    const inMemory = (): Buffer => (first && this.waiting.length === 1 ? first : Buffer.concat(this.waiting));
    this.resolve({ kind: 'stored', bytes: this.file ? StoredBytes.inFile(this.file) : StoredBytes.inMemory(inMemory()) });
  }

  private stop(outcome: UploadOutcome): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.source.cancel();
    // A file is not closed under a write that is under way.
    if (!this.storing) this.letGo();
    this.resolve(outcome);
  }

  private letGo(): void {
    this.waiting = [];
    this.gathering = null;
    this.file?.release();
    this.file = null;
  }

  private watchClock(): void {
    const allowedMs = this.rules.timeoutMs + this.receivedBytes / minUploadBytesPerSecond * 1_000;
    const leftMs = this.startedMs + allowedMs - performance.now();
    if (leftMs <= 0) return this.stop({ kind: 'too-slow' });
    this.timer = setTimeout(() => this.watchClock(), Math.ceil(leftMs));
  }
}
