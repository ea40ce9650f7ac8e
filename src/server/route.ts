// The type of a row in the table of routes. A route without a permission does not compile.
import type { Action } from '../access/permissions.ts';
import type { Caller } from '../access/caller.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Services } from './services.ts';
import type { AnyReply } from '../http/reply.ts';
import type { IncomingRequest } from '../http/incoming.ts';
import type { Later } from '../lib/later.ts';

/** Who may call a route: whoever may do the action (see src/access/permissions.ts). */
export type Access =
  | Action
  /** Nobody has to prove anything. Only for what gives nothing away. */
  | 'public'
  /** A key, unless `require_auth_for_metrics_endpoint` is false. */
  | 'metrics';

/** A request that a route was found for and that may call it. */
export interface RouteCall {
  request: IncomingRequest;
  /** `x-litellm-call-id` of the client, or a new id. */
  id: string;
  path: string;
  /** The query without its question mark. */
  search: string;
  /** What the braces of the route's path stand for. */
  params: Readonly<Record<string, string>>;
  route: Route;
  /** Null on public routes. */
  caller: Caller | null;
  address: string;
  services: Services;
}

/** Answers a call. */
export type Handler = (call: RouteCall) => Later<AnyReply>;

/** One row. */
export interface Route {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `{name}` stands for one segment, `{name*}` for the rest of the path. A segment may go on after the brace: `{model}:generateContent`. */
  path: string;
  access: Access;
  /** The form of its errors. */
  dialect: DialectName;
  /** For the documentation. */
  summary: string;
  handler: Handler;
}
