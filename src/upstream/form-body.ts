// A `multipart/form-data` body as its bytes, with the places of its parts (RFC 7578). Files are never copied: a changed form is sent as
// the runs of bytes around what changed.
import { isOtherModel } from '../lib/json-members.ts';
import { JsonBody } from '../lib/json-body.ts';

interface Part {
  name: string;
  filename: string | null;
  /** Index of the delimiter's line before the part, and of the one behind it. */
  start: number;
  end: number;
  valueStart: number;
  valueEnd: number;
}

// Text that is read as a parameter; longer values only pass.
const maxTextBytes = 65_536;
const maxParts = 1_000;
const headEnd = Buffer.from('\r\n\r\n');

/** A form that a client sent. */
export class FormBody {
  private constructor(readonly bytes: Buffer, readonly boundary: string, private readonly parts: readonly Part[], private readonly close: number) {}

  /** Reads a form; null when the bytes are none. */
  static read(bytes: Buffer, contentType: string): FormBody | null {
    const boundary = /boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType)?.slice(1).find((found) => found !== undefined);
    if (boundary === undefined) return null;
    const delimiter = Buffer.from(`--${boundary}`);
    const behindLine = Buffer.from(`\r\n--${boundary}`);
    const parts: Part[] = [];
    let start = bytes.indexOf(delimiter);
    // Some programs take a form whose lines end otherwise, and find other parts in it.
    if (start === -1 || start > maxTextBytes || (start > 0 && bytes[start - 1] !== 0x0a)) return null;
    for (;;) {
      const after = start + delimiter.length;
      if (bytes[after] === 0x2d && bytes[after + 1] === 0x2d) return new FormBody(bytes, boundary, parts, start);
      const head = bytes.indexOf(headEnd, after);
      const next = head === -1 ? -1 : delimiterAt(bytes, behindLine, head + 2);
      if (head === -1 || next === -1 || parts.length >= maxParts) return null;
      const valueStart = head + headEnd.length;
      const named = disposition(bytes.toString('utf8', after, head));
      // Of two models one is checked, and the provider may take the other.
      if (!named || (named.name === 'model' && parts.some(({ name }) => name === 'model')) || isOtherModel(named.name)) return null;
      parts.push({ ...named, start, end: next + 2, valueStart, valueEnd: Math.max(valueStart, next) });
      start = next + 2;
    }
  }

  /** The form's text as a JSON object, files by their names (by the digest of their bytes when `digest` is set), so that parameters are read as in other bodies. */
  fields(digest: boolean): JsonBody | null {
    const fields: Record<string, string> = {};
    for (const part of this.parts) {
      const { name, filename, valueStart, valueEnd } = part;
      if (filename !== null) fields[name] = digest ? new Bun.CryptoHasher('sha256').update(this.bytes.subarray(valueStart, valueEnd)).digest('hex') : filename;
      else if (valueEnd - valueStart <= maxTextBytes) fields[name] = this.bytes.toString('utf8', valueStart, valueEnd);
    }
    return JsonBody.read(Buffer.from(JSON.stringify(fields)));
  }

  /** A file of the form, as it came; null: there is none under this name. */
  file(name: string): { bytes: Buffer; mediaType: string } | null {
    const part = this.parts.find((candidate) => candidate.name === name && candidate.filename !== null);
    if (!part) return null;
    const head = this.bytes.toString('utf8', part.start, part.valueStart);
    return { bytes: this.bytes.subarray(part.valueStart, part.valueEnd), mediaType: /^content-type:\s*([\w.+-]+\/[\w.+-]+)/im.exec(head)?.[1] ?? 'application/octet-stream' };
  }

  /** The form's bytes with parts changed, added at the end, or left out (null), as runs that are sent one after the other. */
  changed(edits: ReadonlyMap<string, string | null>): Buffer[] {
    const pieces: Buffer[] = [];
    const added = new Map(edits);
    let from = 0;
    for (const part of this.parts) {
      const edit = edits.get(part.name);
      added.delete(part.name);
      if (edit === undefined) continue;
      pieces.push(this.bytes.subarray(from, edit === null ? part.start : part.valueStart));
      if (edit !== null) pieces.push(Buffer.from(oneLine(edit)));
      from = edit === null ? part.end : part.valueEnd;
    }
    pieces.push(this.bytes.subarray(from, this.close));
    for (const [name, text] of added) {
      if (text !== null) pieces.push(Buffer.from(`--${this.boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${oneLine(text)}\r\n`));
    }
    pieces.push(this.bytes.subarray(this.close));
    return pieces;
  }
}

// A longer word that begins like the boundary is none: behind a delimiter its line ends, or two hyphens end the form.
function delimiterAt(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = bytes.indexOf(delimiter, from); at !== -1; at = bytes.indexOf(delimiter, at + 1)) {
    const behind = bytes[at + delimiter.length];
    if (behind === 0x0d || behind === 0x20 || behind === 0x09 || (behind === 0x2d && bytes[at + delimiter.length + 1] === 0x2d)) return at;
  }
  return -1;
}

// A value of ours must not begin a part of its own, nor a name end before its quote.
const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ');
const quoted = (name: string): string => oneLine(name).replaceAll('"', '%22');

const dispositionForm = /^form-data((?:[ \t]*;[ \t]*[!#$%&'*+.^_`|~0-9a-z-]+=(?:"(?:[^"\\\r\n]|\\.)*"|[^\s";]+))*)[ \t]*$/i;
const parameterForm = /;[ \t]*([!#$%&'*+.^_`|~0-9a-z-]+)=(?:"((?:[^"\\\r\n]|\\.)*)"|([^\s";]+))/gi;

/** What a part's head, behind its delimiter, says of it; null when another program could read another name there. */
function disposition(head: string): { name: string; filename: string | null } | null {
  const [padding = '', ...lines] = head.split('\r\n');
  if (/[^ \t]/.test(padding) || lines.some((line) => /[\r\n\0]/.test(line) || /^[ \t]/.test(line))) return null;
  const [told, ...others] = lines.filter((line) => /^content-disposition[ \t]*:/i.test(line));
  const found = told === undefined || others.length > 0 ? null : dispositionForm.exec(told.slice(told.indexOf(':') + 1).trim());
  if (!found) return null;
  const parameters = new Map<string, string>();
  for (const [, name = '', quotedText, word] of (found[1] ?? '').matchAll(parameterForm)) {
    const key = name.toLowerCase();
    if (parameters.has(key) || key === 'name*') return null;
    parameters.set(key, quotedText?.replace(/\\(.)/g, '$1') ?? word ?? '');
  }
  const name = parameters.get('name');
  return name === undefined ? null : { name, filename: parameters.get('filename') ?? parameters.get('filename*') ?? null };
}
