// Tokens for Google Cloud: of a service account, of a user who signed in with gcloud, of another cloud's identity, or of the machine.
import { createSign } from 'node:crypto';
import { homedir } from 'node:os';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import type { Send } from '../../http/provider-response.ts';
import { numberAt, objectAt, parseJsonObject, stringAt, type JsonObject } from '../../lib/json.ts';
import { textOfFile } from './file-text.ts';
import { KeptToken, type Expiring } from './kept-token.ts';
import { bearer, impossible, missing, type SignIn, type SignInSettings } from './sign-in.ts';
import { askJson, expiryOf } from './token-request.ts';

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const tokenUrl = 'https://oauth2.googleapis.com/token';
const service = 'Google';
/** In `vertex_credentials`: ask the machine that Weir runs on. Only then, since the same address means something else elsewhere. */
const metadataWord = 'metadata';
const metadataUrl = 'http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token';

type Token = Result<Expiring<string>>;

/** The credentials that a deployment has: JSON, a path, the environment's path, or what gcloud left in the home folder. Undefined: none. */
export function googleCredentials(settings: SignInSettings): JsonObject | typeof metadataWord | undefined {
  const given = settings.value('vertex_credentials', 'VERTEXAI_CREDENTIALS', 'VERTEX_CREDENTIALS', 'GOOGLE_APPLICATION_CREDENTIALS');
  if (given === metadataWord) return metadataWord;
  if (given !== undefined) return given.trimStart().startsWith('{') ? parseJsonObject(given) : parseJsonObject(textOfFile(given) ?? '');
  return parseJsonObject(textOfFile(`${settings.variable('HOME') ?? homedir()}/.config/gcloud/application_default_credentials.json`) ?? '');
}

/** The project that credentials belong to. */
export function projectOf(credentials: ReturnType<typeof googleCredentials>): string | undefined {
  return typeof credentials === 'object' ? stringAt(credentials, 'project_id') ?? stringAt(credentials, 'quota_project_id') : undefined;
}

/** Signs requests in with a token of these credentials. */
export function googleSignIn(settings: SignInSettings): SignIn {
  const variable = settings.unset('vertex_credentials');
  if (variable !== undefined) return impossible(`The variable ${variable}, which the configuration names as this model's vertex_credentials, is not set in the gateway's environment.`);
  const credentials = googleCredentials(settings);
  if (credentials === undefined) return impossible("Give this model vertex_credentials in the configuration, or set GOOGLE_APPLICATION_CREDENTIALS in the gateway's environment.");
  const token = new KeptToken((send) => fetchToken(credentials, send));
  return bearer((send) => token.get(send));
}

function fetchToken(credentials: JsonObject | typeof metadataWord, send: Send): Promise<Token> {
  if (credentials === metadataWord) return answered(send, { url: metadataUrl, method: 'GET', headers: { 'metadata-flavor': 'Google' }, service: 'The metadata server', secrets: [] });
  switch (stringAt(credentials, 'type')) {
    case 'service_account': return ofServiceAccount(credentials, send);
    case 'authorized_user': return ofUser(credentials, send);
    case 'external_account': return ofExternalAccount(credentials, send);
    default: return Promise.resolve(missing('vertex_credentials are neither a service account, nor an authorized user, nor an external account.'));
  }
}

// https://developers.google.com/identity/protocols/oauth2/service-account#httprest
async function ofServiceAccount(credentials: JsonObject, send: Send): Promise<Token> {
  const url = stringAt(credentials, 'token_uri') ?? tokenUrl;
  const assertion = signedAssertion(credentials, url, Math.floor(Date.now() / 1000));
  if (assertion === undefined) return missing('The private key in vertex_credentials cannot be read.');
  return answered(send, { url, form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }, service, secrets: [assertion] });
}

/** The signed claim of a service account; undefined when its key is none. */
export function signedAssertion(credentials: JsonObject, audience: string, nowSeconds: number): string | undefined {
  const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const head: JsonObject = { alg: 'RS256', typ: 'JWT' };
  const keyId = stringAt(credentials, 'private_key_id');
  if (keyId !== undefined) head['kid'] = keyId;
  const claim = `${encode(head)}.${encode({ iss: stringAt(credentials, 'client_email') ?? '', scope, aud: audience, iat: nowSeconds, exp: nowSeconds + 3600 })}`;
  try {
    return `${claim}.${createSign('RSA-SHA256').update(claim).sign(stringAt(credentials, 'private_key') ?? '', 'base64url')}`;
  } catch {
    return undefined;
  }
}

function ofUser(credentials: JsonObject, send: Send): Promise<Token> {
  const [id, secret, refresh] = ['client_id', 'client_secret', 'refresh_token'].map((name) => stringAt(credentials, name));
  const form = { grant_type: 'refresh_token', client_id: id, client_secret: secret, refresh_token: refresh };
  return answered(send, { url: stringAt(credentials, 'token_uri') ?? tokenUrl, form, service, secrets: [secret, refresh] });
}

// Workload identity federation with a token in a file. https://google.aip.dev/auth/4117
async function ofExternalAccount(credentials: JsonObject, send: Send): Promise<Token> {
  const source = objectAt(credentials, 'credential_source');
  const text = textOfFile(stringAt(source, 'file') ?? '');
  const member = stringAt(objectAt(source, 'format'), 'subject_token_field_name');
  const subject = member === undefined ? text : stringAt(parseJsonObject(text ?? ''), member);
  if (subject === undefined) return missing('Of external accounts, only those with a token in a file (credential_source.file) can sign in here.');
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange', requested_token_type: 'urn:ietf:params:oauth:token-type:access_token', scope,
    audience: stringAt(credentials, 'audience'), subject_token_type: stringAt(credentials, 'subject_token_type'), subject_token: subject,
  };
  const exchanged = await answered(send, { url: stringAt(credentials, 'token_url') ?? 'https://sts.googleapis.com/v1/token', form, service, secrets: [subject] });
  const impersonation = stringAt(credentials, 'service_account_impersonation_url');
  if (!exchanged.ok || impersonation === undefined) return exchanged;
  const token = exchanged.value.value;
  const answer = await askJson(send, { url: impersonation, headers: { authorization: `Bearer ${token}` }, form: { scope }, service, secrets: [token] });
  if (!answer.ok) return answer;
  const made = stringAt(answer.value, 'accessToken');
  return made === undefined ? withoutToken() : ok({ value: made, expiresMs: Date.parse(stringAt(answer.value, 'expireTime') ?? '') || expiryOf(undefined) });
}

async function answered(send: Send, request: Parameters<typeof askJson>[1]): Promise<Token> {
  const answer = await askJson(send, request);
  if (!answer.ok) return answer;
  const token = stringAt(answer.value, 'access_token');
  return token === undefined ? withoutToken() : ok({ value: token, expiresMs: expiryOf(numberAt(answer.value, 'expires_in')) });
}

const withoutToken = (): Token => fail(fault('upstream_invalid_answer', 'Google answered without a token.'));
