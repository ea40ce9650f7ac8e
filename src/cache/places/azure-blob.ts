// A container of Azure Blob Storage. https://learn.microsoft.com/rest/api/storageservices/blob-service-rest-api
// Blobs that nobody asks for again are not deleted from here: give the account a lifecycle rule.
import { callCloud, refusedBy, type CloudAccess, type CloudAnswer, type CloudCall } from './cloud.ts';
import type { AnswerPlace } from './place.ts';

const service = 'Azure Blob Storage';
const version = '2021-12-02';

/** A container of Azure's. It is made when it is missing, as LiteLLM does. */
export class AzureBlobPlace implements AnswerPlace {
  readonly kind = 'azure-blob';
  private readonly base: string;

  constructor(accountUrl: string, container: string, private readonly access: CloudAccess) {
    this.base = `${accountUrl.replace(/\/+$/, '')}/${encodeURIComponent(container)}`;
  }

  async read(name: string): Promise<Uint8Array | null> {
    const answer = await this.call({ method: 'GET', url: this.blob(name) });
    if (answer.status === 404) return null;
    if (answer.status !== 200) throw refusedBy(service, answer);
    return answer.bytes;
  }

  async write(name: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
    const put = (): Promise<CloudAnswer> => this.call({ method: 'PUT', url: this.blob(name), headers: { 'x-ms-blob-type': 'BlockBlob', 'content-type': 'application/octet-stream' }, body: bytes });
    let answer = await put();
    if (answer.status === 404) {
      await this.call({ method: 'PUT', url: `${this.base}?restype=container` });
      answer = await put();
    }
    if (answer.status !== 201) throw refusedBy(service, answer);
  }

  async remove(name: string): Promise<boolean> {
    const answer = await this.call({ method: 'DELETE', url: this.blob(name) });
    if (answer.status !== 404 && answer.status >= 300) throw refusedBy(service, answer);
    return answer.status !== 404;
  }

  async *names(): AsyncIterable<readonly string[]> {
    let marker = '';
    do {
      const answer = await this.call({ method: 'GET', url: `${this.base}?restype=container&comp=list${marker === '' ? '' : `&marker=${encodeURIComponent(marker)}`}` });
      if (answer.status === 404) return;
      if (answer.status !== 200) throw refusedBy(service, answer);
      const text = answer.bytes.toString('utf8');
      // Answers' names are hashes: they hold nothing that XML would write otherwise.
      yield [...text.matchAll(/<Name>([0-9a-f]{64})<\/Name>/g)].map(([, name]) => name ?? '');
      marker = /<NextMarker>([^<]+)<\/NextMarker>/.exec(text)?.[1] ?? '';
    } while (marker !== '');
  }

  private blob(name: string): string {
    return `${this.base}/${encodeURIComponent(name)}`;
  }

  private call(call: CloudCall): Promise<CloudAnswer> {
    return callCloud(this.access, { ...call, headers: { ...call.headers, 'x-ms-version': version, 'x-ms-date': new Date().toUTCString() } });
  }
}
