// The cookies of the dashboard: scripts cannot read them, other sites' pages cannot make the browser send them.
import type { RequestHeaders } from '../http/incoming.ts';

/** Name of the cookie of a sign-in. */
export const sessionCookieName = 'weir_session';
/** Name of the cookie that ties the way to an identity provider and back to one browser. */
export const ssoCookieName = 'weir_sso';
/**
 * The header without which a cookie counts for nothing. A page of another site cannot set it without asking first, and the answer to
 * that question (src/server/cors.ts) does not allow it.
 */
export const sessionHeader = 'x-weir-session';

const tokenForm = /^[\w-]{43}$/;

/** The name of the session that a request presents, or null. Only for requests that prove to come from our own page. */
export function presentedSession(headers: RequestHeaders): string | null {
  if (headers.get(sessionHeader) === null) return null;
  const site = headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') return null;
  const token = cookieValue(headers, sessionCookieName);
  return token !== null && tokenForm.test(token) ? token : null;
}

/** A cookie's value, or null. */
export function cookieValue(headers: RequestHeaders, name: string): string | null {
  for (const part of (headers.get('cookie') ?? '').split(';')) {
    const [key = '', ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return null;
}

/** `Set-Cookie` for a session. Its end is the server's affair: a cookie without one goes when the browser closes. */
export function sessionCookie(token: string, secure: boolean): string {
  return `${sessionCookieName}=${token}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** `Set-Cookie` that removes a cookie. */
export function removedCookie(name: string, path: string): string {
  return `${name}=; Path=${path}; HttpOnly; SameSite=Strict; Max-Age=0`;
}

/** `Set-Cookie` for the way to an identity provider and back, which ends in a navigation that comes from another site. */
export function ssoCookie(token: string, secure: boolean, maxAgeSeconds: number): string {
  return `${ssoCookieName}=${token}; Path=/sso; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`;
}
