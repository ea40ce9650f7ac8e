// A form that a client sent (RFC 7578) as its bytes, in memory or in a file, with the places of its parts. Files are never copied: a changed
// form is sent as the runs of bytes around what changed.
import { bodyOf, StoredBytes } from '../http/stored/stored-bytes.ts';
import { boundaryOf, FormReader, type FormPart, type ReadForm } from './form-reader.ts';
import { sampleSound, soundInMemory, type SoundSample } from '../accounting/sound-length.ts';
import { JsonBody } from '../lib/json-body.ts';
import type { Piece } from '../http/stored/file-body.ts';
import type { ProviderRequest } from '../http/provider-response.ts';

/** A file of a form. */
export interface FormFile {
  bytes: Piece;
  mediaType: string;
}

/** A form that a client sent. Whoever made it releases it. */
export class FormBody {
  private heard: SoundSample | null = null;

  constructor(private readonly bytes: StoredBytes, readonly boundary: string, private readonly form: ReadForm) {}

  /** Reads a form that is all there; null when the bytes are none. */
  static read(bytes: Buffer, contentType: string, digests = false): FormBody | null {
    const boundary = boundaryOf(contentType);
    if (boundary === null) return null;
    const reader = new FormReader(boundary, digests);
    reader.take(bytes);
    const form = reader.finish();
    return typeof form === 'string' ? null : new FormBody(StoredBytes.inMemory(bytes), boundary, form);
  }

  /** Looks at the sound in `file` of a form that lies in a file, so that `sound` can tell of it. */
  async listen(): Promise<void> {
    const part = this.partOf('file');
    if (!part || !this.bytes.isStored) return;
    const { valueStart, valueEnd } = part;
    this.heard = await sampleSound(valueEnd - valueStart, (at, count) => this.bytes.look(valueStart + at, Math.min(valueEnd, valueStart + at + count))).catch(() => null);
  }

  /** What tells how long the sound in `file` lasts; null: there is none. */
  get sound(): SoundSample | null {
    const bytes = this.heard ? null : this.file('file')?.bytes;
    return Buffer.isBuffer(bytes) ? soundInMemory(bytes) : this.heard;
  }

  /** All its bytes. */
  get length(): number {
    return this.bytes.length;
  }

  /** The form's text as a JSON object, files by their names (by the digest of their bytes where digests were asked for), so that parameters are read as in other bodies. Of a name that comes several times all values count, as a list. */
  fields(): JsonBody | null {
    const fields = new Map<string, string | string[]>();
    for (const { name, filename, text, digest } of this.form.parts) {
      const value = filename === null ? text : digest ?? filename;
      if (value === null) continue;
      const before = fields.get(name);
      fields.set(name, before === undefined ? value : [before, value].flat());
    }
    return JsonBody.read(Buffer.from(JSON.stringify(Object.fromEntries(fields))));
  }

  /** A file of the form, as it came; null: there is none under this name. */
  file(name: string): FormFile | null {
    const part = this.partOf(name);
    return part ? { bytes: this.bytes.run(part.valueStart, part.valueEnd), mediaType: part.mediaType } : null;
  }

  /** The form with parts changed, added at the end, or left out (null), as runs that are sent one after the other. */
  changed(edits: ReadonlyMap<string, string | null>): ProviderRequest['body'] {
    const pieces: Piece[] = [];
    const added = new Map(edits);
    let from = 0;
    for (const part of this.form.parts) {
      const edit = edits.get(part.name);
      added.delete(part.name);
      if (edit === undefined) continue;
      pieces.push(this.bytes.run(from, edit === null ? part.start : part.valueStart));
      if (edit !== null) pieces.push(Buffer.from(oneLine(edit)));
      from = edit === null ? part.end : part.valueEnd;
    }
    pieces.push(this.bytes.run(from, this.form.close));
    for (const [name, text] of added) {
      if (text !== null) pieces.push(Buffer.from(`--${this.boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${oneLine(text)}\r\n`));
    }
    pieces.push(this.bytes.run(this.form.close, this.bytes.length));
    return bodyOf(pieces);
  }

  private partOf(name: string): FormPart | undefined {
    return this.form.parts.find((part) => part.name === name && part.filename !== null);
  }

  /** It is not sent again. */
  release(): void {
    this.bytes.release();
  }
}

// A value of ours must not begin a part of its own, nor a name end before its quote.
const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ');
const quoted = (name: string): string => oneLine(name).replaceAll('"', '%22');
