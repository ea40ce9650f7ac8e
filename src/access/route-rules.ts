// Which routes a key may call (`allowed_routes`): paths, patterns with `*`, and LiteLLM's names for groups of routes.
import type { Action } from './permissions.ts';
import type { Config } from '../config/config.ts';

/** The compiled routes of a key. */
export interface RouteRules {
  /** As they were given, for the refusal's text. */
  readonly given: readonly string[];
  allows(path: string, action: Action): boolean;
}

const calls: ReadonlySet<Action> = new Set<Action>(['models.call', 'models.list', 'provider.call']);
const looks: ReadonlySet<Action> = new Set<Action>(['key.read', 'key.list', 'user.read', 'team.read', 'organization.read', 'project.read', 'model.read', 'models.list', 'spend.read', 'gateway.look']);
const isManagement = (action: Action): boolean => !calls.has(action) || action === 'models.list';

const groups: Readonly<Record<string, (path: string, action: Action) => boolean>> = {
  llm_api_routes: (_path, action) => calls.has(action),
  openai_routes: (path, action) => calls.has(action) && !/\/messages|\/v1beta\/|:generateContent|^\/(anthropic|gemini|mistral|cohere|openrouter)\//.test(path),
  anthropic_routes: (path, action) => calls.has(action) && (path.startsWith('/v1/messages') || path.startsWith('/anthropic/')),
  google_routes: (path, action) => calls.has(action) && (/^\/v1beta\/|:(stream)?[gG]enerateContent|:countTokens/.test(path) || path.startsWith('/gemini/')),
  passthrough_routes: (_path, action) => action === 'provider.call',
  mapped_pass_through_routes: (_path, action) => action === 'provider.call',
  mcp_routes: (path) => /^\/(v1\/)?mcp/.test(path),
  management_routes: (_path, action) => isManagement(action),
  key_management_routes: (path) => path.startsWith('/key/'),
  info_routes: (_path, action) => looks.has(action),
  spend_tracking_routes: (_path, action) => action.startsWith('spend.'),
  self_managed_routes: (_path, action) => action.startsWith('team.') || action.startsWith('user.') || action.startsWith('key.'),
};

/** The routes of `key_type`. */
export const routesOfKeyType: Readonly<Record<string, readonly string[]>> = {
  llm_api: ['llm_api_routes'], management: ['management_routes'], read_only: ['info_routes'], default: [],
};

/** Compiles a list; null when it is empty, which means no restriction. */
export function routeRules(given: readonly string[]): RouteRules | null {
  if (given.length === 0) return null;
  const tests = given.map(testFor);
  return { given, allows: (path, action) => tests.some((test) => test(path, action)) };
}

/** Routes that the configuration closes, and those that it opens to callers without a key (`public_routes`); null: none. */
export interface ConfiguredRoutes {
  allowed: RouteRules | null;
  adminOnly: RouteRules | null;
  open: RouteRules | null;
}

/** Reads them from the configuration. */
export const configuredRoutes = ({ generalSettings, litellmSettings }: Config): ConfiguredRoutes => ({
  allowed: routeRules(generalSettings.allowedRoutes ?? []),
  adminOnly: routeRules(generalSettings.adminOnlyRoutes ?? []),
  open: routeRules([...generalSettings.publicRoutes ?? [], ...litellmSettings.publicRoutes ?? []]),
});

/** What both permit; null restricts nothing. */
export function bothRules(one: RouteRules | null, other: RouteRules | null): RouteRules | null {
  if (!one || !other) return one ?? other;
  return { given: other.given, allows: (path, action) => one.allows(path, action) && other.allows(path, action) };
}

/** True when everything that `child` permits is permitted by `parent` too; both as they are stored. */
export function routesWithin(child: readonly string[], parent: readonly string[]): boolean {
  if (parent.length === 0 || parent.includes('*') || parent.includes('/*')) return true;
  if (child.length === 0) return false;
  return child.every((entry) => parent.includes(entry) || parent.some((over) => over.endsWith('*') && entry.startsWith(over.slice(0, -1)) && entry.startsWith('/')));
}

function testFor(entry: string): (path: string, action: Action) => boolean {
  const group = Object.hasOwn(groups, entry) ? groups[entry] : undefined;
  if (group) return group;
  if (entry === '*') return () => true;
  if (!/[*{]/.test(entry)) return (path) => path === entry;
  const source = entry.replace(/[.+?^$()|[\]\\]/g, String.raw`\$&`).replace(/\{[^}]*\}/g, '[^/]+').replace(/\*+/g, '.*');
  const pattern = new RegExp(`^${source}$`);
  return (path) => pattern.test(path);
}
