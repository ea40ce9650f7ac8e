// Signing in at Oracle Cloud: an RSA signature over each request's head and the digest of its body.
// https://docs.oracle.com/iaas/Content/API/Concepts/signingrequests.htm
import { createHash, createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { textOfFile } from './file-text.ts';
import { digestOfFile, FileBody } from '../../http/stored/file-body.ts';
import { bodyBytes } from '../../http/provider-response.ts';
import { impossible, type SignIn, type SignInSettings, type UnsignedRequest } from './sign-in.ts';

const signed = ['date', '(request-target)', 'host', 'content-length', 'content-type', 'x-content-sha256'];

/** Signs requests; null where the deployment has an API key of the service. */
export function ociSignIn(settings: SignInSettings): SignIn | null {
  const variable = settings.unset('oci_key');
  if (variable !== undefined) return impossible(`The variable ${variable}, which the configuration names as this model's oci_key, is not set in the gateway's environment.`);
  if (settings.apiKey !== undefined && settings.own('oci_user') === undefined) return null;
  const [tenancy, user, fingerprint] = ['tenancy', 'user', 'fingerprint'].map((name) => settings.value(`oci_${name}`, `OCI_${name.toUpperCase()}`));
  const path = settings.value('oci_key_file', 'OCI_KEY_FILE');
  const text = settings.value('oci_key', 'OCI_KEY') ?? (path === undefined ? undefined : textOfFile(path));
  if (tenancy === undefined || user === undefined || fingerprint === undefined || text === undefined) {
    return impossible("Give this model an api_key, or oci_tenancy, oci_user, oci_fingerprint and oci_key or oci_key_file in the configuration, or set OCI_TENANCY, OCI_USER, OCI_FINGERPRINT and OCI_KEY or OCI_KEY_FILE in the gateway's environment.");
  }
  const key = privateKeyOf(text);
  if (!key) return impossible('The private key in oci_key or oci_key_file cannot be read.');
  const keyId = `${tenancy}/${user}/${fingerprint}`;
  const compartment = settings.value('oci_compartment_id', 'OCI_COMPARTMENT_ID');
  const more = compartment === undefined ? {} : { 'compartmentid': compartment, 'opc-compartment-id': compartment };
  return {
    async headers(request) {
      return { ok: true, value: { ...request.headers, ...more, ...signedHeaders(request, await bodyDigest(request.body), key, keyId, new Date()) } };
    },
  };
}

// Keys in a variable of the environment often have their line ends written out.
function privateKeyOf(text: string): KeyObject | null {
  try {
    return createPrivateKey(text.replaceAll('\\n', '\n'));
  } catch {
    return null;
  }
}

const bodyDigest = async (body: UnsignedRequest['body']): Promise<string> =>
  (body instanceof FileBody ? Buffer.from(await digestOfFile(body)) : createHash('sha256').update(bodyBytes(body)).digest()).toString('base64');

/** The headers that sign a request at this time. `digest`: of its body. */
function signedHeaders({ method, url, headers, body }: UnsignedRequest, digest: string, key: KeyObject, keyId: string, now: Date): Record<string, string> {
  const { host, pathname, search } = new URL(url);
  const length = body instanceof Uint8Array || body instanceof FileBody ? body.length : body.reduce((sum, piece) => sum + piece.length, 0);
  const values: Record<string, string> = {
    'date': now.toUTCString(), '(request-target)': `${method.toLowerCase()} ${pathname}${search}`, host, 'content-length': String(length),
    'content-type': headers['content-type'] ?? 'application/json', 'x-content-sha256': digest,
  };
  const text = signed.map((name) => `${name}: ${values[name] ?? ''}`).join('\n');
  const signature = sign('RSA-SHA256', Buffer.from(text), key).toString('base64');
  return {
    'date': values['date'] ?? '', 'x-content-sha256': values['x-content-sha256'] ?? '', 'content-type': values['content-type'] ?? '',
    'authorization': `Signature version="1",keyId="${keyId}",algorithm="rsa-sha256",headers="${signed.join(' ')}",signature="${signature}"`,
  };
}
