// Reads a body that may be large: a form with files, or what is meant for a provider's own route. A small one is read as any other body; of a
// large one little is ever in memory, whatever its size (docs/decisions/uploads.md).
import { bodyFault, packings, readBytes, tooLarge, unknownPacking, wronglyPacked } from './read-body.ts';
import { bodyTimeoutMs, maxUploadMemoryBytes } from '../lib/bounds.ts';
import { BodyGone } from '../http/incoming.ts';
import { boundaryOf, FormReader } from '../upstream/form-reader.ts';
import { fail, fault, ok, type Fault, type Result } from '../canonical/fault.ts';
import { FormBody } from '../upstream/form-body.ts';
import { PackedTooLarge, PackingError, unpacking } from '../http/stored/unpacking-source.ts';
import { StoredBytes } from '../http/stored/stored-bytes.ts';
import { takeUpload, type UploadOutcome, type UploadWatcher } from '../http/stored/upload-intake.ts';
import type { IncomingRequest } from '../http/incoming.ts';
import type { Logger } from '../observe/logger.ts';
import type { UploadStore } from '../http/stored/upload-store.ts';

/** What uploads are read with. */
export interface UploadParts {
  uploads: UploadStore;
  logger: Logger;
  maxRequestBytes: number;
}

/** A form. Whoever gets it releases it. `digests`: of its files' bytes, which the cache's key needs. */
export async function readForm(request: IncomingRequest, parts: UploadParts, digests: boolean): Promise<Result<FormBody>> {
  const boundary = boundaryOf(request.headers.get('content-type') ?? '');
  if (boundary === null) return noForm();
  const reader = new FormReader(boundary, digests);
  const stored = await readUpload(request, parts, reader);
  const form = reader.finish();
  if (!stored.ok) return form === 'too-large' ? tooManyFields() : stored;
  if (typeof form !== 'string') {
    const body = new FormBody(stored.value, boundary, form);
    await body.listen();
    return ok(body);
  }
  stored.value.release();
  return form === 'too-large' ? tooManyFields() : noForm();
}

/** A body, as its bytes. Whoever gets it releases it. The watcher sees it as it comes; what it refuses is no form. */
export async function readUpload(request: IncomingRequest, parts: UploadParts, watcher: UploadWatcher | null = null, timeoutMs = bodyTimeoutMs): Promise<Result<StoredBytes>> {
  const { headers } = request;
  const { maxRequestBytes: maxBytes } = parts;
  const declaredBytes = headers.has('content-length') ? Number(headers.get('content-length')) : null;
  const packing = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  const packed = packing !== '' && packing !== 'identity';
  if (!packed && declaredBytes !== null && declaredBytes <= maxUploadMemoryBytes) return readSmall(request, maxBytes, watcher);
  if (declaredBytes !== null && declaredBytes > maxBytes) return fail(tooLarge(maxBytes));
  if (packed && !packings.includes(packing)) return fail(unknownPacking(packing));
  const source = packed ? unpacking(request.source(), packing, maxBytes) : request.source();
  if (!source) return fail(unknownPacking(packing));
  const outcome = await takeUpload(source, parts.uploads, { maxBytes, timeoutMs, watcher });
  if (outcome.kind === 'stored') return ok(outcome.bytes);
  if (outcome.kind === 'not-stored') parts.logger.error('an upload could not be stored', { reason: outcome.error.message });
  return fail(faultOf(outcome, packing, maxBytes, timeoutMs));
}

async function readSmall(request: IncomingRequest, maxBytes: number, watcher: UploadWatcher | null): Promise<Result<StoredBytes>> {
  const bytes = await readBytes(request, maxBytes);
  if (!bytes.ok) return bytes;
  watcher?.take(bytes.value);
  return ok(StoredBytes.inMemory(bytes.value));
}

function faultOf(outcome: Exclude<UploadOutcome, { kind: 'stored' }>, packing: string, maxBytes: number, timeoutMs: number): Fault {
  switch (outcome.kind) {
    case 'too-large':
      return tooLarge(maxBytes);
    case 'too-slow':
      return bodyFault('too-slow', maxBytes, timeoutMs);
    case 'refused':
      return noForm().fault;
    case 'not-stored':
      return fault('upload_not_stored', 'The gateway has no room for this upload at the moment. Try again later, or send a smaller one.');
    case 'broken': {
      const { error } = outcome;
      if (error instanceof PackedTooLarge) return tooLarge(maxBytes);
      if (error instanceof PackingError) return wronglyPacked(packing);
      return error instanceof BodyGone ? bodyFault('gone', maxBytes, timeoutMs) : fault('client_left', 'The client broke off while it sent its request.');
    }
  }
}

const noForm = (): { ok: false; fault: Fault } => fail(fault('body_not_json', 'The body is not a valid multipart/form-data form.'));
const tooManyFields = (): { ok: false; fault: Fault } => fail(fault('body_too_large', 'The names and texts of the form are too large. Files are not limited by this.'));
