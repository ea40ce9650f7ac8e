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

  /** `wanted`: the folder, made when it is first needed; null, or one that cannot be used: the system's folder for temporary files. */
  constructor(private readonly wanted: string | null, private readonly maxBytes: number = maxUploadDiskBytes) {}

  /** A new file. Rejects as the file system does. */
  async open(): Promise<SpillFile> {
    const file = this.wanted === null ? await this.create(tmpdir()) : await this.openIn(this.wanted).catch(() => this.create(tmpdir()));
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

  // The folder is nearly always there; whoever takes it away takes nothing with it.
  private openIn(folder: string): Promise<SpillFile> {
    return this.create(folder).catch(async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return this.create(folder);
    });
  }

  private create(folder: string): Promise<SpillFile> {
    return SpillFile.create(join(folder, `upload-${crypto.randomUUID()}`), (sizeBytes) => {
      this.usedBytes -= sizeBytes;
      this.openFiles--;
    });
  }
}
