// A bucket of Google Cloud Storage, by its JSON interface. https://cloud.google.com/storage/docs/json_api/v1/objects
// Objects that nobody asks for again are not deleted from here: give the bucket a lifecycle rule.
import { arrayAt, isJsonObject, parseJsonObject, stringAt } from '../../lib/json.ts';
import { asFolder } from './s3.ts';
import { callCloud, refusedBy, type CloudAccess } from './cloud.ts';
import type { AnswerPlace } from './place.ts';

const service = 'Google Cloud Storage';

/** Where the bucket is. */
export interface GcsSettings {
  bucket: string;
  /** The beginning of the objects' names. */
  path: string;
  /** The service's address, as Google's libraries take an emulator's from `STORAGE_EMULATOR_HOST`. */
  host: string | undefined;
}

/** A bucket of Google's. */
export class GcsPlace implements AnswerPlace {
  readonly kind = 'gcs';
  private readonly host: string;
  private readonly bucketPath: string;
  private readonly path: string;

  constructor({ bucket, path, host }: GcsSettings, private readonly access: CloudAccess) {
    this.host = (host ?? 'https://storage.googleapis.com').replace(/\/+$/, '');
    this.bucketPath = `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
    this.path = asFolder(path);
  }

  async read(name: string): Promise<Uint8Array | null> {
    const answer = await callCloud(this.access, { method: 'GET', url: `${this.objects()}/${encodeURIComponent(this.path + name)}?alt=media` });
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw refusedBy(service, answer);
    return answer.bytes;
  }

  async write(name: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
    const url = `${this.objects('/upload')}?uploadType=media&name=${encodeURIComponent(this.path + name)}`;
    const answer = await callCloud(this.access, { method: 'POST', url, headers: { 'content-type': 'application/octet-stream' }, body: bytes });
    if (answer.status !== 200) throw refusedBy(service, answer);
  }

  async remove(name: string): Promise<boolean> {
    const answer = await callCloud(this.access, { method: 'DELETE', url: `${this.objects()}/${encodeURIComponent(this.path + name)}` });
    if (answer.status !== 404 && answer.status >= 300) throw refusedBy(service, answer);
    return answer.status !== 404;
  }

  async *names(): AsyncIterable<readonly string[]> {
    let token: string | undefined;
    do {
      const answer = await callCloud(this.access, { method: 'GET', url: `${this.objects()}?fields=items(name),nextPageToken&prefix=${encodeURIComponent(this.path)}${token === undefined ? '' : `&pageToken=${encodeURIComponent(token)}`}` });
      const page = answer.status === 200 ? parseJsonObject(answer.bytes.toString('utf8')) : undefined;
      if (!page) throw refusedBy(service, answer);
      yield arrayAt(page, 'items').map((item) => (isJsonObject(item) ? stringAt(item, 'name') ?? '' : '').slice(this.path.length)).filter((name) => name !== '');
      token = stringAt(page, 'nextPageToken');
    } while (token !== undefined);
  }

  private objects(before = ''): string {
    return `${this.host}${before}${this.bucketPath}`;
  }
}
