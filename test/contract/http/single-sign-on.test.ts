// Signing in through a real OpenID provider on loopback, and what must not be possible on the way.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { freePort, localGateway, type LocalGateway } from '../../support/gateway.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { prepareStore } from '../../../src/store/prepare-store.ts';
import { Provider } from 'oidc-provider';
import type { Server } from 'node:http';
import type { Store } from '../../../src/store/store.ts';

let server: Server;
let issuer: string;
let store: Store;
const base = 'http://weir.test';
const secret = 'secret-of-the-client';
let person = { sub: 'ann-1', email: 'ann@example.test', email_verified: true, name: 'Ann' };

beforeAll(async () => {
  const port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'weir', client_secret: secret, redirect_uris: [`${base}/sso/callback`], response_types: ['code'], grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_post' }],
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ ...person, sub: id }) }),
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: () => '/interaction' },
    ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 60, Session: 60, Grant: 60 },
    cookies: { keys: ['only for this test'] },
  });
  provider.on('server_error', (_context: unknown, error: unknown) => console.error(error));
  // Whoever comes is signed in and agrees: the provider's own pages are not what is tested.
  provider.use(async (context, next) => {
    if (context.path !== '/interaction') return next();
    const details = await provider.interactionDetails(context.req, context.res);
    const grant = new provider.Grant({ accountId: person.sub, clientId: 'weir' });
    grant.addOIDCScope('openid email profile');
    const result = details.prompt.name === 'login' ? { login: { accountId: person.sub } } : { consent: { grantId: await grant.save() } };
    context.redirect(await provider.interactionResult(context.req, context.res, result));
    return undefined;
  });
  server = provider.listen(port, '127.0.0.1');
  store = await openStore('sqlite::memory:', {});
  await prepareStore(store, true);
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await store.close();
});

const environment = (more: Record<string, string> = {}) => ({ GENERIC_CLIENT_ID: 'weir', GENERIC_CLIENT_SECRET: secret, GENERIC_ISSUER: issuer, PROXY_BASE_URL: base, ...more });
const gatewayWith = (more: Record<string, string> = {}, withStore = true): LocalGateway => localGateway('model_list: []', { environment: environment(more), ...(withStore && { store }) });

/** Goes to the provider and back as a browser does; gives the address that it is sent back to. */
async function throughProvider(first: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = first;
  for (let hops = 0; hops < 10; hops++) {
    if (url.startsWith(base)) return url.slice(base.length);
    const response = await fetch(url, { redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';');
      const [name = '', ...value] = pair.split('=');
      cookies.set(name, value.join('='));
    }
    const location = response.headers.get('location');
    if (location === null) throw new Error(`${response.status} ${await response.text()}`);
    url = new URL(location, url).href;
  }
  throw new Error('Too many redirects.');
}

const anonymous = { authorization: 'none' };
const cookieOf = (response: Response, name: string): string => response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '').find((cookie) => cookie.startsWith(`${name}=`)) ?? '';

async function begin(gateway: LocalGateway): Promise<{ url: string; cookie: string }> {
  const response = await gateway.fetch('/sso/key/generate', { headers: anonymous });
  expect(response.status).toBe(303);
  expect(response.headers.getSetCookie()[0]).toMatch(/^weir_sso=[\w-]{43}; Path=\/sso; HttpOnly; SameSite=Lax/);
  return { url: response.headers.get('location') ?? '', cookie: cookieOf(response, 'weir_sso') };
}

const back = (gateway: LocalGateway, path: string, cookie: string): Promise<Response> => gateway.fetch(path, { headers: { ...anonymous, cookie } });
const session = async (gateway: LocalGateway, cookie: string): Promise<Record<string, unknown>> =>
  await (await gateway.fetch('/ui/session', { headers: { ...anonymous, cookie, 'x-weir-session': '1' } })).json() as Record<string, unknown>;

describe('OpenID Connect', () => {
  test('a person signs in, is the same the next time, and is out after signing out', async () => {
    const gateway = gatewayWith();
    const ids = new Set<unknown>();
    for (let times = 0; times < 2; times++) {
      const { url, cookie } = await begin(gateway);
      expect(new URL(url).searchParams.get('code_challenge_method')).toBe('S256');
      expect(new URL(url).searchParams.get('nonce')).toMatch(/^[\w-]{43}$/);
      const done = await back(gateway, await throughProvider(url), cookie);
      expect([done.status, done.headers.get('location')]).toEqual([303, '/ui/']);
      const own = cookieOf(done, 'weir_session');
      expect(done.headers.getSetCookie().join()).toContain('HttpOnly; SameSite=Strict');
      const shown = await session(gateway, own);
      expect(shown).toMatchObject({ signed_in: true, name: 'Ann', email: 'ann@example.test', role: 'internal_user', method: 'sso' });
      ids.add(shown['user_id']);
      expect((await gateway.fetch('/audit', { headers: { ...anonymous, cookie: own, 'x-weir-session': '1' } })).status).toBe(401);
      await gateway.fetch('/ui/session', { method: 'DELETE', headers: { ...anonymous, cookie: own, 'x-weir-session': '1' } });
      expect(await session(gateway, own)).toMatchObject({ signed_in: false });
    }
    expect(ids.size).toBe(1);
  });

  test('a return that was not begun in this browser, a second return, and a forged state are refused', async () => {
    const gateway = gatewayWith();
    const { url, cookie } = await begin(gateway);
    const path = await throughProvider(url);
    const failed = async (response: Promise<Response>): Promise<void> => {
      const answer = await response;
      expect([answer.headers.get('location'), cookieOf(answer, 'weir_session')]).toEqual(['/ui/?sign_in=failed', '']);
    };
    await failed(back(gateway, path, ''));
    await failed(back(gateway, path, `weir_sso=${'A'.repeat(43)}`));
    const other = await begin(gateway);
    await failed(back(gateway, path, other.cookie));
    await failed(back(gateway, path.replace(/state=[^&]+/, 'state=forged'), cookie));
    await failed(back(gateway, path, cookie));
  });

  test('a changed role is felt at once, a deleted user is out', async () => {
    const gateway = gatewayWith();
    const { url, cookie } = await begin(gateway);
    const own = cookieOf(await back(gateway, await throughProvider(url), cookie), 'weir_session');
    const { user_id: id } = await session(gateway, own);
    await store.db.updateTable('users').set({ user_role: 'proxy_admin' }).where('user_id', '=', String(id)).execute();
    await Bun.sleep(2_100);
    expect((await session(gateway, own))['role']).toBe('proxy_admin');
    await store.db.deleteFrom('users').where('user_id', '=', String(id)).execute();
    await Bun.sleep(2_100);
    expect(await session(gateway, own)).toMatchObject({ signed_in: false });
  });

  test('who is outside of the allowed domains stays out; PROXY_ADMIN_ID is an administrator, also without a database', async () => {
    person = { sub: 'eve-1', email: 'eve@elsewhere.test', email_verified: true, name: 'Eve' };
    const strict = gatewayWith({ ALLOWED_EMAIL_DOMAINS: 'example.test' });
    const first = await begin(strict);
    expect((await back(strict, await throughProvider(first.url), first.cookie)).headers.get('location')).toBe('/ui/?sign_in=unknown');
    const admin = gatewayWith({ PROXY_ADMIN_ID: 'EVE@elsewhere.test' }, false);
    const second = await begin(admin);
    const own = cookieOf(await back(admin, await throughProvider(second.url), second.cookie), 'weir_session');
    expect(await session(admin, own)).toMatchObject({ signed_in: true, role: 'proxy_admin', name: 'Eve' });
    person = { ...person, email_verified: false };
    const third = await begin(admin);
    expect((await back(admin, await throughProvider(third.url), third.cookie)).headers.get('location')).toBe('/ui/?sign_in=unknown');
  });
});
