// Reads a `multipart/form-data` body as it comes, in whatever pieces (RFC 7578, RFC 2046): where its parts begin and end, and the texts that are
// parameters. Of files nothing is kept but, where it is asked for, the digest.
import { maxFormFieldsBytes, maxFormParts, maxFormTextBytes, maxPartHeadBytes } from '../lib/bounds.ts';
import { isOtherModel } from '../lib/json-members.ts';
import { readPartHead, type PartHead } from './part-head.ts';

/** One part. Indexes are those of the whole body. */
export interface FormPart extends PartHead {
  /** Index of the delimiter's line before the part, and of the one behind it. */
  start: number;
  end: number;
  valueStart: number;
  valueEnd: number;
  /** The value, of a part that is no file and short enough to be a parameter. */
  text: string | null;
  /** SHA-256 of a file's bytes, where digests are wanted. */
  digest: string | null;
}

/** A whole form. */
export interface ReadForm {
  parts: readonly FormPart[];
  /** Index of the delimiter that ends it. */
  close: number;
}

/** The boundary that a content type names; null: none. */
export const boundaryOf = (contentType: string): string | null =>
  /boundary=(?:"([^"]{1,200})"|([^\s;]{1,200}))/i.exec(contentType)?.slice(1).find((found) => found !== undefined) ?? null;

type State =
  /** Before the first delimiter. */
  | 'preamble'
  /** Directly behind a delimiter. */
  | 'behind'
  | 'head' | 'value' | 'done' | 'invalid';

/** What is wrong with a form: it is none, or its names and texts are too many to be kept. */
export type FormProblem = 'invalid' | 'too-large';

const headEnd = Buffer.from('\r\n\r\n');
const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const hyphen = 0x2d;

/** Reads one form. */
export class FormReader {
  private state: State = 'preamble';
  private readonly first: Buffer;
  /** A delimiter behind a part: a line of its own. */
  private readonly delimiter: Buffer;
  private readonly parts: FormPart[] = [];
  private tooLarge = false;
  /** Bytes that came and are looked at again with what follows, and the index of the first of them. */
  private carry: Buffer | null = null;
  private base = 0;
  private partStart = 0;
  private open: OpenPart | null = null;
  private keptBytes = 0;

  constructor(boundary: string, private readonly digests: boolean) {
    this.first = Buffer.from(`--${boundary}`);
    this.delimiter = Buffer.from(`\r\n--${boundary}`);
  }

  /** Takes the next bytes. False: this is no form, whatever follows. */
  take(chunk: Buffer): boolean {
    // What stands behind the end counts for nothing.
    if (this.ended) return true;
    const bytes = this.carry ? Buffer.concat([this.carry, chunk]) : chunk;
    let at = 0;
    for (let next = this.step(bytes, at); next !== at; next = this.step(bytes, at)) at = next;
    this.base += at;
    // A copy: a view would keep the whole chunk.
    this.carry = at < bytes.length && !this.ended && this.state !== 'invalid' ? Buffer.from(bytes.subarray(at)) : null;
    return this.state !== 'invalid';
  }

  /** The form, when all its bytes were taken. */
  finish(): ReadForm | FormProblem {
    if (this.tooLarge) return 'too-large';
    return this.ended ? { parts: this.parts, close: this.partStart } : 'invalid';
  }

  private get ended(): boolean {
    return this.state === 'done';
  }

  /** Goes on from `at`. Gives the index up to which everything is settled; the same one: more bytes are needed. */
  private step(bytes: Buffer, at: number): number {
    switch (this.state) {
      case 'preamble':
        return this.preamble(bytes, at);
      case 'behind':
        if (bytes.length - at < 2) return at;
        if (bytes[at] === hyphen && bytes[at + 1] === hyphen) {
          this.state = 'done';
          return at + 2;
        }
        this.state = 'head';
        return this.head(bytes, at);
      case 'head':
        return this.head(bytes, at);
      case 'value':
        return this.value(bytes, at);
      case 'done':
      case 'invalid':
        return at;
    }
  }

  private preamble(bytes: Buffer, at: number): number {
    const start = bytes.indexOf(this.first, at);
    // The byte before what may become a delimiter is kept, too.
    const next = start === -1 ? Math.max(at, bytes.length - this.first.length) : start;
    if (this.base + next > maxFormTextBytes) return this.refuse(at);
    if (start === -1) return next;
    // Some programs take a form whose lines end otherwise, and find other parts in it.
    if (this.base + start > 0 && bytes[start - 1] !== lineFeed) return this.refuse(at);
    this.partStart = this.base + start;
    this.state = 'behind';
    return start + this.first.length;
  }

  private head(bytes: Buffer, at: number): number {
    if (this.parts.length >= maxFormParts) return this.refuse(at);
    const end = bytes.indexOf(headEnd, at);
    if ((end === -1 ? bytes.length : end) - at > maxPartHeadBytes) return this.refuse(at);
    if (end === -1) return at;
    const head = readPartHead(bytes.toString('utf8', at, end));
    // Of two models one is checked, and the provider may take the other.
    if (!head || (head.name === 'model' && this.parts.some(({ name }) => name === 'model')) || isOtherModel(head.name)) return this.refuse(at);
    this.open = new OpenPart(head, this.digests);
    if (!this.keep(head.name.length + (head.filename?.length ?? 0))) return at;
    this.state = 'value';
    // Where the value is empty, the delimiter's line break is that of the head.
    this.open.valueStart = this.base + end + headEnd.length;
    return end + 2;
  }

  private value(bytes: Buffer, at: number): number {
    const { open, delimiter } = this;
    if (!open) return at;
    const { index, whole } = delimiterIn(bytes, delimiter, at);
    this.give(open, bytes, at, index);
    if (this.state === 'invalid' || !whole) return index;
    const next = this.base + index;
    this.parts.push(open.close(this.partStart, next));
    if (!this.keep(open.textBytes)) return index;
    this.open = null;
    this.partStart = next + 2;
    this.state = 'behind';
    return index + delimiter.length;
  }

  private give(open: OpenPart, bytes: Buffer, from: number, to: number): void {
    const start = Math.max(from, open.valueStart - this.base);
    if (start < to) open.take(bytes.subarray(start, to));
  }

  /** Counts what is kept of the form. */
  private keep(count: number): boolean {
    this.keptBytes += count;
    if (this.keptBytes <= maxFormFieldsBytes) return true;
    this.tooLarge = true;
    this.state = 'invalid';
    return false;
  }

  private refuse(at: number): number {
    this.state = 'invalid';
    return at;
  }
}

/** A part whose end has not come. */
class OpenPart {
  valueStart = 0;
  textBytes = 0;
  private readonly hasher: Bun.CryptoHasher | null;
  private texts: Buffer[] | null;

  constructor(private readonly head: PartHead, digests: boolean) {
    this.hasher = digests && head.filename !== null ? new Bun.CryptoHasher('sha256') : null;
    this.texts = head.filename === null ? [] : null;
  }

  take(bytes: Buffer): void {
    this.hasher?.update(bytes);
    if (!this.texts) return;
    this.textBytes += bytes.length;
    if (this.textBytes <= maxFormTextBytes) {
      this.texts.push(Buffer.from(bytes));
      return;
    }
    this.texts = null;
    this.textBytes = 0;
  }

  /** The part, with the index of the delimiter behind it. */
  close(start: number, next: number): FormPart {
    const { head, valueStart, texts, hasher } = this;
    return {
      ...head, start, end: next + 2, valueStart, valueEnd: Math.max(valueStart, next),
      text: texts && Buffer.concat(texts).toString('utf8'), digest: hasher?.digest('hex') ?? null,
    };
  }
}

// A longer word that begins like the boundary is none: behind a delimiter its line ends, or two hyphens end the form.
const endsDelimiter = (byte: number | undefined): boolean => byte === carriageReturn || byte === 0x20 || byte === 0x09;

/** The first delimiter from `from` on, or the index from which on one could be whose end has not come; the end of the bytes when there is neither. */
function delimiterIn(bytes: Buffer, delimiter: Buffer, from: number): { index: number; whole: boolean } {
  for (let at = bytes.indexOf(delimiter, from); at !== -1; at = bytes.indexOf(delimiter, at + 1)) {
    const [one, two] = [bytes[at + delimiter.length], bytes[at + delimiter.length + 1]];
    if (one === undefined || (one === hyphen && two === undefined)) return { index: at, whole: false };
    if (endsDelimiter(one) || (one === hyphen && two === hyphen)) return { index: at, whole: true };
  }
  for (let at = bytes.indexOf(carriageReturn, Math.max(from, bytes.length - delimiter.length + 1)); at !== -1; at = bytes.indexOf(carriageReturn, at + 1)) {
    if (bytes.compare(delimiter, 0, bytes.length - at, at) === 0) return { index: at, whole: false };
  }
  return { index: bytes.length, whole: false };
}
