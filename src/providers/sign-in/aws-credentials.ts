// Where an AWS account's keys come from: the configuration, the environment, a profile's file, a role that is assumed, a container's service.
import { homedir } from 'node:os';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import type { Send } from '../../http/provider-response.ts';
import { stringAt } from '../../lib/json.ts';
import { textOfFile } from './file-text.ts';
import { signAws, type AwsKeys } from './aws-signature.ts';
import type { Expiring } from './kept-token.ts';
import { missing, type SignInSettings } from './sign-in.ts';
import { askJson, askText } from './token-request.ts';

type Found = Result<Expiring<AwsKeys>>;

/** The keys of a deployment. */
export async function awsKeys(settings: SignInSettings, region: string, send: Send): Promise<Found> {
  for (const parameter of ['aws_access_key_id', 'aws_secret_access_key', 'aws_session_token', 'aws_web_identity_token']) {
    const variable = settings.unset(parameter);
    if (variable !== undefined) return missing(`The variable ${variable}, which the configuration names as this model's ${parameter}, is not set in the gateway's environment.`);
  }
  const role = settings.value('aws_role_name', 'AWS_ROLE_NAME');
  const identity = settings.value('aws_web_identity_token', 'AWS_WEB_IDENTITY_TOKEN');
  if (identity !== undefined && role !== undefined) return withWebIdentity(identity, role, settings, region, send);
  const ownRole = settings.own('aws_role_name');
  if (ownRole !== undefined || (role !== undefined && settings.own('aws_access_key_id') === undefined)) {
    const base = await baseKeys(settings, region, send);
    return base.ok ? assumeRole(base.value.value, role ?? '', settings, region, send) : base;
  }
  return baseKeys(settings, region, send);
}

async function baseKeys(settings: SignInSettings, region: string, send: Send): Promise<Found> {
  const own = keysOf(settings.own('aws_access_key_id'), settings.own('aws_secret_access_key'), settings.own('aws_session_token'));
  if (own) return forever(own);
  const profile = settings.own('aws_profile_name');
  if (profile !== undefined) return fromProfile(profile, settings, region, send);
  const set = keysOf(settings.variable('AWS_ACCESS_KEY_ID'), settings.variable('AWS_SECRET_ACCESS_KEY'), settings.variable('AWS_SESSION_TOKEN'));
  if (set) return forever(set);
  const [file, role] = [settings.variable('AWS_WEB_IDENTITY_TOKEN_FILE'), settings.variable('AWS_ROLE_ARN')];
  if (file !== undefined && role !== undefined) return withWebIdentity(file, role, settings, region, send);
  const container = containerUrl(settings);
  if (container !== undefined) return fromContainer(container, settings, send);
  return fromProfile(settings.value('aws_profile_name', 'AWS_PROFILE_NAME', 'AWS_PROFILE') ?? 'default', settings, region, send);
}

const keysOf = (accessKeyId: string | undefined, secretAccessKey: string | undefined, sessionToken: string | undefined): AwsKeys | undefined =>
  (accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) } : undefined);

const forever = (value: AwsKeys): Found => ok({ value, expiresMs: Infinity });

const nothing = (): Found => missing(
  "Give this model aws_access_key_id and aws_secret_access_key (or aws_profile_name, aws_role_name, api_key) in the configuration, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_BEARER_TOKEN_BEDROCK, in the gateway's environment.",
);

/** A section of `~/.aws/credentials` and `~/.aws/config`. Keys, or a role over another profile. */
async function fromProfile(name: string, settings: SignInSettings, region: string, send: Send, depth = 0): Promise<Found> {
  const home = `${settings.variable('HOME') ?? homedir()}/.aws`;
  const section = {
    ...profileSection(settings.variable('AWS_CONFIG_FILE') ?? `${home}/config`, name === 'default' ? name : `profile ${name}`),
    ...profileSection(settings.variable('AWS_SHARED_CREDENTIALS_FILE') ?? `${home}/credentials`, name),
  };
  const keys = keysOf(section['aws_access_key_id'], section['aws_secret_access_key'], section['aws_session_token']);
  if (keys) return forever(keys);
  const { role_arn: role, source_profile: source } = section;
  if (role === undefined || source === undefined || depth > 3) return nothing();
  const base = await fromProfile(source, settings, region, send, depth + 1);
  return base.ok ? assumeRole(base.value.value, role, settings, region, send) : base;
}

function profileSection(path: string, wanted: string): Record<string, string> {
  const found: Record<string, string> = {};
  let inside = false;
  for (const line of (textOfFile(path) ?? '').split(/\r?\n/)) {
    const head = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1];
    if (head !== undefined) inside = head === wanted;
    const [, name, value] = /^\s*([a-z_]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (inside && name !== undefined && value !== undefined) found[name] = value;
  }
  return found;
}

const stsVersion = '2011-06-15';
const sessionName = (settings: SignInSettings): string => settings.value('aws_session_name', 'AWS_SESSION_NAME') ?? 'weir';
const stsUrl = (settings: SignInSettings, region: string): string =>
  settings.value('aws_sts_endpoint', 'AWS_STS_ENDPOINT') ?? `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
async function assumeRole(keys: AwsKeys, role: string, settings: SignInSettings, region: string, send: Send): Promise<Found> {
  const url = stsUrl(settings, region);
  const form = { Action: 'AssumeRole', Version: stsVersion, RoleArn: role, RoleSessionName: sessionName(settings), ExternalId: settings.own('aws_external_id') };
  const fields = Object.entries(form).filter((field): field is [string, string] => field[1] !== undefined);
  const body = Buffer.from(new URLSearchParams(fields).toString());
  const headers = await signAws({ method: 'POST', url, body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }, keys, region, 'sts');
  return readSession(await askText(send, { url, headers, form, service: 'AWS STS', secrets: [keys.secretAccessKey, keys.sessionToken] }));
}

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
async function withWebIdentity(identity: string, role: string, settings: SignInSettings, region: string, send: Send): Promise<Found> {
  // A token, or the path of a file that holds one and is written anew from time to time.
  const token = identity.startsWith('eyJ') ? identity : textOfFile(identity);
  if (token === undefined) return missing('The file of the web identity token cannot be read.');
  const form = { Action: 'AssumeRoleWithWebIdentity', Version: stsVersion, RoleArn: role, RoleSessionName: sessionName(settings), WebIdentityToken: token };
  return readSession(await askText(send, { url: stsUrl(settings, region), form, service: 'AWS STS', secrets: [token] }));
}

function readSession(answer: Result<string>): Found {
  if (!answer.ok) return answer;
  const member = (name: string): string | undefined => new RegExp(`<${name}>([^<]+)</${name}>`).exec(answer.value)?.[1];
  return session(member('AccessKeyId'), member('SecretAccessKey'), member('SessionToken'), member('Expiration'));
}

function session(id: string | undefined, secret: string | undefined, token: string | undefined, expiration: string | undefined): Found {
  const keys = keysOf(id, secret, token);
  const expiresMs = Date.parse(expiration ?? '');
  return keys && Number.isFinite(expiresMs) ? ok({ value: keys, expiresMs }) : fail(fault('upstream_invalid_answer', 'AWS answered without the keys of a session.'));
}

// Containers (ECS, EKS) are told by their environment where to ask.
function containerUrl(settings: SignInSettings): string | undefined {
  const relative = settings.variable('AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  return relative === undefined ? settings.variable('AWS_CONTAINER_CREDENTIALS_FULL_URI') : `http://169.254.170.2${relative}`;
}

async function fromContainer(url: string, settings: SignInSettings, send: Send): Promise<Found> {
  const file = settings.variable('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  const token = (file === undefined ? undefined : textOfFile(file)) ?? settings.variable('AWS_CONTAINER_AUTHORIZATION_TOKEN');
  const answer = await askJson(send, { url, method: 'GET', headers: token === undefined ? {} : { authorization: token }, service: 'The AWS container service', secrets: [token] });
  if (!answer.ok) return answer;
  const member = (name: string): string | undefined => stringAt(answer.value, name);
  return session(member('AccessKeyId'), member('SecretAccessKey'), member('Token'), member('Expiration'));
}
