// The way to an identity provider and back, under the paths that LiteLLM's installations have registered with theirs.
import { begin, isSecure } from './session.ts';
import { cookieValue, removedCookie, ssoCookie, ssoCookieName } from '../../access/session-cookie.ts';
import { masterDigestOf, type NewSession } from '../../access/sessions.ts';
import { ssoTimeoutMs } from '../../lib/bounds.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { Identity } from '../../access/sso/exchange.ts';
import type { SsoProviderName } from '../../access/sso/provider-table.ts';
import type { AnyReply } from '../../http/reply.ts';

const names: readonly string[] = ['google', 'microsoft', 'github', 'generic'] satisfies SsoProviderName[];

/** `GET /sso/key/generate`, with `?provider=` where there are several. Without single sign-on it leads to the sign-in page, as in LiteLLM. */
export const startSso: Handler = async (call) => {
  const { request, search, services } = call;
  const asked = new URLSearchParams(search).get('provider');
  const name = asked !== null && names.includes(asked) ? asked as SsoProviderName : null;
  try {
    const begun = await services.singleSignOn.begin(name, `${baseUrlOf(call)}/sso/callback`);
    if (!begun) return signInPage();
    return redirect(begun.url, ssoCookie(begun.token, isSecure(request, services.publicUrl), ssoTimeoutMs / 1000));
  } catch (error) {
    return failed(call, error);
  }
};

/** `GET /fallback/login`, and where there is no identity provider: a page that leads to signing in. LiteLLM answers with a page too, not with a redirect. */
export const signInPage = (): Response => new Response(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="0; url=/ui/"><title>Weir</title></head>
<body><p><a href="/ui/">Sign in</a> · <a href="/ui/" lang="zh-CN">登录</a></p></body></html>
`, { headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; frame-ancestors 'none'", 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'cache-control': 'no-store' } });

/** `GET /sso/callback`: where the identity provider sends the browser back to. */
export const finishSso: Handler = async (call) => {
  const { request, search, services } = call;
  try {
    const { identity } = await services.singleSignOn.finish(cookieValue(request.headers, ssoCookieName), search);
    const session = await sessionOf(call, identity);
    if (!session) return redirect('/ui/?sign_in=unknown', removedCookie(ssoCookieName, '/sso'));
    const response = redirect('/ui/', removedCookie(ssoCookieName, '/sso'));
    response.headers.append('set-cookie', await begin(call, session));
    return response;
  } catch (error) {
    return failed(call, error);
  }
};

/** `GET /sso/readiness`. */
export const ssoReadiness: Handler = ({ services }) => Response.json({
  status: 'healthy', message: services.singleSignOn.providers.length > 0 ? 'SSO is configured' : 'No SSO provider configured',
  sso_configured: services.singleSignOn.providers.length > 0, provider: services.singleSignOn.providers[0]?.name ?? null,
});

/** Who signed in, as somebody whom this installation knows. Null for a stranger. */
async function sessionOf({ services }: RouteCall, identity: Identity): Promise<NewSession | null> {
  const { ssoRules, signInParts, accounts } = services;
  const { id, email, name } = identity;
  const isAdmin = ssoRules.admin !== null && (ssoRules.admin === id || ssoRules.admin.toLowerCase() === email?.toLowerCase());
  if (accounts) return accounts.ofIdentity(identity, isAdmin, isAllowed(email, ssoRules.domains));
  return isAdmin ? { subject: { kind: 'master', masterDigest: masterDigestOf(signInParts.masterKey ?? '') }, name, email, method: 'sso' } : null;
}

function isAllowed(email: string | null, domains: readonly string[] | null): boolean {
  if (domains === null) return true;
  return email !== null && domains.includes(email.toLowerCase().split('@').at(-1) ?? '');
}

function baseUrlOf({ request, services }: RouteCall): string {
  return services.publicUrl ?? request.origin;
}

function failed({ services, id }: RouteCall, error: unknown): AnyReply {
  services.logger.warn('a single sign-on failed', { request_id: id, error: error instanceof Error ? error.message : String(error) });
  return redirect('/ui/?sign_in=failed', removedCookie(ssoCookieName, '/sso'));
}

function redirect(location: string, cookie?: string): AnyReply {
  return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store', ...(cookie !== undefined && { 'set-cookie': cookie }) } });
}
