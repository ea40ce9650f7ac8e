// A service principal of Databricks: its id and secret give a token that lives for an hour, at the workspace itself.
// https://docs.databricks.com/dev-tools/auth/oauth-m2m
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { KeptToken, type Expiring } from './kept-token.ts';
import { numberAt, stringAt } from '../../lib/json.ts';
import { askJson, expiryOf } from './token-request.ts';
import { bearer, impossible, type SignIn, type SignInSettings } from './sign-in.ts';
import type { Send } from '../../http/provider-response.ts';

/** Signs requests in with a token; null where no service principal is named, or a key stands in the deployment itself. */
export function databricksSignIn(settings: SignInSettings, baseUrl: string): SignIn | null {
  const variable = settings.unset('client_secret');
  if (variable !== undefined) return impossible(`The variable ${variable}, which the configuration names as this model's client_secret, is not set in the gateway's environment.`);
  const [client, secret] = [settings.value('client_id', 'DATABRICKS_CLIENT_ID'), settings.value('client_secret', 'DATABRICKS_CLIENT_SECRET')];
  if (client === undefined || secret === undefined || !URL.canParse(baseUrl)) return null;
  if (settings.own('api_key') !== undefined && settings.own('client_secret') === undefined) return null;
  const url = `${new URL(baseUrl).origin}/oidc/v1/token`;
  const token = new KeptToken((send) => fetchToken(url, client, secret, send));
  return bearer((send) => token.get(send));
}

async function fetchToken(url: string, client: string, secret: string, send: Send): Promise<Result<Expiring<string>>> {
  const basic = Buffer.from(`${client}:${secret}`).toString('base64');
  const answer = await askJson(send, {
    url, headers: { authorization: `Basic ${basic}` }, form: { grant_type: 'client_credentials', scope: 'all-apis' }, service: 'Databricks', secrets: [secret, basic],
  });
  if (!answer.ok) return answer;
  const token = stringAt(answer.value, 'access_token');
  return token === undefined ? fail(fault('upstream_invalid_answer', 'Databricks answered without a token.')) : ok({ value: token, expiresMs: expiryOf(numberAt(answer.value, 'expires_in')) });
}
