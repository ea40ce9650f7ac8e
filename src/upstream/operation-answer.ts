// The answer of an operation: JSON is read, checked and touched; sound, subtitles and events pass.
import { applyPatches, type Patch } from '../lib/patch.ts';
import { ByteRelay } from './byte-relay.ts';
import { embeddedStatus, errorBodyFault, invalidAnswerFault, isErrorBody, scrubbed } from './failure.ts';
import { encodeEmbeddings, isOtherwiseEncoded } from './embedding-encoding.ts';
import { fail, ok, type Result } from '../canonical/fault.ts';
import { findMember, memberValue, outlineOf, type Outline } from '../lib/json-members.ts';
import { idleLimitMs, isEventStream, type Connection } from './connection.ts';
import { isJsonObject, numberAt, objectAt, parseJson, parseJsonObject, type JsonObject } from '../lib/json.ts';
import { itemsOf, touchOutline } from '../lib/touch.ts';
import { OperationFrames } from './operation-frames.ts';
import { operationTouch } from './operation-touches.ts';
import { operationUsage, requestUnits, type Billed } from './operation-usage.ts';
import { withPlainCategories } from './moderation-categories.ts';
import { Relay } from './relay.ts';
import { tellingPart } from './present.ts';
import { boundedBody } from '../http/bounded-body.ts';
import type { OperationName } from '../providers/provider.ts';
import type { ProviderResponse } from '../http/provider-response.ts';
import type { IdleWatch } from './idle-watch.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { OperationAnswer, OperationCall } from './call.ts';
import type { OperationForm } from '../providers/forms/operation-form.ts';
import { sourceOf } from '../http/provider-response.ts';
import { WholeSource } from '../http/byte-source.ts';

const keepAlive = ': keepalive\n\n';

/** What an answer is read with. */
export interface OperationContext {
  call: OperationCall;
  deployment: Deployment;
  /** The provider's own form of the operation. */
  form: OperationForm | null;
  dropped: readonly string[];
  connection: Connection;
  streams: IdleWatch;
}

/** The provider's answer, for the client. */
export async function operationAnswer(context: OperationContext, response: ProviderResponse): Promise<Result<OperationAnswer>> {
  const { call, deployment, form, dropped } = context;
  if (response.body && isEventStream(response)) return eventAnswer(context, response);
  if (response.body && passesAsBytes(call, response)) return bytesAnswer(context, response);
  const came = await boundedBody(response, deployment.maxAnswerBytes);
  if (!came) return fail(invalidAnswerFault('The answer is larger than this gateway reads.', deployment));
  if (form?.soundOf) return soundAnswer(context, form, came, response);
  const read = inOpenAiForm(came, call, deployment, form, response);
  if (!read.ok) return read;
  const { bytes, outline } = read.value;
  const held = heldMembers[call.operation];
  if (held !== undefined && !findMember(outline, held)) return fail(invalidAnswerFault('The provider answered with JSON that holds no answer.', deployment));
  const patches: Patch[] = [];
  touchOutline(bytes, outline, operationTouch(call.operation, call.model), patches);
  patches.sort((a, b) => a.start - b.start);
  return ok({ kind: 'plain', headers: response.headers, body: applyPatches(bytes, patches), finishReason: null, dropped, ...billed(call, bytes, outline) });
}

// The member without which an answer is none.
const heldMembers: Readonly<Partial<Record<OperationName, string>>> = {
  'embeddings': 'data', 'images-generations': 'data', 'images-edits': 'data', 'images-variations': 'data', 'rerank': 'results', 'moderations': 'results',
  'audio-transcriptions': 'text', 'audio-translations': 'text',
};

// Only sound and text of sound may be something other than JSON; anything else that is not JSON is a broken answer.
function passesAsBytes({ operation }: OperationCall, response: ProviderResponse): boolean {
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('json')) return false;
  if (operation === 'audio-speech') return !type.startsWith('text/html');
  return operation.startsWith('audio-') && type.startsWith('text/') && !type.startsWith('text/html');
}

/** Sound that lies in a JSON answer. */
function soundAnswer({ call, deployment, dropped }: OperationContext, form: OperationForm, came: Buffer, { headers }: ProviderResponse): Result<OperationAnswer> {
  const whole = parseJsonObject(came.toString('utf8'));
  const format = call.body.members.get('response_format');
  const sound = whole && form.soundOf?.(whole, typeof format === 'string' ? format : undefined);
  if (!whole || !sound) return fail(invalidAnswerFault('The provider answered without sound.', deployment));
  const usage = objectAt(form.readAnswer(whole, call.model, (name) => headers.get(name)), 'usage');
  const told = usage ? operationUsage(call.operation, usage) : null;
  return ok({
    kind: 'bytes', headers, mediaType: sound.mediaType, body: new WholeSource(sound.bytes), dropped, units: told?.usage ? told.units : requestUnits(call.operation, call.body),
    ended: Promise.resolve({ usage: told?.usage ?? null, finishReason: null, fault: null, contentCharacters: 0 }),
  });
}

function inOpenAiForm(came: Buffer, call: OperationCall, deployment: Deployment, form: OperationForm | null, { headers }: ProviderResponse): Result<{ bytes: Buffer; outline: Outline }> {
  if (form && came[0] === 0x5b) return ofList(came, call, deployment, form, headers);
  const outline = outlineOf(came);
  if (!outline) return fail(invalidAnswerFault('The provider answered with something that is not a JSON object.', deployment));
  const telling = tellingPart(came, outline);
  if (isErrorBody(telling)) {
    const { error } = telling;
    return fail(errorBodyFault((isJsonObject(error) ? embeddedStatus(error) : null) ?? 500, scrubbed(came.toString('utf8'), deployment), deployment));
  }
  if (call.operation === 'moderations') return moderation(came, outline);
  const wanted = call.operation === 'embeddings' ? wantedEncoding(call) : null;
  const recode = wanted !== null && isOtherwiseEncoded(came, wanted);
  if (!form && !recode) return ok({ bytes: came, outline });
  const whole = parseJsonObject(came.toString('utf8'));
  if (!whole) return fail(invalidAnswerFault('The provider answered with something that is not a JSON object.', deployment));
  const told = form ? limited(form.readAnswer(whole, call.model, (name) => headers.get(name)), call) : whole;
  const bytes = Buffer.from(JSON.stringify(wanted === null ? told : encodeEmbeddings(told, wanted)));
  const written = outlineOf(bytes);
  return written ? ok({ bytes, outline: written }) : fail(invalidAnswerFault('The provider answered with something that is not a JSON object.', deployment));
}

function moderation(came: Buffer, outline: Outline): Result<{ bytes: Buffer; outline: Outline }> {
  const whole = parseJsonObject(came.toString('utf8'));
  const bytes = whole && Buffer.from(JSON.stringify(withPlainCategories(whole)));
  const written = bytes && outlineOf(bytes);
  return ok(bytes && written ? { bytes, outline: written } : { bytes: came, outline });
}

function ofList(came: Buffer, call: OperationCall, deployment: Deployment, form: OperationForm, headers: ProviderResponse['headers']): Result<{ bytes: Buffer; outline: Outline }> {
  const items = parseJson(came.toString('utf8'));
  const told = items === undefined ? null : limited(form.readAnswer({ items }, call.model, (name) => headers.get(name)), call);
  const bytes = told && Buffer.from(JSON.stringify(call.operation === 'embeddings' ? encodeEmbeddings(told, wantedEncoding(call)) : told));
  const outline = bytes && outlineOf(bytes);
  return bytes && outline ? ok({ bytes, outline }) : fail(invalidAnswerFault('The provider answered with something that is not JSON.', deployment));
}

/** No more results of a rerank than were asked for: not every form has a word for it. */
function limited(told: JsonObject, { operation, body }: OperationCall): JsonObject {
  const limit = operation === 'rerank' ? body.members.get('top_n') : undefined;
  const { results } = told;
  return typeof limit === 'number' && Array.isArray(results) && results.length > limit ? { ...told, results: results.slice(0, Math.max(0, limit)) } : told;
}

const wantedEncoding = ({ body }: OperationCall): 'float' | 'base64' => (body.members.get('encoding_format') === 'base64' ? 'base64' : 'float');

function billed(call: OperationCall, bytes: Buffer, outline: Outline): Billed {
  const { operation } = call;
  const usage = memberValue(bytes, findMember(outline, 'usage'));
  const told: Billed = isJsonObject(usage) ? operationUsage(operation, usage) : { usage: null, units: {} };
  const units = { ...requestUnits(operation, call.body), ...told.units };
  if (operation.startsWith('images-') && !told.usage) units.images = itemCount(bytes, outline, 'data');
  const duration = operation.startsWith('audio-') ? memberValue(bytes, findMember(outline, 'duration')) : undefined;
  const seconds = typeof duration === 'string' ? Number(duration) : duration;
  if (typeof seconds === 'number' && seconds > 0 && told.units.seconds === undefined) units.seconds = seconds;
  // Whoever counts tokens is billed by them.
  if (told.usage) delete units.seconds;
  if (operation === 'rerank') units.queries = searchUnits(memberValue(bytes, findMember(outline, 'meta'))) ?? 1;
  return { usage: told.usage, units };
}

const searchUnits = (meta: unknown): number | undefined => numberAt(objectAt(isJsonObject(meta) ? meta as JsonObject : undefined, 'billed_units'), 'search_units');

function itemCount(bytes: Buffer, outline: Outline, key: string): number {
  const member = findMember(outline, key);
  return member && bytes[member.valueStart] === 0x5b ? itemsOf(bytes, member.valueStart).length : 0;
}

function bytesAnswer({ call, deployment, dropped, connection, streams }: OperationContext, response: ProviderResponse): Result<OperationAnswer> {
  const source = sourceOf(response);
  if (!source) return fail(invalidAnswerFault('The provider sent an answer without a body.', deployment));
  const relay = new ByteRelay({
    deployment, connection, source, watch: streams, clientSignal: call.signal, idleLimitMs: idleLimitMs(call, deployment),
  });
  return ok({
    kind: 'bytes', headers: response.headers, mediaType: response.headers.get('content-type') ?? 'application/octet-stream', body: relay, ended: relay.ended,
    units: requestUnits(call.operation, call.body), dropped,
  });
}

async function eventAnswer({ call, deployment, dropped, connection, streams }: OperationContext, response: ProviderResponse): Promise<Result<OperationAnswer>> {
  const source = sourceOf(response);
  if (!source) return fail(invalidAnswerFault('The provider sent a stream without a body.', deployment));
  const relay = new Relay({
    deployment, handler: new OperationFrames(call.operation, deployment), source, abort: () => connection.abort(),
    watch: streams, deadlineMs: connection.startedMs + deployment.totalTimeoutMs, idleLimitMs: idleLimitMs(call, deployment), keepAlive, keepAliveMs: deployment.keepaliveMs, clientSignal: call.signal, collect: false, firstContentMs: null, resume: null,
  });
  connection.settle();
  const failure = await relay.prime();
  if (failure) return fail(failure);
  return ok({
    kind: 'bytes', headers: response.headers, mediaType: 'text/event-stream; charset=utf-8', body: relay, ended: relay.ended,
    units: requestUnits(call.operation, call.body), dropped,
  });
}
