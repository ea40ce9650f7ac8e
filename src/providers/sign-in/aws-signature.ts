// AWS signature version 4 for a request whose body is in pieces.
import { AwsV4Signer } from 'aws4fetch';
import { digestOfFile, FileBody } from '../../http/stored/file-body.ts';
import type { ProviderRequest } from '../../http/provider-response.ts';
import type { UnsignedRequest } from './sign-in.ts';

/** Keys of an AWS account, its own or of a session. */
export interface AwsKeys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

// The signing keys of a day, by secret, region and service. Few entries: one for each secret and day.
const maxSigningKeys = 1000;
const signingKeys = new Map<string, ArrayBuffer>();

/** The headers of the signed request. */
export async function signAws({ method, url, headers, body }: UnsignedRequest, keys: AwsKeys, region: string, service: string, datetime?: string): Promise<Record<string, string>> {
  if (signingKeys.size > maxSigningKeys) signingKeys.clear();
  const { headers: signed } = await new AwsV4Signer({
    method, url, service, region, ...keys, cache: signingKeys, ...(datetime !== undefined && { datetime }),
    headers: { ...headers, 'x-amz-content-sha256': body instanceof FileBody ? Buffer.from(await digestOfFile(body)).toString('hex') : digest(body) },
  }).sign();
  return { ...headers, ...Object.fromEntries(signed) };
}

function digest(body: Exclude<ProviderRequest['body'], FileBody>): string {
  const hasher = new Bun.CryptoHasher('sha256');
  if (body instanceof Uint8Array) hasher.update(body);
  else for (const piece of body) hasher.update(piece);
  return hasher.digest('hex');
}
