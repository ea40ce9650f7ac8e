// How long a sound lasts, told by its bytes: transcriptions are billed by the second, and many answers do not say how many there were.
// WAV: RIFF; MP3: ISO 11172-3, of constant rate; Ogg: RFC 3533, RFC 7845; FLAC: RFC 9639; MP4: ISO 14496-12.

// Where nothing tells: what speech takes in the usual packed forms (64 kbit/s).
const usualBytesPerSecond = 8_000;
// More is no length but a defect of the file.
const longestSeconds = 24 * 3_600;

/** The seconds of a file of sound, rounded to a tenth; estimated by its size where its form is not known. */
export function soundSeconds(bytes: Buffer): number {
  const told = wav(bytes) ?? flac(bytes) ?? ogg(bytes) ?? mp4(bytes) ?? mp3(bytes);
  const seconds = told !== null && told > 0 && told < longestSeconds ? told : bytes.length / usualBytesPerSecond;
  return Math.ceil(seconds * 10) / 10;
}

const isAt = (bytes: Buffer, at: number, word: string): boolean => bytes.length >= at + word.length && bytes.toString('latin1', at, at + word.length) === word;

function wav(bytes: Buffer): number | null {
  if (!isAt(bytes, 0, 'RIFF') || !isAt(bytes, 8, 'WAVE')) return null;
  const format = bytes.indexOf('fmt ');
  const bytesPerSecond = format === -1 || format + 20 > bytes.length ? 0 : bytes.readUInt32LE(format + 16);
  const data = bytes.indexOf('data', 12);
  // What stands there of a recording that was cut off, or streamed, is not its size.
  return bytesPerSecond > 0 && data !== -1 ? (bytes.length - data - 8) / bytesPerSecond : null;
}

function flac(bytes: Buffer): number | null {
  if (!isAt(bytes, 0, 'fLaC') || bytes.length < 26) return null;
  const rate = bytes.readUIntBE(18, 3) >> 4;
  const samples = (bytes.readUInt8(21) & 0x0f) * 2 ** 32 + bytes.readUInt32BE(22);
  return rate > 0 ? samples / rate : null;
}

function ogg(bytes: Buffer): number | null {
  if (!isAt(bytes, 0, 'OggS')) return null;
  const last = bytes.lastIndexOf('OggS');
  if (last + 14 > bytes.length) return null;
  const vorbis = bytes.subarray(0, 200).indexOf('\u0001vorbis', 0, 'latin1');
  const rate = vorbis === -1 ? 48_000 : bytes.readUInt32LE(vorbis + 12);
  return rate > 0 ? Number(bytes.readBigUInt64LE(last + 6)) / rate : null;
}

function mp4(bytes: Buffer): number | null {
  if (!isAt(bytes, 4, 'ftyp')) return null;
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

function mp3(bytes: Buffer): number | null {
  const tagBytes = isAt(bytes, 0, 'ID3') && bytes.length > 10 ? 10 + [6, 7, 8, 9].reduce((size, at) => size * 128 + ((bytes[at] ?? 0) & 0x7f), 0) : 0;
  const [first = 0, second = 0, third = 0] = bytes.subarray(tagBytes, tagBytes + 3);
  if (first !== 0xff || (second & 0xe6) !== 0xe2) return null;
  const rate = ((second & 0x18) === 0x18 ? rates1 : rates2)[third >> 4] ?? 0;
  return rate > 0 ? (bytes.length - tagBytes) / (rate * 125) : null;
}
