// A bucket with Amazon's interface (S3, MinIO, R2 …). Objects that nobody asks for again are not deleted from here: give the bucket a
// lifecycle rule.
import { S3Client } from 'bun';
import type { AnswerPlace } from './place.ts';

/** Where the bucket is. Keys that are missing are those of the environment (`AWS_ACCESS_KEY_ID` …). */
export interface S3Settings {
  bucket: string;
  region: string | undefined;
  endpoint: string | undefined;
  accessKeyId: string | undefined;
  secretAccessKey: string | undefined;
  sessionToken: string | undefined;
  /** The beginning of the objects' names. */
  path: string;
}

/** A bucket. */
export class S3Place implements AnswerPlace {
  readonly kind = 's3';
  private readonly client: S3Client;
  private readonly path: string;

  constructor({ path, ...settings }: S3Settings) {
    const { bucket, region, endpoint, accessKeyId, secretAccessKey, sessionToken } = settings;
    this.client = new S3Client({
      bucket, ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }), ...(accessKeyId !== undefined && { accessKeyId }),
      ...(secretAccessKey !== undefined && { secretAccessKey }), ...(sessionToken !== undefined && { sessionToken }),
    });
    this.path = asFolder(path);
  }

  async read(name: string): Promise<Uint8Array | null> {
    try {
      return await this.client.file(this.path + name).bytes();
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : '';
      if (code === 'NoSuchKey' || code === 'ERR_S3_NO_SUCH_KEY') return null;
      throw error;
    }
  }

  async write(name: string, bytes: Buffer): Promise<void> {
    await this.client.write(this.path + name, bytes, { type: 'application/octet-stream' });
  }

  async remove(name: string): Promise<boolean> {
    const there = await this.client.exists(this.path + name);
    await this.client.delete(this.path + name);
    return there;
  }

  async *names(): AsyncIterable<readonly string[]> {
    let startAfter: string | undefined;
    do {
      const page = await this.client.list({ prefix: this.path, ...(startAfter !== undefined && { startAfter }) });
      const keys = page.contents?.map((item) => item.key) ?? [];
      yield keys.map((key) => key.slice(this.path.length));
      startAfter = page.isTruncated ? keys.at(-1) : undefined;
    } while (startAfter !== undefined);
  }
}

/** A beginning of names with a slash at its end, or nothing. */
export const asFolder = (path: string): string => (path === '' || path.endsWith('/') ? path : `${path}/`);
