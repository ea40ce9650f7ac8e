// Puts short texts into bytes, in place of ranges or between them, with one copy.

/** `text` in place of the bytes from `start` to `end`. Equal numbers insert. */
export interface Patch {
  start: number;
  end: number;
  text: string;
}

/** The bytes with the patches made. Patches come in the order of their places and do not overlap. */
export function applyPatches(bytes: Buffer, patches: readonly Patch[]): Buffer {
  let added = 0;
  for (const { start, end, text } of patches) added += Buffer.byteLength(text) - (end - start);
  const out = Buffer.allocUnsafe(bytes.length + added);
  let from = 0;
  let to = 0;
  for (const { start, end, text } of patches) {
    to += bytes.copy(out, to, from, start);
    to += out.write(text, to);
    from = end;
  }
  bytes.copy(out, to, from);
  return out;
}
