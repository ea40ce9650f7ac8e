// How long a sound lasts, told by its bytes: transcriptions are billed by the second, and many answers do not say how many there were.
// WAV: RIFF; MP3: ISO 11172-3, of constant rate; Ogg: RFC 3533, RFC 7845; FLAC: RFC 9639; MP4: ISO 14496-12.

// Where nothing tells: what speech takes in the usual packed forms (64 kbit/s).
const usualBytesPerSecond = 8_000;
// More is no length but a defect of the file.
const longestSeconds = 24 * 3_600;

// A page of Ogg is at most 65,307 bytes; heads are shorter.
const sampleBytes = 64 * 1024;
// Boxes before the one that tells the length; a file of any program has a few.
const maxBoxes = 64;

/** What of a file of sound is looked at. */
export interface SoundSample {
  sizeBytes: number;
  /** Its first and its last bytes. */
  head: Buffer;
  tail: Buffer;
  /** MP4: from where its `moov` begins. */
  movie: Buffer;
  /** MP3: from where its first frame begins. */
  frame: Buffer;
}

/** A file that is in memory. */
export const soundInMemory = (bytes: Buffer): SoundSample => ({ sizeBytes: bytes.length, head: bytes, tail: bytes, movie: bytes, frame: bytes.subarray(tagBytesOf(bytes)) });

/** A file that is elsewhere: a few places of it are read. */
export async function sampleSound(sizeBytes: number, read: (at: number, count: number) => Promise<Buffer>): Promise<SoundSample> {
  const head = await read(0, sampleBytes);
  const tail = await read(Math.max(0, sizeBytes - sampleBytes), sampleBytes);
  const movieAt = isAt(head, 4, 'ftyp') ? await boxAt('moov', read) : null;
  return { sizeBytes, head, tail, movie: movieAt === null ? head : await read(movieAt, sampleBytes), frame: await read(tagBytesOf(head), 4) };
}

/** The seconds of a file of sound, rounded to a tenth; estimated by its size where its form is not known. */
export function soundSeconds(sample: SoundSample): number {
  const told = wav(sample) ?? flac(sample) ?? ogg(sample) ?? mp4(sample) ?? mp3(sample);
  const seconds = told !== null && told > 0 && told < longestSeconds ? told : sample.sizeBytes / usualBytesPerSecond;
  return Math.ceil(seconds * 10) / 10;
}

/** Where a box of the outermost level begins. */
async function boxAt(name: string, read: (at: number, count: number) => Promise<Buffer>): Promise<number | null> {
  let at = 0;
  for (let box = 0; box < maxBoxes; box++) {
    const head = await read(at, 16);
    if (head.length < 16) return null;
    if (isAt(head, 4, name)) return at;
    const size = head.readUInt32BE(0);
    const length = size === 1 ? Number(head.readBigUInt64BE(8)) : size;
    if (length < 8) return null;
    at += length;
  }
  return null;
}

const isAt = (bytes: Buffer, at: number, word: string): boolean => bytes.length >= at + word.length && bytes.toString('latin1', at, at + word.length) === word;

function wav({ head: bytes, sizeBytes }: SoundSample): number | null {
  if (!isAt(bytes, 0, 'RIFF') || !isAt(bytes, 8, 'WAVE')) return null;
  const format = bytes.indexOf('fmt ');
  const bytesPerSecond = format === -1 || format + 20 > bytes.length ? 0 : bytes.readUInt32LE(format + 16);
  const data = bytes.indexOf('data', 12);
  // What stands there of a recording that was cut off, or streamed, is not its size.
  return bytesPerSecond > 0 && data !== -1 ? (sizeBytes - data - 8) / bytesPerSecond : null;
}

function flac({ head: bytes }: SoundSample): number | null {
  if (!isAt(bytes, 0, 'fLaC') || bytes.length < 26) return null;
  const rate = bytes.readUIntBE(18, 3) >> 4;
  const samples = (bytes.readUInt8(21) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(22);
  return rate > 0 ? samples / rate : null;
}

function ogg({ head: bytes, tail }: SoundSample): number | null {
  if (!isAt(bytes, 0, 'OggS')) return null;
  const last = tail.lastIndexOf('OggS');
  if (last === -1 || last + 14 > tail.length) return null;
  const vorbis = bytes.subarray(0, 200).indexOf('\u0001vorbis', 0, 'latin1');
  const rate = vorbis === -1 ? 48_000 : bytes.readUInt32LE(vorbis + 12);
  return rate > 0 ? Number(tail.readBigUInt64LE(last + 6)) / rate : null;
}

function mp4({ head, movie: bytes }: SoundSample): number | null {
  if (!isAt(head, 4, 'ftyp')) return null;
  const header = bytes.indexOf('mvhd');
  if (header === -1 || header + 36 > bytes.length) return null;
  const isLong = bytes[header + 4] === 1;
  const scale = bytes.readUInt32BE(header + (isLong ? 24 : 16));
  const duration = isLong ? Number(bytes.readBigUInt64BE(header + 28)) : bytes.readUInt32BE(header + 20);
  return scale > 0 ? duration / scale : null;
}

// Kilobits a second of layer III, MPEG 1 and MPEG 2.
const rates1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const rates2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];

// The bytes of a tag before the sound; its size has seven bits a byte.
const tagBytesOf = (bytes: Buffer): number => (isAt(bytes, 0, 'ID3') && bytes.length > 10 ? 10 + [6, 7, 8, 9].reduce((size, at) => size * 128 + ((bytes[at] ?? 0) & 0x7f), 0) : 0);

function mp3({ head, frame, sizeBytes }: SoundSample): number | null {
  const [first = 0, second = 0, third = 0] = frame;
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return null;
  const rate = ((second & 0x18) === 0x18 ? rates1 : rates2)[third >> 4] ?? 0;
  return rate > 0 ? (sizeBytes - tagBytesOf(head)) / (rate * 125) : null;
}
