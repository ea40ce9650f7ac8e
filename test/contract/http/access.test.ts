// Who may call what: every route of the table is called without a key, with a wrong one and, where it is for administrators, that is checked.
// A new route that lets anybody in fails here until it is put on the list on purpose.
import { expect, test } from 'bun:test';
import { localGateway } from '../../support/gateway.ts';
import { routes } from '../../../src/server/routes.ts';
import { RouteMatcher } from '../../../src/server/route-matcher.ts';

const { fetch } = localGateway('model_list: []');

// What gives nothing away, and signing in, for which there is no key yet.
const open = new Set([
  'GET /', 'GET /test', 'GET /health/liveliness', 'GET /health/liveness', 'GET /health/readiness', 'GET /health/drain', 'GET /public/model_hub', 'GET /public/model_hub/info', 'GET /public/agent_hub', 'GET /public/providers', 'GET /public/litellm_model_cost_map', 'GET /public/prices',
  'GET /get_image', 'GET /get_favicon', 'GET /get_logo_url', 'GET /get/ui_theme_settings', 'GET /public/mcp_hub', 'GET /chat/shared/{token}', 'GET /.well-known/litellm-ui-config', 'GET /litellm/.well-known/litellm-ui-config', 'POST /login', 'POST /v2/login', 'POST /fallback/login', 'GET /fallback/login',
  // The dashboard's own files, and signing in to it: who is a stranger learns no more than how to sign in.
  'GET /ui', 'GET /ui/', 'GET /ui/{path*}', 'GET /ui/session', 'POST /ui/session', 'DELETE /ui/session', 'GET /sso/key/generate', 'GET /sso/callback', 'GET /ui/invitation/{id}', 'POST /ui/invitation/{id}',
  // A conversation that its owner shared by a token that nobody guesses.
  'GET /chat/shared/{token}',
]);
const nameOf = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`;
const sample = (path: string): string => path.replace(/\{\w+\*?\}/g, 'x');

test('without a key only the listed routes answer', async () => {
  const answered: string[] = [];
  for (const route of routes) {
    const response = await fetch(sample(route.path), { method: route.method, headers: { authorization: 'none' } });
    if (route.access === 'public') answered.push(nameOf(route));
    else expect([nameOf(route), response.status]).toEqual([nameOf(route), 401]);
  }
  expect(new Set(answered)).toEqual(open);
});

test('a wrong key opens nothing', async () => {
  for (const route of routes.filter(({ access }) => access !== 'public')) {
    const response = await fetch(sample(route.path), { method: route.method, headers: { authorization: 'Bearer sk-wrong' } });
    expect([nameOf(route), response.status]).toEqual([nameOf(route), 401]);
  }
});

test('no row hides another', () => {
  const matcher = new RouteMatcher(routes);
  const hidden = routes.filter((route) => {
    const match = matcher.match(route.method, sample(route.path));
    return match.kind !== 'route' || (match.route !== route && match.route.handler !== route.handler);
  }).map(nameOf);
  expect(hidden).toEqual([]);
});

test('routes that the configuration closes are closed, also for the master key', async () => {
  const closed = localGateway('model_list: []\ngeneral_settings: {allowed_routes: [llm_api_routes, /model/info], enforce_user_param: true}');
  expect((await closed.fetch('/v1/models')).status).toBe(200);
  expect((await closed.fetch('/model/info')).status).toBe(200);
  expect((await closed.fetch('/key/list')).status).toBe(403);
  expect((await closed.fetch('/health/liveliness', { headers: { authorization: 'none' } })).status).toBe(200);
  const nobody = await closed.post('/v1/chat/completions', { model: 'm', messages: [] });
  expect([nobody.status, await nobody.text()]).toEqual([400, expect.stringContaining('user')]);
});
