// Where a request to a provider goes: base URL and path, put together when the configuration is loaded.
import { azureUrl } from './azure.ts';
import type { Provider, Setting } from './provider.ts';

/** Reads a variable of the environment; undefined when it is not set or empty. */
export type ReadVariable = (name: string) => string | undefined;

/** Reads a parameter of the deployment (`litellm_params`), when it is a string. */
export type ReadParameter = (name: string) => string | undefined;

/** A base URL without a slash at the end, or the sentence that says what is missing. */
export type BaseUrl = { ok: true; baseUrl: string } | { ok: false; message: string };

/**
 * The base URL of a deployment: its own `api_base`, else the provider's variable of the environment, else the row's.
 * A base URL that the deployment or the environment gives replaces the row's wholly, but for rows that keep their path behind a bare host.
 */
export function baseUrlOf(provider: Provider, apiBase: string | undefined, parameter: ReadParameter, variable: ReadVariable): BaseUrl {
  const given = apiBase ?? firstSet(provider.baseUrlVariables, variable);
  const isWhole = given !== undefined && !(provider.keepsBasePath && /^https?:\/\/[^/]+\/?$/.test(given));
  if (isWhole && given) return { ok: true, baseUrl: withoutSlash(given) };
  if (provider.baseUrl === null) return { ok: false, message: `Provider "${provider.name}" has no address of its own: set api_base${orVariables(provider.baseUrlVariables)}.` };
  const filled = fillParts(provider, provider.baseUrl, parameter, variable);
  return filled.ok ? { ok: true, baseUrl: given ? withoutSlash(given) + new URL(filled.baseUrl).pathname : filled.baseUrl } : filled;
}

/** An address of the provider's with the parts in braces filled in. */
export function fillParts(provider: Provider, address: string, parameter: ReadParameter, variable: ReadVariable): BaseUrl {
  let baseUrl = address;
  for (const [name, part] of Object.entries(provider.baseUrlParts ?? {})) {
    const value = settingOf(part, parameter, variable);
    if (value === undefined) return { ok: false, message: `Provider "${provider.name}" wants ${part.parameter}${orVariables(part.variables)}.` };
    if (!/^[A-Za-z0-9._-]+$/.test(value)) return { ok: false, message: `${part.parameter} of provider "${provider.name}" may only hold letters, digits, dots, hyphens and underscores.` };
    baseUrl = baseUrl.replaceAll(`{${name}}`, part.write?.(value) ?? value);
  }
  return { ok: true, baseUrl };
}

/** A setting's value: the deployment's parameter, else the environment's, else what stands in for it. */
export const settingOf = (setting: Setting, parameter: ReadParameter, variable: ReadVariable): string | undefined =>
  parameter(setting.parameter) ?? firstSet(setting.variables, variable) ?? setting.otherwise;

/** The whole address of a request: base URL, path, and the provider's own query. */
export function requestUrl(provider: Provider, baseUrl: string, path: string, model: string, parameter: ReadParameter, variable: ReadVariable): string {
  const query = Object.entries(provider.query ?? {}).map(([name, setting]): [string, string | undefined] => [name, settingOf(setting, parameter, variable)]);
  if (provider.addressing === 'azure') return azureUrl(baseUrl, path, model, query[0]?.[1] ?? '');
  const url = endpointUrl(baseUrl, path, model);
  const added = query.filter((entry): entry is [string, string] => entry[1] !== undefined && !new RegExp(`[?&]${entry[0]}=`).test(url));
  return added.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${new URLSearchParams(added).toString()}`;
}

/**
 * The address of an operation. A base URL that already ends with the path is used as it is, and a version that stands at
 * the end of the one and the beginning of the other (`/v1`) is written once. A query of the base URL stays behind the path.
 */
export function endpointUrl(baseUrl: string, path: string, model = ''): string {
  const [base = '', baseQuery] = splitQuery(baseUrl);
  const [pathname = '', pathQuery] = splitQuery(path.replace('{model}', encodeModel(model)).replace('{+model}', encodeSegments(model)));
  const query = [pathQuery, baseQuery].filter((part) => part !== undefined).join('&');
  return (pathname.startsWith('/') ? joinPath(withoutSlash(base), pathname) : pathname) + (query === '' ? '' : `?${query}`);
}

function joinPath(base: string, path: string): string {
  if (base.endsWith(path)) return base;
  const version = /^(\/api)?\/v\d+\w*(?=\/)/.exec(path)?.[0];
  return version !== undefined && base.endsWith(version) ? base + path.slice(version.length) : base + path;
}

/** The first of these variables that is set. */
export function firstSet(names: readonly string[], variable: ReadVariable): string | undefined {
  for (const name of names) {
    const value = variable(name);
    if (value) return value;
  }
  return undefined;
}

const splitQuery = (url: string): [string, string?] => {
  const mark = url.indexOf('?');
  return mark < 0 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
};

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

// A model's name is the configuration's or a client's word: it must not leave its segment. Colons stay (`nova-lite-v1:0`).
const encodeModel = (model: string): string => encodeURIComponent(model).replaceAll('%3A', ':').replaceAll('%40', '@');

// The slashes stay; a segment that would lead elsewhere does not.
const encodeSegments = (model: string): string => model.split('/').filter((segment) => !/^\.*$/.test(segment)).map(encodeModel).join('/');

const orVariables = (names: readonly string[]): string => (names.length > 0 ? ` or ${names.join(' or ')}` : '');
