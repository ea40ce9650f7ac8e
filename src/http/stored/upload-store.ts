// Where uploads lie while they are answered: files without names in one folder, with a bound on all of them together.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { maxUploadDiskBytes } from '../../lib/bounds.ts';
import { SpillFile } from './spill-file.ts';

/** The place. */
export class UploadStore {
  /** Bytes that lie there now. */
  usedBytes = 0;
  /** Files that are open now. */
  openFiles = 0;
  private folder: Promise<string> | null = null;

  /** `wanted`: the folder, made when it is first needed; null, or one that cannot be made: the system's folder for temporary files. */
  constructor(private readonly wanted: string | null, private readonly maxBytes: number = maxUploadDiskBytes) {}

  /** A new file. Rejects as the file system does. */
  async open(): Promise<SpillFile> {
    this.folder ??= this.findFolder();
    const path = join(await this.folder, `upload-${crypto.randomUUID()}`);
    const file = await SpillFile.create(path, (sizeBytes) => {
      this.usedBytes -= sizeBytes;
      this.openFiles--;
    });
    this.openFiles++;
    return file;
  }

  /** Writes to a file. Rejects when the disk takes no more, or all uploads together take more than they may. */
  async append(file: SpillFile, parts: readonly Buffer[]): Promise<void> {
    const before = file.length;
    try {
      if (this.usedBytes + parts.reduce((sum, part) => sum + part.length, 0) > this.maxBytes) throw new Error('all uploads together are larger than what may be stored');
      await file.append(parts);
    } finally {
      this.usedBytes += file.length - before;
    }
  }

  private async findFolder(): Promise<string> {
    if (this.wanted === null) return tmpdir();
    const made = await mkdir(this.wanted, { recursive: true, mode: 0o700 }).then(() => true, () => false);
    return made ? this.wanted : tmpdir();
  }
}
