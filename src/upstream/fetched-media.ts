// Pictures and documents that a request names by their address, for providers that take only bytes: they are fetched and put into the body
// before anything else is done with it, so that all dialects and both ways, passing and translating, have them.
import { fail, fault, ok, type Fault, type Result } from '../canonical/fault.ts';
import { isJsonObject, objectAt, stringAt, type Json, type JsonObject } from '../lib/json.ts';
import { JsonBody } from '../lib/json-body.ts';
import { maxFetchAllMs, maxFetchedBytes, maxFetchedMedia, maxFetchedTotalBytes } from '../lib/bounds.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { GuardedFetch } from '../http/guarded-fetch.ts';

interface Media {
  mediaType: string;
  data: string;
}

type Fill = (value: JsonObject, media: Media) => JsonObject;

/** A place in a body that names something by its address. */
interface Place {
  url: string;
  fill: Fill;
}

const dataUrl = ({ mediaType, data }: Media): string => `data:${mediaType};base64,${data}`;

// What the dialects call it: Anthropic's `source`, chat's `image_url`, Responses' `input_image` and `input_file`, Gemini's `fileData`.
function placeIn(value: JsonObject): Place | null {
  const source = objectAt(value, 'source');
  if (source?.['type'] === 'url') return place(stringAt(source, 'url'), (block, { mediaType, data }) => ({ ...block, source: { type: 'base64', media_type: mediaType, data } }));
  if (value['type'] === 'image_url') {
    const image = objectAt(value, 'image_url');
    return image ? place(stringAt(image, 'url'), (part, media) => ({ ...part, image_url: { ...image, url: dataUrl(media) } })) : place(stringAt(value, 'image_url'), (part, media) => ({ ...part, image_url: dataUrl(media) }));
  }
  if (value['type'] === 'input_image') return place(stringAt(value, 'image_url'), (part, media) => ({ ...part, image_url: dataUrl(media) }));
  if (value['type'] === 'input_file') return place(stringAt(value, 'file_url'), ({ file_url: _url, ...part }, media) => ({ filename: 'document', ...part, file_data: dataUrl(media) }));
  const file = objectAt(value, 'fileData') ?? objectAt(value, 'file_data');
  return place(stringAt(file, 'fileUri') ?? stringAt(file, 'file_uri'), ({ fileData: _data, file_data: _same, ...part }, { mediaType, data }) => ({ ...part, inlineData: { mimeType: mediaType, data } }));
}

const place = (url: string | undefined, fill: Fill): Place | null => (url !== undefined && /^https?:\/\//i.test(url) ? { url, fill } : null);

const bodies = new WeakMap<JsonBody, Promise<Result<JsonBody>>>();

/** The body with everything fetched; the same body when it names nothing by address. A second attempt finds what the first one fetched. */
export function withFetchedMedia(body: JsonBody, fetch: GuardedFetch, signal: CancelSignal): Promise<Result<JsonBody>> {
  const known = bodies.get(body);
  if (known) return known;
  const fetched = fill(body, fetch, signal).then((result) => {
    // Another attempt may have more luck, or simply more time.
    if (!result.ok) bodies.delete(body);
    return result;
  });
  bodies.set(body, fetched);
  return fetched;
}

async function fill(body: JsonBody, fetch: GuardedFetch, signal: CancelSignal): Promise<Result<JsonBody>> {
  const object = body.object();
  const urls = new Set<string>();
  if (object) collect(object, urls);
  if (!object || urls.size === 0) return ok(body);
  if (urls.size > maxFetchedMedia) return fail(refusal(`${urls.size} addresses are more than this gateway fetches for one request`));
  const media = new Map<string, Media>();
  let total = 0;
  const deadlineMs = performance.now() + maxFetchAllMs;
  for (const url of urls) {
    if (performance.now() > deadlineMs) return fail(refusal('what the request names by its address takes too long to fetch'));
    const outcome = await fetch(url, Math.min(maxFetchedBytes, maxFetchedTotalBytes - total), signal);
    if (outcome.kind === 'refused') return fail(refusal(`${shown(url)} cannot be fetched: ${outcome.reason}`));
    const { bytes } = outcome.found;
    const mediaType = typeOf(bytes, outcome.found.mediaType);
    if (mediaType === null) return fail(refusal(`${shown(url)} is neither a picture nor a document`));
    total += bytes.length;
    media.set(url, { mediaType, data: bytes.toString('base64') });
  }
  const read = JsonBody.read(Buffer.from(JSON.stringify(filled(object, media))));
  return read ? ok(read) : fail(fault('internal', 'A body could not be written anew.'));
}

function collect(value: Json, urls: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collect(item, urls);
  if (!isJsonObject(value)) return;
  const found = placeIn(value);
  if (found) urls.add(found.url);
  else for (const key in value) collect(value[key] ?? null, urls);
}

function filled(value: Json, media: ReadonlyMap<string, Media>): Json {
  if (Array.isArray(value)) return value.map((item) => filled(item, media));
  if (!isJsonObject(value)) return value;
  const found = placeIn(value);
  const fetched = found && media.get(found.url);
  if (found && fetched) return found.fill(value, fetched);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, media)]));
}

// Not retried, and no fault of the provider's.
const refusal = (reason: string): Fault => fault('parameter_invalid', `This model takes pictures and documents as bytes only, and ${reason}.`);

// Without its query, which may hold a signature.
const shown = (url: string): string => `'${url.split(/[?#]/, 1)[0]?.slice(0, 200) ?? ''}'`;

const documents = /^(application\/(pdf|msword|vnd\.openxmlformats-officedocument\.[\w.]+|vnd\.ms-excel)|text\/(plain|csv|html|markdown))$/;
const beginnings: readonly (readonly [string, string])[] = [['89504e47', 'image/png'], ['ffd8ff', 'image/jpeg'], ['47494638', 'image/gif'], ['25504446', 'application/pdf']];

// What the bytes are counts before what the server says.
function typeOf(bytes: Buffer, told: string): string | null {
  const start = bytes.toString('hex', 0, 12);
  const known = beginnings.find(([beginning]) => start.startsWith(beginning))?.[1] ?? (start.startsWith('52494646') && start.endsWith('57454250') ? 'image/webp' : undefined);
  return known ?? (documents.test(told) || /^image\/[\w.+-]+$/.test(told) ? told : null);
}
