// Serves the built page. Files with a hash in their name never change; the page itself is asked for each time.
import { statSync } from 'node:fs';
import { join } from 'node:path';

interface StaticFile {
  modifiedMs: number;
  bytes: Uint8Array<ArrayBuffer>;
  gzipped: Uint8Array<ArrayBuffer> | null;
  type: string;
  tag: string;
}

const pagePaths = /^\/ui\/(?:[A-Za-z0-9_-]+\/?)*$/;
const filePaths = /^\/ui\/((?:assets\/)?[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)$/;

/** The files of one folder, kept in memory as long as they do not change on disk. */
export class StaticFiles {
  private readonly folder: string;
  private readonly files = new Map<string, StaticFile>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The answer for a path, or null when there is no such file. */
  async answer(request: Request, path: string): Promise<Response | null> {
    const name = pagePaths.test(path) ? 'index.html' : (filePaths.exec(path)?.[1] ?? null);
    const file = name === null ? null : await this.load(name);
    if (!file || name === null) return null;
    const headers = new Headers({
      'content-type': file.type,
      'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: file.tag,
      vary: 'accept-encoding',
    });
    if (request.headers.get('if-none-match') === file.tag) return new Response(null, { status: 304, headers });
    const compressed = file.gzipped && /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
    if (compressed) headers.set('content-encoding', 'gzip');
    return new Response(compressed ? file.gzipped : file.bytes, { headers });
  }

  private async load(name: string): Promise<StaticFile | null> {
    const path = join(this.folder, name);
    const modifiedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (modifiedMs === undefined) return null;
    const known = this.files.get(name);
    if (known?.modifiedMs === modifiedMs) return known;
    const source = Bun.file(path);
    const bytes = await source.bytes();
    const file: StaticFile = {
      modifiedMs,
      bytes,
      gzipped: /^(?:text|application|image\/svg)/.test(source.type) ? Bun.gzipSync(bytes, { level: 9 }) : null,
      type: source.type,
      tag: `"${Bun.hash(bytes).toString(36)}"`,
    };
    this.files.set(name, file);
    return file;
  }
}
