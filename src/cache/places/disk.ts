// A folder: a file for each answer, spread over 256 folders, written under another name first so that nobody reads half of one. Bounded by
// bytes: what was written longest ago goes first.
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerPlace } from './place.ts';

const namePattern = /^[0-9a-f]{64}$/;

/** A folder of answers. */
export class DiskPlace implements AnswerPlace {
  readonly kind = 'disk';
  /** Sizes by name, the oldest first. */
  private readonly sizes = new Map<string, number>();
  private bytes = 0;
  private temporary = 0;
  private readonly loaded: Promise<void>;

  constructor(private readonly folder: string, private readonly maxBytes: number) {
    this.loaded = this.load().catch(() => undefined);
  }

  async read(name: string): Promise<Uint8Array | null> {
    try {
      return await Bun.file(this.pathOf(name)).bytes();
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async write(name: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
    if (!namePattern.test(name) || bytes.length > this.maxBytes / 8) return;
    await this.loaded;
    const path = this.pathOf(name);
    const unfinished = `${path}.${process.pid}-${this.temporary++}.part`;
    await mkdir(join(this.folder, name.slice(0, 2)), { recursive: true, mode: 0o700 });
    await writeFile(unfinished, bytes, { mode: 0o600 });
    await rename(unfinished, path);
    this.note(name, bytes.length);
    for (const oldest of this.sizes.keys()) {
      if (this.bytes <= this.maxBytes) break;
      await this.remove(oldest);
    }
  }

  async remove(name: string): Promise<boolean> {
    this.bytes -= this.sizes.get(name) ?? 0;
    this.sizes.delete(name);
    try {
      await rm(this.pathOf(name));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw error;
    }
  }

  async *names(): AsyncIterable<readonly string[]> {
    for (const folder of await foldersIn(this.folder)) yield (await readdir(join(this.folder, folder))).filter((name) => namePattern.test(name));
  }

  // Names are hashes: nothing that a client sends becomes part of a path.
  private pathOf(name: string): string {
    return join(this.folder, namePattern.test(name) ? name.slice(0, 2) : 'none', namePattern.test(name) ? name : 'none');
  }

  private note(name: string, size: number): void {
    this.bytes += size - (this.sizes.get(name) ?? 0);
    this.sizes.delete(name);
    this.sizes.set(name, size);
  }

  /** What an earlier run left, in the order in which it was written; unfinished files of one that was killed are removed. */
  private async load(): Promise<void> {
    const found: { name: string; size: number; writtenMs: number }[] = [];
    for (const folder of await foldersIn(this.folder)) {
      for (const name of await readdir(join(this.folder, folder))) {
        const path = join(this.folder, folder, name);
        if (name.endsWith('.part')) await rm(path, { force: true });
        if (!namePattern.test(name)) continue;
        const { size, mtimeMs } = await stat(path);
        found.push({ name, size, writtenMs: mtimeMs });
      }
    }
    for (const { name, size } of found.toSorted((one, other) => one.writtenMs - other.writtenMs)) this.note(name, size);
  }
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f]{2}$/.test(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';
