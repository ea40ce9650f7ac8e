// Puts the built page into one file, `dist/ui.pack`, that the gateway serves and that the one-file executable carries: four bytes with the length of
// the index, the index as JSON, then the files. Texts are packed by gzip once, here.
import { gzipSync } from 'node:zlib';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { securityHeaders } from './shared/page-headers.ts';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', json: 'application/json', png: 'image/png', woff2: 'font/woff2',
};
const packed = new Set(['html', 'js', 'css', 'svg', 'json']);

/** Packs a folder and gives the size of the file. */
export function packFolder(folder: string): number {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('.') && /\.[a-z0-9]+$/.test(path) && !path.endsWith('.pack')).toSorted();
  const parts: Uint8Array[] = [];
  let offset = 0;
  const files: Record<string, object> = {};
  for (const path of paths) {
    const ending = path.split('.').at(-1) ?? '';
    const source = readFileSync(join(folder, path));
    const gzipped = packed.has(ending);
    const bytes = gzipped ? gzipSync(source, { level: 9 }) : source;
    files[path.replaceAll('\\', '/')] = { type: types[ending] ?? 'application/octet-stream', offset, length: bytes.length, gzipped, etag: `"${createHash('sha256').update(source).digest('base64url').slice(0, 22)}"` };
    parts.push(bytes);
    offset += bytes.length;
  }
  const index = new TextEncoder().encode(JSON.stringify({ headers: securityHeaders, files }));
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, index.length);
  const whole = Buffer.concat([head, index, ...parts]);
  mkdirSync(folder, { recursive: true });
  // A gateway may be reading the one before.
  writeFileSync(join(folder, 'ui.pack.new'), whole);
  renameSync(join(folder, 'ui.pack.new'), join(folder, 'ui.pack'));
  return whole.length;
}
