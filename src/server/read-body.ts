// Reads a request's body with a bound on size, packed or not. What is declared too large is refused before it is read.
import { brotliDecompress, gunzip, inflate, zstdDecompress } from 'node:zlib';
import { fail, fault, ok, type Fault, type Result } from '../canonical/fault.ts';
import { bodyTimeoutMs, maxBodyMembers } from '../lib/bounds.ts';
import { isJsonObject } from '../lib/json.ts';
import { JsonBody } from '../lib/json-body.ts';
import type { KnownBodies } from '../cache/known-bodies.ts';
import { after, type Later } from '../lib/later.ts';
import type { BodyRead, IncomingRequest } from '../http/incoming.ts';

type Unpack = (bytes: Uint8Array, options: { maxOutputLength: number }, done: (error: Error | null, result: Buffer) => void) => void;
const unpackers: Readonly<Record<string, Unpack>> = {
  'gzip': gunzip, 'x-gzip': gunzip, 'deflate': inflate, 'br': brotliDecompress, 'zstd': zstdDecompress,
};

/** The body's bytes, unpacked. A client that takes longer than `timeoutMs` to send them is let go. */
export function readBytes(request: IncomingRequest, maxBytes: number, timeoutMs = bodyTimeoutMs): Later<Result<Buffer>> {
  return after(request.read(maxBytes, timeoutMs), (read) => {
    if (read.kind !== 'bytes') return fail(bodyFault(read.kind, maxBytes, timeoutMs));
    const encoding = request.headers.get('content-encoding')?.trim().toLowerCase();
    if (encoding === undefined || encoding === '' || encoding === 'identity') return ok(read.bytes);
    return unpackBytes(read.bytes, encoding, maxBytes);
  });
}

/** Content-Encodings that bodies may have. */
export const packings: readonly string[] = Object.keys(unpackers);

/** Why a body could not be read. */
export function bodyFault(kind: Exclude<BodyRead['kind'], 'bytes'>, maxBytes: number, timeoutMs: number): Fault {
  switch (kind) {
    case 'too-large':
      return tooLarge(maxBytes);
    case 'too-slow':
      return fault('body_too_slow', `The request body did not arrive within ${timeoutMs / 1000} seconds.`);
    case 'gone':
      return fault('client_left', 'The client closed the connection before the request was complete.');
  }
}

/** A JSON body, whatever its content type says. An empty body counts as `{}`. `known`: bodies that need not be looked through again. */
export function readJsonBody(request: IncomingRequest, maxBytes: number, known: KnownBodies | null = null): Later<Result<JsonBody>> {
  return after(readBytes(request, maxBytes), (bytes) => {
    if (!bytes.ok) return bytes;
    const body = known?.find(bytes.value) ?? JsonBody.read(bytes.value.length === 0 ? Buffer.from('{}') : bytes.value);
    return body ? ok(body) : fail(fault('body_not_json', notJson(bytes.value)));
  });
}

async function unpackBytes(bytes: Buffer, encoding: string, maxBytes: number): Promise<Result<Buffer>> {
  const unpack = unpackers[encoding];
  if (!unpack) return fail(unknownPacking(encoding));
  const { promise, resolve } = Promise.withResolvers<Result<Buffer>>();
  unpack(bytes, { maxOutputLength: maxBytes }, (error, result) => {
    if (!error) return resolve(ok(result));
    const large = 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return resolve(fail(large ? tooLarge(maxBytes) : wronglyPacked(encoding)));
  });
  return promise;
}

/** A packing that this gateway does not know. */
export const unknownPacking = (encoding: string): Fault => fault('body_encoding', `Content-Encoding '${encoding.slice(0, 40)}' is not supported. Supported: ${packings.join(', ')}.`);

/** A body that is not packed as it says. */
export const wronglyPacked = (encoding: string): Fault => fault('body_not_json', `The body is not valid ${encoding}.`);

/** A body above the limit. */
export function tooLarge(maxBytes: number): Fault {
  return fault('body_too_large', `Request body is too large. The limit is ${Math.floor(maxBytes / 1024 / 1024)} MB (general_settings.max_request_size_mb).`);
}

// The engine's words for what is wrong where; it names no content beyond a character.
function notJson(bytes: Buffer): string {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    if (isJsonObject(value)) return `Invalid JSON payload: the object has more than ${maxBodyMembers} members.`;
    return `Invalid JSON payload: expected an object, got ${Array.isArray(value) ? 'an array' : typeof value}.`;
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^JSON Parse error: /, '').slice(0, 120) : 'not JSON';
    return `Invalid JSON payload: ${reason}`;
  }
}
