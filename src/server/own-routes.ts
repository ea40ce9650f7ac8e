// Routes of the configuration's own (`general_settings.pass_through_endpoints`): each passes to an address that the file names. They stand behind
// the table of routes, so that none takes a route of the gateway's away; whoever calls one proves who it is like everywhere, unless the file
// opens it.
import { RouteMatcher } from './route-matcher.ts';
import { toTarget } from './handlers/own-route.ts';
import type { Config, OwnEndpoint } from '../config/config.ts';
import type { Route } from './route.ts';

const everyMethod: readonly Route['method'][] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

const made = new WeakMap<Config, RouteMatcher | null>();

/** The routes of a configuration; null when there are none. */
export function ownRoutes(config: Config): RouteMatcher | null {
  let routes = made.get(config);
  if (routes === undefined) made.set(config, (routes = matcherOf(config)));
  return routes;
}

function matcherOf({ generalSettings }: Config): RouteMatcher | null {
  const endpoints = generalSettings.passThroughEndpoints ?? [];
  return endpoints.length === 0 ? null : new RouteMatcher(endpoints.flatMap((endpoint) => routesOf(endpoint, generalSettings.passThroughRequestTimeoutMs)));
}

function routesOf(endpoint: OwnEndpoint, usualTimeoutMs: number): Route[] {
  const { path, methods, auth, includeSubpath } = endpoint;
  const wanted = (methods ?? []).map((method) => method.toUpperCase());
  const handler = toTarget(endpoint, usualTimeoutMs);
  return everyMethod.filter((method) => wanted.length === 0 || wanted.includes(method)).flatMap((method) =>
    (includeSubpath ? [path, `${path.replace(/\/$/, '')}/{subpath*}`] : [path]).map((at): Route => (
      { method, path: at, access: auth ? 'models.call' : 'public', dialect: 'openai-chat', summary: 'Passes to an address of the configuration', handler })));
}
