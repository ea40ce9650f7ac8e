// A file without a name that holds what is too large for memory. The name is taken away as soon as the file is open, so that nothing is
// left of it when the last holder lets go, nor when the process is killed.
import { open, unlink, type FileHandle } from 'node:fs/promises';

/** The file, from its begin to its end. */
export class SpillFile {
  /** Bytes that are written. */
  length = 0;
  private holders = 1;

  private constructor(private readonly file: FileHandle, private readonly onClosed: (sizeBytes: number) => void) {}

  /** Makes one; only this user may read it. Rejects as the file system does. `path` must not exist. `onClosed` is told how large it was. */
  static async create(path: string, onClosed: (sizeBytes: number) => void): Promise<SpillFile> {
    const file = await open(path, 'wx+', 0o600);
    try {
      await unlink(path);
    } catch (error) {
      await file.close();
      throw error;
    }
    return new SpillFile(file, onClosed);
  }

  /** Writes behind what is there; one call at a time. Rejects when the disk takes no more. */
  async append(parts: readonly Buffer[]): Promise<void> {
    let left: readonly Buffer[] = parts;
    while (left.length > 0) {
      const { bytesWritten } = await this.file.writev([...left], this.length);
      if (bytesWritten === 0) throw new Error('the disk took nothing');
      this.length += bytesWritten;
      left = behind(left, bytesWritten);
    }
  }

  /** Fills `target` with the bytes from `at` on. Gives how many there were; rejects when there are none. */
  async read(target: Buffer, at: number): Promise<number> {
    const { bytesRead } = await this.file.read(target, 0, target.length, at);
    if (bytesRead === 0) throw new Error('the file is shorter than it was');
    return bytesRead;
  }

  /** Somebody else needs the file, too. */
  hold(): void {
    this.holders++;
  }

  /** One holder less; without any the file is gone. */
  release(): void {
    this.holders--;
    if (this.holders > 0) return;
    void this.file.close().catch(() => undefined).then(() => this.onClosed(this.length));
  }
}

/** What is left of the parts behind their first bytes. */
function behind(parts: readonly Buffer[], count: number): readonly Buffer[] {
  let skipped = count;
  let first = 0;
  for (let part = parts[first]; part && part.length <= skipped; part = parts[++first]) skipped -= part.length;
  const [cut, ...rest] = parts.slice(first);
  return cut ? [cut.subarray(skipped), ...rest] : [];
}
