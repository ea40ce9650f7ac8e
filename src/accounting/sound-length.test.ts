import { expect, test } from 'bun:test';
import { sampleSound, soundInMemory, soundSeconds } from './sound-length.ts';

function wav(seconds: number): Buffer {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(32_000, 28);
  head.write('data', 36);
  return Buffer.concat([head, Buffer.alloc(seconds * 32_000)]);
}

function flac(samples: number): Buffer {
  const bytes = Buffer.alloc(2_000);
  bytes.write('fLaC', 0);
  bytes.writeUIntBE(16_000 << 4, 18, 3);
  bytes.writeUInt32BE(samples, 22);
  return bytes;
}

function ogg(granule: number, ident = Buffer.alloc(0)): Buffer {
  const page = Buffer.alloc(27);
  page.write('OggS', 0);
  const end = Buffer.from(page);
  end.writeBigUInt64LE(BigInt(granule), 6);
  return Buffer.concat([page, ident, Buffer.alloc(500), end]);
}

function vorbisIdent(rate: number): Buffer<ArrayBuffer> {
  const bytes = Buffer.alloc(30);
  bytes.write('\u0001vorbis', 0, 'latin1');
  bytes.writeUInt32LE(rate, 12);
  return bytes;
}

function mp4(isLong: boolean): Buffer {
  const bytes = Buffer.alloc(200);
  bytes.write('ftyp', 4);
  bytes.write('mvhd', 60);
  bytes[64] = isLong ? 1 : 0;
  bytes.writeUInt32BE(1_000, isLong ? 84 : 76);
  if (isLong) bytes.writeBigUInt64BE(7_000n, 88);
  else bytes.writeUInt32BE(7_000, 80);
  return bytes;
}

test.each<[string, Buffer, number]>([
  ['WAV', wav(3), 3], ['FLAC', flac(80_000), 5], ['Ogg Opus', ogg(96_000), 2], ['Ogg Vorbis', ogg(88_200, vorbisIdent(44_100)), 2], ['MP4', mp4(false), 7], ['MP4 of many hours', mp4(true), 7],
  ['MP3', Buffer.concat([Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(63_996)]), 4], ['MP3 behind a tag', Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 1, 0]), Buffer.alloc(128), Buffer.from([0xff, 0xf3, 0x40, 0]), Buffer.alloc(7_996)]), 2],
  ['something else', Buffer.alloc(16_000, 1), 2],
])('%s', async (_form, bytes, seconds) => {
  expect(soundSeconds(soundInMemory(bytes))).toBe(seconds);
  expect(soundSeconds(await sampleOf(bytes))).toBe(seconds);
});

// As of a file that is not in memory.
const sampleOf = (bytes: Buffer) => sampleSound(bytes.length, (at, count) => Promise.resolve(bytes.subarray(at, at + count)));

test('of a large file a few places are enough: a film head behind the sound, a tag larger than what is looked at, the last page', async () => {
  const box = (name: string, size: number): Buffer => {
    const bytes = Buffer.alloc(size);
    bytes.writeUInt32BE(size, 0);
    bytes.write(name, 4);
    return bytes;
  };
  const movie = box('moov', 900_000);
  mp4(false).copy(movie, 8, 56, 100);
  const longData = box('mdat', 2_000_000);
  longData.writeUInt32BE(1, 0);
  longData.writeBigUInt64BE(2_000_000n, 8);
  const tag = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0x0f, 0, 0]);
  const tagged = Buffer.concat([tag, Buffer.alloc(0x0f << 14), Buffer.from([0xff, 0xfb, 0x90, 0]), Buffer.alloc(3_199_996)]);
  const page = Buffer.alloc(65_307);
  page.write('OggS', 0);
  page.writeBigUInt64LE(4_800_000n, 6);
  const first = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(3_000_000)]);
  for (const [bytes, seconds] of [[Buffer.concat([box('ftyp', 32), box('mdat', 2_000_000), movie]), 7], [Buffer.concat([box('ftyp', 32), longData, movie]), 7], [tagged, 200], [Buffer.concat([first, page]), 100], [wav(100), 100]] as const) {
    let read = 0;
    const sample = await sampleSound(bytes.length, (at, count) => {
      const found = bytes.subarray(at, at + count);
      read += found.length;
      return Promise.resolve(found);
    });
    expect([soundSeconds(sample), soundSeconds(soundInMemory(bytes))]).toEqual([seconds, seconds]);
    expect(read).toBeLessThan(200_000);
  }
});

test('whatever stands in a file, a length comes out that its size could have', async () => {
  for (const begin of ['RIFF0000WAVE', 'fLaC', 'OggS', 'ID3', '\u0000\u0000\u0000\u0000ftyp0000mvhd', '\u00ff\u00fb', '']) {
    for (let length = 0; length < 60; length++) {
      const bytes = Buffer.concat([Buffer.from(begin, 'latin1'), Buffer.alloc(length, 0xff)]);
      for (const seconds of [soundSeconds(soundInMemory(bytes)), soundSeconds(await sampleOf(bytes))]) expect(seconds >= 0 && seconds < 86_400).toBe(true);
    }
  }
});
