// Small replies outside model calls.
import { dialectOf } from '../dialects/registry.ts';
import { faultStatus, type Fault } from '../canonical/fault.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import { Reply, ReplyHeaders } from '../http/reply.ts';

/** A JSON reply. */
export function json(value: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return new Reply(status, ReplyHeaders.of({ 'content-type': 'application/json', ...headers }), JSON.stringify(value));
}

/** A refusal in the form that the route's clients expect. */
export function refusal(reason: Fault, dialect: DialectName, id: string): Reply {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'x-litellm-call-id': id };
  if (reason.retryAfterSeconds !== undefined) headers['retry-after'] = String(reason.retryAfterSeconds);
  if (reason.code === 'body_too_slow') headers['connection'] = 'close';
  if (detailFaults.has(reason.code)) return json({ detail: reason.message }, faultStatus(reason), headers);
  const rendered = dialectOf(dialect).renderFault(reason);
  return new Reply(rendered.status, ReplyHeaders.of(headers), JSON.stringify(rendered.body));
}

/** What is wrong with a part of a request, in the form of LiteLLM's web framework. `place`: `body` or `query`, then the member. */
export const fieldWrong = (type: string, message: string, ...place: string[]): Reply => json({ detail: [{ type, loc: place, msg: message, input: null }] }, 422);

/** A required part of a request that is not there. */
export const fieldMissing = (...place: string[]): Reply => fieldWrong('missing', 'Field required', ...place);

// LiteLLM leaves these to its web framework, whose form is `{"detail": …}`.
const detailFaults = new Set<Fault['code']>(['route_unknown', 'method_not_allowed', 'route_not_allowed']);
