// Tokens of Microsoft Entra ID for Azure: given, or got with an application's secret, its federated token, or a user's password.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import type { Send } from '../../http/provider-response.ts';
import { numberAt, stringAt } from '../../lib/json.ts';
import { textOfFile } from './file-text.ts';
import { KeptToken, type Expiring } from './kept-token.ts';
import { bearer, impossible, type SignIn, type SignInSettings } from './sign-in.ts';
import { askJson, expiryOf } from './token-request.ts';

/** Signs requests in with a token; null where the deployment has a plain key or nothing for Entra. */
export function entraSignIn(settings: SignInSettings): SignIn | null {
  for (const parameter of ['azure_ad_token', 'client_secret', 'azure_password']) {
    const variable = settings.unset(parameter);
    if (variable !== undefined) return impossible(`The variable ${variable}, which the configuration names as this model's ${parameter}, is not set in the gateway's environment.`);
  }
  const names = ['azure_ad_token', 'tenant_id', 'client_secret', 'azure_username'];
  const isOwn = names.some((name) => settings.own(name) !== undefined);
  if (settings.apiKey !== undefined && !isOwn) return null;
  const given = settings.value('azure_ad_token', 'AZURE_AD_TOKEN');
  if (given !== undefined) return bearer(() => Promise.resolve(ok(given)));
  const [tenant, client] = [settings.value('tenant_id', 'AZURE_TENANT_ID'), settings.value('client_id', 'AZURE_CLIENT_ID')];
  if (tenant === undefined || client === undefined) return null;
  const grant = grantOf(settings);
  if (!grant) return null;
  const token = new KeptToken((send) => fetchToken(settings, tenant, client, grant(), send));
  return bearer((send) => token.get(send));
}

type Form = Record<string, string | undefined>;

// Made for each fetch: a federated token's file is written anew from time to time.
function grantOf(settings: SignInSettings): (() => Form) | null {
  const secret = settings.value('client_secret', 'AZURE_CLIENT_SECRET');
  const [username, password] = [settings.value('azure_username', 'AZURE_USERNAME'), settings.value('azure_password', 'AZURE_PASSWORD')];
  if (username !== undefined && password !== undefined) return () => ({ grant_type: 'password', username, password, client_secret: secret });
  if (secret !== undefined) return () => ({ grant_type: 'client_credentials', client_secret: secret });
  const file = settings.variable('AZURE_FEDERATED_TOKEN_FILE');
  if (file === undefined) return null;
  return () => ({
    grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: textOfFile(file),
  });
}

async function fetchToken(settings: SignInSettings, tenant: string, client: string, grant: Form, send: Send): Promise<Result<Expiring<string>>> {
  const authority = (settings.variable('AZURE_AUTHORITY_HOST') ?? 'https://login.microsoftonline.com').replace(/\/+$/, '');
  const scope = settings.value('azure_scope', 'AZURE_SCOPE') ?? 'https://cognitiveservices.azure.com/.default';
  const answer = await askJson(send, {
    url: `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, form: { client_id: client, scope, ...grant }, service: 'Microsoft Entra ID',
    secrets: [grant['client_secret'], grant['client_assertion'], grant['password']],
  });
  if (!answer.ok) return answer;
  const token = stringAt(answer.value, 'access_token');
  if (token === undefined) return fail(fault('upstream_invalid_answer', 'Microsoft Entra ID answered without a token.'));
  return ok({ value: token, expiresMs: expiryOf(numberAt(answer.value, 'expires_in')) });
}
