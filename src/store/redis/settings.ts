// Where Redis is: LiteLLM's settings for it, in the order in which they are believed, and its `REDIS_…` variables.
import type { Config, Secret } from '../../config/config.ts';
import type { JsonValue } from '../../config/tree.ts';

/** How to reach Redis. */
export interface RedisSettings {
  /** `redis://` or `rediss://`, with user, password and number of the database. A secret: never logged. */
  url: string;
  /** The same without what is secret, for people. */
  shown: string;
  /** Nodes of a cluster, `host:port`; empty: no cluster. */
  clusterNodes: readonly string[];
  /** Sentinels and the name of the master that they watch; null: none. */
  sentinel: { nodes: readonly string[]; service: string; password: string | null } | null;
}

/** The parts of an address as the settings spell them. All may be missing. */
interface Parts {
  url?: Secret | undefined;
  host?: string | undefined;
  port?: number | undefined;
  username?: string | undefined;
  password?: Secret | undefined;
  db?: number | undefined;
  ssl?: boolean | undefined;
  clusterNodes?: JsonValue | undefined;
  sentinelNodes?: JsonValue | undefined;
  sentinelPassword?: Secret | undefined;
  service?: string | undefined;
}

/** The Redis of the response cache: `cache_params`, filled up from `REDIS_…`; null when neither names one. */
export function cacheRedisSettings(config: Config): RedisSettings | null {
  const { litellmSettings, routing } = config;
  const params = litellmSettings.cacheParams ?? (routing.cacheResponses ? routing.cacheKwargs : undefined);
  // LiteLLM's router keeps answers in its own Redis, where it keeps any.
  if (routing.cacheResponses && !litellmSettings.cache) {
    const own = routerRedis(config);
    if (own) return own;
  }
  return resolve({
    url: params?.url, host: params?.host, port: params?.port, username: params?.username, password: params?.password, db: params?.db, ssl: params?.ssl,
    clusterNodes: params?.redisStartupNodes, sentinelNodes: params?.sentinelNodes, sentinelPassword: params?.sentinelPassword, service: params?.serviceName,
  }, config);
}

/**
 * The Redis through which several gateways share counters, sessions and health: `general_settings.coordination_redis`, else
 * `router_settings.redis_…`, else the one of the response cache, else what `REDIS_…` variables name. Null when none is named.
 */
export function sharedRedisSettings(config: Config): RedisSettings | null {
  const { coordinationRedis } = config.generalSettings;
  if (coordinationRedis !== undefined) return resolve(partsOf(coordinationRedis), config);
  return routerRedis(config) ?? cacheRedisSettings(config);
}

/** `router_settings.redis_…`. */
function routerRedis(config: Config): RedisSettings | null {
  const router = config.routerSettings;
  if (router.redisHost !== undefined || router.redisUrl.kind === 'value') {
    return resolve({
      url: router.redisUrl, host: router.redisHost, port: router.redisPort, username: router.redisUsername, password: router.redisPassword, db: router.redisDb, ssl: router.redisSsl,
    }, config);
  }
  return null;
}

function partsOf(map: Readonly<Record<string, JsonValue>>): Parts {
  const text = (name: string): string | undefined => (typeof map[name] === 'string' || typeof map[name] === 'number' ? String(map[name]) : undefined);
  const secret = (name: string): Secret => {
    const value = text(name);
    return value === undefined ? { kind: 'none' } : { kind: 'value', value };
  };
  const port = Number(text('port') ?? Number.NaN);
  const db = Number(text('db') ?? Number.NaN);
  return {
    url: secret('url'), host: text('host'), username: text('username'), password: secret('password'), ssl: map['ssl'] === true,
    ...(Number.isInteger(port) && { port }), ...(Number.isInteger(db) && { db }),
    clusterNodes: map['startup_nodes'] ?? map['redis_startup_nodes'], sentinelNodes: map['sentinel_nodes'], sentinelPassword: secret('sentinel_password'), service: text('service_name'),
  };
}

function resolve(parts: Parts, config: Config): RedisSettings | null {
  const variable = (name: string): string | undefined => config.environmentValue(name) || undefined;
  const clusterNodes = nodesOf(parts.clusterNodes ?? json(variable('REDIS_CLUSTER_NODES')));
  const sentinelNodes = nodesOf(parts.sentinelNodes ?? json(variable('REDIS_SENTINEL_NODES')));
  const service = parts.service ?? variable('REDIS_SERVICE_NAME');
  const password = secretText(parts.password) ?? variable('REDIS_PASSWORD');
  const given = secretText(parts.url) ?? (parts.host === undefined ? variable('REDIS_URL') : undefined);
  const host = parts.host ?? variable('REDIS_HOST') ?? [...clusterNodes, ...sentinelNodes][0]?.replace(/:\d+$/, '');
  const url = given === undefined ? host === undefined ? null : addressOf({ ...parts, host, password }, variable) : parse(given);
  if (!url) return null;
  const sentinel = sentinelNodes.length > 0 && service !== undefined
    ? { nodes: sentinelNodes, service, password: secretText(parts.sentinelPassword) ?? variable('REDIS_SENTINEL_PASSWORD') ?? null } : null;
  const shown = sentinel ? `${service} at ${sentinelNodes.join(', ')}` : clusterNodes.length > 0 ? clusterNodes.join(', ') : `${url.hostname}:${url.port || '6379'}`;
  return { url: url.href, shown, clusterNodes, sentinel };
}

function addressOf(parts: Omit<Parts, 'password'> & { host: string; password: string | undefined }, variable: (name: string) => string | undefined): URL | null {
  const encrypted = parts.ssl ?? variable('REDIS_SSL')?.toLowerCase() === 'true';
  const host = parts.host.includes(':') && !parts.host.startsWith('[') ? `[${parts.host}]` : parts.host;
  const url = parse(`${encrypted ? 'rediss' : 'redis'}://${host}:${parts.port ?? variable('REDIS_PORT') ?? '6379'}`);
  if (!url) return null;
  url.username = encodeURIComponent(parts.username ?? variable('REDIS_USERNAME') ?? '');
  url.password = encodeURIComponent(parts.password ?? '');
  const db = parts.db ?? variable('REDIS_DB');
  if (db !== undefined) url.pathname = `/${db}`;
  return url;
}

const parse = (text: string): URL | null => (URL.canParse(text) ? new URL(text) : null);
const secretText = (secret: Secret | undefined): string | undefined => (secret?.kind === 'value' && secret.value !== '' ? secret.value : undefined);

function json(text: string | undefined): JsonValue | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

// LiteLLM writes nodes as `{host, port}` or as `[host, port]`.
function nodesOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((node: unknown) => {
    if (Array.isArray(node) && node.length === 2) return [`${String(node[0])}:${String(node[1])}`];
    if (typeof node !== 'object' || node === null || !('host' in node)) return [];
    return [`${String(node.host)}:${'port' in node ? String(node.port) : '6379'}`];
  });
}
