import { afterAll, expect, test } from 'bun:test';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { awsKeys } from './aws-credentials.ts';
import { bodyBytes, type ProviderRequest } from '../../http/provider-response.ts';
import type { SignInSettings } from './sign-in.ts';

const home = mkdtempSync(`${tmpdir()}/weir-aws-`);
mkdirSync(`${home}/.aws`);
writeFileSync(`${home}/.aws/credentials`, '[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = s0\n\n[ci]\naws_access_key_id=CI\naws_secret_access_key=s1\naws_session_token=t1\n');
writeFileSync(`${home}/.aws/config`, '[default]\nregion = us-east-1\n[profile prod]\nrole_arn = arn:aws:iam::1:role/prod\nsource_profile = ci\n[profile loop]\nrole_arn = r\nsource_profile = loop\n');
writeFileSync(`${home}/token`, 'eyJ-of-the-file\n');
afterAll(() => rmSync(home, { recursive: true }));

const settingsOf = (own: Record<string, string>, environment: Record<string, string> = {}): SignInSettings => {
  const variable = (name: string): string | undefined => ({ HOME: home, ...environment })[name];
  return {
    apiKey: undefined, variable, own: (name) => own[name], unset: () => undefined,
    value: (name, ...names) => own[name] ?? names.map(variable).find((value) => value !== undefined),
  };
};

const session = (id: string): string => `<Credentials><AccessKeyId>${id}</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>`;
const asked: { url: string; form: Record<string, string>; headers: ProviderRequest['headers'] }[] = [];
const keysOf = async (own: Record<string, string>, environment: Record<string, string> = {}, answer = session('ASIA')) => {
  asked.length = 0;
  const found = await awsKeys(settingsOf(own, environment), 'eu-west-1', (url, { body, headers }) => {
    asked.push({ url, headers, form: Object.fromEntries(new URLSearchParams(Buffer.from(bodyBytes(body)).toString())) });
    return Promise.resolve(new Response(answer));
  });
  return found.ok ? found.value.value.accessKeyId : found.fault.code;
};

test('the deployment\'s own keys come first, then the environment\'s, then the default profile', async () => {
  const environment = { AWS_ACCESS_KEY_ID: 'ENV', AWS_SECRET_ACCESS_KEY: 'x' };
  expect(await keysOf({ aws_access_key_id: 'OWN', aws_secret_access_key: 'x' }, environment)).toBe('OWN');
  expect(await keysOf({ aws_profile_name: 'ci' }, environment)).toBe('CI');
  expect(await keysOf({}, environment)).toBe('ENV');
  expect(await keysOf({})).toBe('DEFAULT');
  expect(await keysOf({}, { AWS_PROFILE: 'ci' })).toBe('CI');
  expect(await keysOf({ aws_profile_name: 'nobody' })).toBe('credential_missing');
});

test('a profile may be a role over another one; a circle ends', async () => {
  expect(await keysOf({ aws_profile_name: 'prod' })).toBe('ASIA');
  expect(asked[0]?.url).toBe('https://sts.eu-west-1.amazonaws.com/');
  expect(asked[0]?.form).toEqual({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: 'arn:aws:iam::1:role/prod', RoleSessionName: 'weir' });
  expect(asked[0]?.headers['x-amz-security-token']).toBe('t1');
  expect(await keysOf({ aws_profile_name: 'loop' })).toBe('credential_missing');
});

test('a web identity, given or of the pod, becomes a session without a signature', async () => {
  expect(await keysOf({ aws_web_identity_token: 'eyJ-given', aws_role_name: 'r1', aws_session_name: 'me' })).toBe('ASIA');
  expect(asked[0]?.form).toMatchObject({ Action: 'AssumeRoleWithWebIdentity', RoleArn: 'r1', RoleSessionName: 'me', WebIdentityToken: 'eyJ-given' });
  expect(asked[0]?.headers['authorization']).toBeUndefined();
  expect(await keysOf({}, { AWS_WEB_IDENTITY_TOKEN_FILE: `${home}/token`, AWS_ROLE_ARN: 'r2' })).toBe('ASIA');
  expect(asked[0]?.form).toMatchObject({ RoleArn: 'r2', WebIdentityToken: 'eyJ-of-the-file' });
});

test('a container asks where its environment says', async () => {
  const answer = JSON.stringify({ AccessKeyId: 'POD', SecretAccessKey: 's', Token: 't', Expiration: '2099-01-01T00:00:00Z' });
  expect(await keysOf({}, { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials', AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: `${home}/token` }, answer)).toBe('POD');
  expect(asked[0]?.headers['authorization']).toBe('eyJ-of-the-file');
});

test('an answer without keys is told as one', async () => {
  expect(await keysOf({ aws_profile_name: 'prod' }, {}, '<html>')).toBe('upstream_invalid_answer');
});
