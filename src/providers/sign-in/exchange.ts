// Providers that give a short-lived token for the key, each at an address of its own.
import { homedir } from 'node:os';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import type { Send } from '../../http/provider-response.ts';
import { numberAt, parseJsonObject, stringAt, type JsonObject } from '../../lib/json.ts';
import { textOfFile } from './file-text.ts';
import { KeptToken, type Expiring } from './kept-token.ts';
import { bearer, impossible, type SignIn, type SignInSettings } from './sign-in.ts';
import { askJson, expiryOf, type TokenRequest } from './token-request.ts';
import type { ExchangeScheme } from '../provider.ts';

/** How one provider gives tokens. */
interface Exchange {
  request(key: string, settings: SignInSettings): TokenRequest;
  /** The key where it lies in a file: the path of one that LiteLLM's sign-in leaves. */
  keyFile?(settings: SignInSettings): string;
  /** The key where it is put together from the environment. */
  keyOf?(settings: SignInSettings): string | undefined;
  token: string;
  /** The end in milliseconds since the epoch. */
  expiresMs(answer: JsonObject): number;
  /** A token that is there already, and the word before it. */
  given?(settings: SignInSettings): { token: string; scheme?: string } | undefined;
}

const inSeconds = (answer: JsonObject): number => expiryOf(numberAt(answer, 'expires_in'));

const exchanges: Readonly<Record<ExchangeScheme, Exchange>> = {
  // https://cloud.ibm.com/docs/account?topic=account-iamtoken_from_apikey
  'ibm-iam': {
    request: (key, settings) => ({
      url: settings.variable('WATSONX_IAM_URL') ?? 'https://iam.cloud.ibm.com/identity/token', service: 'IBM IAM', secrets: [key],
      form: { grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: key },
    }),
    token: 'access_token', expiresMs: inSeconds,
    given(settings) {
      const zen = settings.value('zen_api_key', 'WATSONX_ZENAPIKEY');
      if (zen !== undefined) return { token: zen, scheme: 'ZenApiKey' };
      const token = settings.value('token', 'WATSONX_TOKEN', 'WX_TOKEN');
      return token === undefined ? undefined : { token };
    },
  },
  // The key is the OAuth token that a GitHub sign-in for Copilot gives; LiteLLM's leaves it in a file.
  'github-copilot': {
    keyFile: (settings) => `${settings.variable('GITHUB_COPILOT_TOKEN_DIR') ?? `${settings.variable('HOME') ?? homedir()}/.config/litellm/github_copilot`}/${settings.variable('GITHUB_COPILOT_ACCESS_TOKEN_FILE') ?? 'access-token'}`,
    request: (key, settings) => ({
      url: settings.variable('GITHUB_COPILOT_API_KEY_URL') ?? 'https://api.github.com/copilot_internal/v2/token', method: 'GET', service: 'GitHub', secrets: [key],
      headers: { 'authorization': `token ${key}`, 'editor-version': 'vscode/1.95.0', 'editor-plugin-version': 'copilot/1.155.0', 'user-agent': 'GithubCopilot/1.155.0' },
    }),
    token: 'token', expiresMs: (answer) => (numberAt(answer, 'expires_at') ?? 0) * 1000 || expiryOf(1500),
  },
  // https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-token
  'gigachat': {
    request: (key, settings) => ({
      url: settings.variable('GIGACHAT_AUTH_URL') ?? 'https://ngw.devices.sberbank.ru:9443/api/v2/oauth', service: 'GigaChat', secrets: [key],
      headers: { authorization: `Basic ${key}`, RqUID: crypto.randomUUID() }, form: { scope: settings.value('gigachat_scope', 'GIGACHAT_SCOPE') ?? 'GIGACHAT_API_PERS' },
    }),
    token: 'access_token', expiresMs: (answer) => numberAt(answer, 'expires_at') ?? expiryOf(1800),
    given(settings) {
      const token = settings.variable('GIGACHAT_ACCESS_TOKEN');
      return token === undefined ? undefined : { token };
    },
  },
  // The key is a service key: JSON with an id, a secret and the address of their token service.
  // https://help.sap.com/docs/sap-ai-core/sap-ai-core-service-guide/use-service-key
  'sap': {
    keyOf: (settings) => {
      const [id, secret, url] = ['CLIENT_ID', 'CLIENT_SECRET', 'AUTH_URL'].map((name) => settings.variable(`AICORE_${name}`));
      return id !== undefined && secret !== undefined && url !== undefined ? JSON.stringify({ clientid: id, clientsecret: secret, url }) : undefined;
    },
    request: (key) => {
      const service = parseJsonObject(key);
      const [id, secret, url = ''] = ['clientid', 'clientsecret', 'url'].map((name) => stringAt(service, name));
      return { url: `${url.replace(/\/+$|\/oauth\/token$/g, '')}/oauth/token`, service: 'SAP', secrets: [key, secret], form: { grant_type: 'client_credentials', client_id: id, client_secret: secret } };
    },
    token: 'access_token', expiresMs: inSeconds,
  },
};

/** Signs requests in with a token that this scheme gives for the key. */
export function exchangeSignIn(scheme: ExchangeScheme, settings: SignInSettings, missingKey: string): SignIn {
  const exchange = exchanges[scheme];
  const given = settings.apiKey === undefined ? exchange.given?.(settings) : undefined;
  if (given) return bearer(() => Promise.resolve(ok(given.token)), given.scheme);
  const key = settings.apiKey ?? exchange.keyOf?.(settings) ?? (exchange.keyFile && textOfFile(exchange.keyFile(settings)));
  if (!key) return impossible(missingKey);
  const token = new KeptToken((send) => fetchToken(exchange, key, settings, send));
  return bearer((send) => token.get(send));
}

async function fetchToken(exchange: Exchange, key: string, settings: SignInSettings, send: Send): Promise<Result<Expiring<string>>> {
  const request = exchange.request(key, settings);
  const answer = await askJson(send, request);
  if (!answer.ok) return answer;
  const token = stringAt(answer.value, exchange.token);
  return token === undefined ? fail(fault('upstream_invalid_answer', `${request.service} answered without a token.`)) : ok({ value: token, expiresMs: exchange.expiresMs(answer.value) });
}
