// What a handler of the management API is: from a checked call to JSON. Sockets, keys and roles were dealt with before.
import { fail, fault, type Fault, type FaultCode } from '../canonical/fault.ts';
import { readFields } from './body/read-fields.ts';
import type { AdminServices } from './services.ts';
import type { BodyOf, BodyTable } from './body/field.ts';
import type { Caller } from '../access/caller.ts';
import type { FieldError } from './body/read-fields.ts';
import type { JsonObject } from '../lib/json.ts';
import type { RefusalForm } from './forms.ts';
import type { RequestHeaders } from '../http/incoming.ts';
import type { Router } from '../routing/router.ts';

/** A call that may be made: the caller has the role for it. On whose things it may act, the handler decides (`rightOver`). */
export interface AdminCall {
  caller: Caller;
  /** The JSON body; empty where there was none. */
  body: JsonObject;
  query: URLSearchParams;
  /** What the braces of the route's path stand for. */
  params: Readonly<Record<string, string>>;
  /** The path as it was called. */
  path: string;
  /** Where the call came from. */
  address: string;
  headers: RequestHeaders;
  services: AdminServices;
}

/** What a handler answers: JSON, a fault, or the mistakes in the body (422). */
export type AdminAnswer =
  | { ok: true; body: unknown; status?: number; headers?: Readonly<Record<string, string>> }
  | { ok: false; fault: Fault; headers?: Readonly<Record<string, string>>; form?: RefusalForm }
  | { ok: false; errors: readonly FieldError[] };

/** A handler. */
export type AdminHandler = (call: AdminCall) => AdminAnswer | Promise<AdminAnswer>;

/** A handler with the form that its errors have in LiteLLM. */
export interface Endpoint {
  handle: AdminHandler;
  form: RefusalForm;
  /** What it answers where there is no database; missing: that one is needed. */
  withoutDatabase?: (body: JsonObject, router: Router) => AdminAnswer;
}

/** Handlers by method and path, such as `POST /key/generate`. */
export type Endpoints = Readonly<Record<string, Endpoint>>;

/** Answers with JSON. */
export const answer = (body: unknown, status = 200): AdminAnswer => ({ ok: true, body, status });

/** Refuses. */
export const refuse = (code: FaultCode, message: string, details: Parameters<typeof fault>[2] = {}): { ok: false; fault: Fault } => fail(fault(code, message, details));

/** Refuses in another form than the route's: LiteLLM is not of one piece. */
export const refuseAs = (form: RefusalForm, code: FaultCode, message: string, details: Parameters<typeof fault>[2] = {}): AdminAnswer => ({ ok: false, fault: fault(code, message, details), form });

/** Refuses a body whose members do not fit together, in the words of LiteLLM's validation. */
export const unfit = (message: string, ...loc: (string | number)[]): { ok: false; errors: FieldError[] } => ({ ok: false, errors: [{ type: 'value_error', loc: ['body', ...loc], msg: `Value error, ${message}` }] });

/** Makes handlers of one area, which share the form of their errors. */
export const endpointsOf = (form: RefusalForm, handlers: Readonly<Record<string, AdminHandler>>): Endpoints =>
  Object.fromEntries(Object.entries(handlers).map(([route, handle]) => [route, { handle, form }]));

/** A handler whose body has a table. `given`: the members that stood in the body. */
export function withBody<const T extends BodyTable>(table: T, handle: (call: AdminCall, values: BodyOf<T>, given: ReadonlySet<string>) => AdminAnswer | Promise<AdminAnswer>): AdminHandler {
  return (call) => {
    const read = readFields(table, call.body);
    return read.ok ? handle(call, read.values, read.given) : { ok: false, errors: read.errors };
  };
}
