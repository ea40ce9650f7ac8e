// The dashboard's files, as one pack that the build makes (web/pack.ts): beside the sources, or inside the one-file executable.
import { statSync } from 'node:fs';

/** One file of the site. */
export interface SiteFile {
  type: string;
  /** The bytes, packed by gzip where `gzipped` says so. */
  bytes: Uint8Array<ArrayBuffer>;
  gzipped: boolean;
  etag: string;
}

/** A read pack. */
interface Pack {
  /** Security headers, for every answer. */
  headers: Record<string, string>;
  files: ReadonlyMap<string, SiteFile>;
}

interface PackIndex {
  headers: Record<string, string>;
  files: Record<string, { type: string; offset: number; length: number; gzipped: boolean; etag: string }>;
}

/** The pack beside the sources. */
const packPath = new URL('../../web/dist/ui.pack', import.meta.url).pathname;

/** The site. A pack that is built later, or anew, is taken over without a restart. */
export class Site {
  private pack: Pack | null = null;
  private modifiedMs = -1;

  constructor(private readonly path = packPath) {}

  /** The present pack, or null before it was built. */
  async read(): Promise<Pack | null> {
    const embedded = this.pack === null && this.modifiedMs === -1 ? embeddedPack() : null;
    if (embedded) {
      this.modifiedMs = Infinity;
      this.pack = parsePack(await embedded.arrayBuffer());
    }
    if (this.modifiedMs === Infinity) return this.pack;
    const modifiedMs = statSync(this.path, { throwIfNoEntry: false })?.mtimeMs;
    if (modifiedMs === undefined) return null;
    if (modifiedMs === this.modifiedMs) return this.pack;
    const pack = parsePack(await Bun.file(this.path).arrayBuffer());
    this.modifiedMs = modifiedMs;
    this.pack = pack;
    return pack;
  }
}

function embeddedPack(): Blob | undefined {
  return Bun.embeddedFiles.find((file) => 'name' in file && typeof file.name === 'string' && file.name.endsWith('.pack'));
}

// Four bytes with the length of the index, the index as JSON, the files one after the other.
function parsePack(buffer: ArrayBuffer): Pack {
  const length = new DataView(buffer).getUint32(0);
  const index = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as PackIndex;
  const files = Object.entries(index.files).map(([path, { offset, length: size, ...file }]) =>
    [path, { ...file, bytes: new Uint8Array(buffer, 4 + length + offset, size) }] as const);
  return { headers: index.headers, files: new Map(files) };
}
