// The headers of an answer: LiteLLM's `x-litellm-*`, and the provider's own behind `llm_provider-`. What does not depend on the
// request is put together once for each deployment.
import packageJson from '../../package.json' with { type: 'json' };
import type { Cost } from '../accounting/cost.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { ProviderHeaders } from '../http/provider-response.ts';
import type { Exchange } from './exchange.ts';
import { FixedHeaders, ReplyHeaders } from '../http/reply.ts';
import { thousandths } from '../lib/thousandths.ts';

/** Weir's version. */
export const version: string = packageJson.version;

/** With and without the headers of a cost that is not zero, which each answer has its own way. */
interface Usual {
  free: FixedHeaders;
  priced: FixedHeaders;
}

const fixedHeaders = new WeakMap<Deployment, Map<string, Usual>>();
// Never passed on from a provider: what sets cookies, authenticates, or describes a body that is not the one we send.
const deniedNames = new Set([
  'set-cookie', 'set-cookie2', 'authorization', 'proxy-authenticate', 'proxy-authorization', 'www-authenticate', 'cookie',
  'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'content-encoding', 'alt-svc', 'strict-transport-security', 'server-timing',
  'report-to', 'nel', 'access-control-allow-origin', 'access-control-allow-credentials', 'access-control-expose-headers',
]);
const deniedWords = /key|secret|token$|cookie/i;
const rateLimitTokens = /ratelimit/i;
// Shorter keys stand in no header by themselves; they are placeholders for servers that want none.
const shortestSecret = 8;

// What an answer usually says, put together once for each deployment and group: copying it is much cheaper than building it.
function usualHeaders(deployment: Deployment, group: string): Usual {
  const byGroup = fixedHeaders.get(deployment) ?? new Map<string, Usual>();
  fixedHeaders.set(deployment, byGroup);
  let headers = byGroup.get(group);
  if (!headers) {
    const always = {
      'x-litellm-model-id': headerText(deployment.id),
      'x-litellm-model-api-base': headerText(deployment.apiBase),
      'x-litellm-model-name': headerText(deployment.fullName),
      'x-litellm-model-group': headerText(group),
      'x-litellm-version': version,
      'x-litellm-attempted-retries': '0',
      'x-litellm-attempted-fallbacks': '0',
      'x-litellm-callback-duration-ms': '0',
      'x-litellm-response-cost-discount-amount': '0',
      'x-litellm-response-cost-margin-amount': '0',
      'x-litellm-response-cost-margin-percent': '0',
      'x-litellm-response-cost-tool-usage': '0',
      'content-type': 'application/json',
    };
    headers = {
      free: new FixedHeaders({ ...always, 'x-litellm-response-cost-original': '0', 'x-litellm-response-cost-input': '0', 'x-litellm-response-cost-output': '0' }),
      priced: new FixedHeaders(always),
    };
    // A pattern serves any number of groups; they are not all kept.
    if (byGroup.size < maxShownNames) byGroup.set(group, headers);
  }
  return headers;
}

// Names may be of any script, header values may not: such names travel percent-encoded.
const headerText = (text: string): string => (/^[ -~]*$/.test(text) ? text : encodeURI(text.toWellFormed()));

/** The headers of an answer. `cost` is null for streams, whose cost is known only at their end. */
export function answerHeaders(exchange: Exchange, deployment: Deployment, provider: ProviderHeaders, cost: Cost | null): ReplyHeaders {
  const { trail } = exchange;
  const totalMs = performance.now() - exchange.startedMs;
  const usual = usualHeaders(deployment, trail.group ?? exchange.group ?? exchange.model);
  const costs = cost !== null && cost.totalUsd > 0;
  const headers = new ReplyHeaders(costs ? usual.priced : usual.free);
  headers.put('x-litellm-call-id', exchange.id);
  headers.put('x-litellm-response-duration-ms', thousandths(totalMs));
  headers.put('x-litellm-overhead-duration-ms', thousandths(Math.max(0, totalMs - exchange.providerMs)));
  if (trail.retries > 0) {
    headers.set('x-litellm-attempted-retries', String(trail.groupRetries));
    headers.set('x-litellm-max-retries', String(exchange.maxRetries));
  }
  if (trail.fallbacks > 0) headers.set('x-litellm-attempted-fallbacks', String(trail.fallbacks));
  if (costs) {
    headers.put('x-litellm-response-cost', String(cost.totalUsd));
    headers.put('x-litellm-response-cost-original', String(cost.billing?.originalUsd ?? cost.totalUsd));
    headers.put('x-litellm-response-cost-input', String(cost.inputUsd));
    headers.put('x-litellm-response-cost-output', String(cost.outputUsd));
    if (cost.billing) {
      headers.set('x-litellm-response-cost-discount-amount', String(cost.billing.discountUsd));
      headers.set('x-litellm-response-cost-margin-amount', String(cost.billing.marginUsd));
      headers.set('x-litellm-response-cost-margin-percent', String(cost.billing.margin));
    }
  }
  if (exchange.dropped.length > 0) headers.set('x-weir-dropped', droppedHeader(exchange.dropped));
  const { credential } = deployment;
  provider.forEach((value, name) => {
    const shown = shownName(name);
    if (shown === null || (credential.kind === 'value' && credential.value.length >= shortestSecret && value.includes(credential.value))) return;
    // What a provider's head was read as can stand in one.
    headers.put(shown, value);
    if (name.startsWith('x-ratelimit-') && (exchange.limits === null || !ofScope.test(name))) headers.put(name, value);
  });
  // The caller's own limits take the place of the provider's, and say what its key has spent.
  exchange.limits?.writeHeaders(headers);
  if (exchange.limits === null || !headers.has('x-litellm-key-spend')) headers.put('x-litellm-key-spend', '0.0');
  return headers;
}

// LiteLLM's headers of a scope's limit (`x-ratelimit-team-remaining-requests`), from a provider that is such a gateway itself.
const ofScope = /^x-ratelimit-(?!limit-|remaining-|reset-).+-(?:limit|remaining)-/;

// Providers send the same few names again and again; what becomes of each is decided once.
const shownNames = new Map<string, string | null>();
const maxShownNames = 1_000;

function shownName(name: string): string | null {
  let shown = shownNames.get(name);
  if (shown === undefined) {
    const denied = deniedNames.has(name) || (deniedWords.test(name) && !rateLimitTokens.test(name));
    shown = denied ? null : `llm_provider-${name}`;
    if (shownNames.size < maxShownNames) shownNames.set(name, shown);
  }
  return shown;
}

/** The headers of an error. */
export function faultHeaders(exchange: Exchange): ReplyHeaders {
  const headers = ReplyHeaders.of({
    'content-type': 'application/json',
    'x-litellm-call-id': exchange.id,
    'x-litellm-version': version,
    'x-litellm-response-cost': '0',
    'x-litellm-key-spend': '0.0',
    ...(exchange.group !== null && { 'x-litellm-timeout': 'None' }),
    ...(exchange.deployment && { 'x-litellm-model-id': headerText(exchange.deployment.id) }),
  });
  exchange.limits?.writeHeaders(headers);
  return headers;
}

// A header has room for the first of many; the log line has them all.
const longestDroppedHeader = 1_000;
function droppedHeader(paths: readonly string[]): string {
  const text = paths.join(', ').replace(/[^\x20-\x7e]/g, '?');
  return text.length > longestDroppedHeader ? `${text.slice(0, longestDroppedHeader)}…`.replace('…', ' and more') : text;
}
