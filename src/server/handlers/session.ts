// Signing in to the dashboard and out of it. The cookie that comes of it is of use only to the dashboard's own page.
import { createHmac } from 'node:crypto';
import { fault, type Fault } from '../../canonical/fault.ts';
import { isJsonObject } from '../../lib/json.ts';
import { json, refusal } from '../reply.ts';
import { maxLoginBytes } from '../../lib/bounds.ts';
import { presentedSession, removedCookie, sessionCookie, sessionCookieName, sessionHeader } from '../../access/session-cookie.ts';
import { readBytes } from '../read-body.ts';
import { version } from '../../pipeline/answer-headers.ts';
import type { Credentials } from '../../access/sign-in.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { NewSession } from '../../access/sessions.ts';
import type { AnyReply } from '../../http/reply.ts';
import type { IncomingRequest } from '../../http/incoming.ts';

/** `GET /ui/session`: who is signed in, and how somebody may sign in. Says nothing else to strangers. */
export const showSession: Handler = async (call) => {
  const { signInParts, authenticator, sessions, store } = call.services;
  const sso = call.services.singleSignOn.providers.map(({ name }) => name);
  const methods = { password: signInParts.passwordsRefused !== true, sso, redirect: sso.length > 0 && call.services.config.generalSettings.autoRedirectUiLoginToSso };
  const caller = await authenticator.authenticate(call.request.headers);
  if (!caller.ok) return json({ signed_in: false, methods });
  const token = presentedSession(call.request.headers);
  const session = token === null ? null : await sessions.find(token);
  return json({
    signed_in: true, methods, version, name: session?.name ?? caller.value.name, email: session?.email ?? null, method: session?.method ?? 'key',
    role: caller.value.role === 'key' ? 'internal_user' : caller.value.role, user_id: caller.value.userId, key_hash: caller.value.key?.token ?? null, database: store !== null, open: signInParts.masterKey === null, expires_at: session ? new Date(session.expiresAtMs).toISOString() : null,
  });
};

/** `POST /ui/session` with `{key}` or `{username, password}`. */
export const startSession: Handler = async (call) => {
  if (call.request.headers.get(sessionHeader) === null) return refusal(fault('login_failed', `The header ${sessionHeader} is missing.`), 'openai-chat', call.id);
  const credentials = credentialsOf(await bodyOf(call));
  if (!credentials) return refused(call, fault('parameter_missing', 'Expected {"key"} or {"username", "password"}.'));
  const result = await call.services.signIn.check(credentials, call.address);
  return result.ok ? json({ signed_in: true }, 200, { 'set-cookie': await begin(call, result.value) }) : refused(call, result.fault);
};

/** `DELETE /ui/session`. */
export const endSession: Handler = async ({ request, services }) => {
  const token = presentedSession(request.headers);
  if (token !== null) await services.sessions.end(token);
  return json({ signed_in: false }, 200, { 'set-cookie': removedCookie(sessionCookieName, '/') });
};

/** `POST /v2/login`, as LiteLLM's dashboard and scripts know it: JSON in, JSON with a signed note about the session out. */
export const loginByJson: Handler = async (call) => {
  const body = await bodyOf(call);
  const result = await checkLogin(call, body);
  if ('refused' in result) return result.refused;
  const cookie = await begin(call, result.session);
  return json({ redirect_url: '/ui/?login=success', token: sessionNote(call, result.session) }, 200, { 'set-cookie': cookie });
};

/** `POST /login`: the same from an HTML form, answered by going to the dashboard. */
export const loginByForm: Handler = async (call) => {
  const result = await checkLogin(call, await bodyOf(call));
  if ('refused' in result) return result.refused;
  return new Response(null, { status: 303, headers: { 'location': '/ui/', 'set-cookie': await begin(call, result.session) } });
};

async function checkLogin(call: RouteCall, body: Record<string, unknown>): Promise<{ session: NewSession } | { refused: AnyReply }> {
  // Another site's form must not sign the reader in as somebody else.
  const site = call.request.headers.get('sec-fetch-site');
  const credentials = site === null || site === 'same-origin' || site === 'none' ? credentialsOf(body) : null;
  if (credentials?.kind !== 'password') return { refused: refused(call, fault('login_failed', wrongLogin)) };
  const result = await call.services.signIn.check(credentials, call.address);
  if (result.ok) return { session: result.value };
  const { fault: reason } = result;
  return { refused: refused(call, reason.code === 'login_failed' ? { ...reason, message: wrongLogin } : reason) };
}

/** LiteLLM's sentence. */
const wrongLogin = "Invalid credentials used to access UI. Check 'UI_USERNAME' and 'UI_PASSWORD', or the password set for your user";

/** Starts the session and gives the `Set-Cookie` for it. */
export async function begin({ request, services }: RouteCall, made: NewSession): Promise<string> {
  const before = presentedSession(request.headers);
  if (before !== null) await services.sessions.end(before);
  const { token } = await services.sessions.start(made);
  return sessionCookie(token, isSecure(request, services.publicUrl));
}

/** Whether the reader's browser speaks HTTPS to us, or to the proxy in front of us. */
export function isSecure(request: IncomingRequest, publicUrl: string | null): boolean {
  return (publicUrl ?? request.origin).startsWith('https:');
}

// A token in LiteLLM's form (HS256) that says who signed in. It opens nothing: that is what the cookie is for, which no script can read.
function sessionNote({ services }: RouteCall, { name, email, subject }: NewSession): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { user_id: name, user_email: email, user_role: subject.kind === 'master' ? 'proxy_admin' : 'internal_user', login_method: 'username_password', key: null, premium_user: true, auth_header_name: 'Authorization' };
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', services.signInParts.masterKey ?? '').update(signed).digest('base64url')}`;
}

/** The body of a small request, as JSON or as a form's fields; empty when it is neither. */
export async function bodyOf({ request }: RouteCall): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, maxLoginBytes);
  if (!bytes.ok) return {};
  const text = bytes.value.toString('utf8');
  if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    const body: unknown = JSON.parse(text);
    return isJsonObject(body) ? body : {};
  } catch {
    return {};
  }
}

function credentialsOf(body: Record<string, unknown>): Credentials | null {
  const { key, username, password } = body;
  if (typeof key === 'string' && key !== '') return { kind: 'key', key: key.trim() };
  return typeof username === 'string' && typeof password === 'string' ? { kind: 'password', username, password } : null;
}

const refused = (call: RouteCall, reason: Fault): AnyReply => refusal(reason, call.route.dialect, call.id);
