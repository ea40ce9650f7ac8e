// The management routes: reads the body, calls the handler, and writes what it says in the form of the route. Without a database each route
// says what is missing.
import { databaseRequired, type DatabaseRoute } from '../../admin/without-database.ts';
import { requiredWithoutDatabase } from '../../admin/required-without-database.ts';
import { endpoints } from '../../admin/endpoints.ts';
import { fault, faultStatus, faultTable, type Fault } from '../../canonical/fault.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { json, refusal } from '../reply.ts';
import { maxManagedDepth } from '../../lib/bounds.ts';
import { readJsonBody } from '../read-body.ts';
import { storeAway } from '../../access/authenticator.ts';
import { wrongQuery } from '../../admin/query-rules.ts';
import { storeProblem } from '../../store/store-problem.ts';
import type { RefusalForm } from '../../admin/forms.ts';
import type { AdminAnswer } from '../../admin/endpoint.ts';
import type { Handler, RouteCall } from '../route.ts';
import { NoResultError } from 'kysely';
import { Reply, ReplyHeaders, type AnyReply } from '../../http/reply.ts';

/** The handler of a management route. */
export function managed(route: DatabaseRoute): Handler {
  const endpoint = endpoints[`${route.method} ${route.path}`];
  return async (call) => {
    const { services, caller, id } = call;
    if (!services.admin && !endpoint?.withoutDatabase) return await missingField(route, call) ?? withoutDatabase(route, id);
    if (!endpoint || !caller) return say(fault('operation_unsupported', `${route.method} ${route.path} is not supported yet.`, { status: 501 }), route.form, id);
    const body = await bodyOf(call);
    if ('fault' in body) return refusal(body.fault, call.route.dialect, id);
    const { params, path, search, request, address } = call;
    const query = new URLSearchParams(search);
    const wrong = services.admin ? wrongQuery(`${route.method} ${route.path}`, query) : null;
    if (wrong) return reply({ ok: false, errors: wrong }, endpoint.form, id);
    const unkept = unkeepable([params, ...query, body.value], maxManagedDepth);
    if (unkept !== null) return say(fault('managed_invalid', unkept), endpoint.form, id);
    if (!services.admin) return endpoint.withoutDatabase ? reply(endpoint.withoutDatabase(body.value, services.pipeline.router), endpoint.form, id) : withoutDatabase(route, id);
    try {
      const answered = await endpoint.handle({ caller, body: body.value, query, params, path, address, headers: request.headers, services: services.admin });
      return reply(answered, endpoint.form, id);
    } catch (error) {
      const problem = storeProblem(error);
      if (problem === 'away') return say(storeAway(), endpoint.form, id);
      // What was looked for and not found came into being in the meantime.
      if (problem === 'duplicate') return say(fault('managed_conflict', 'This exists already: another request made it at the same time.'), endpoint.form, id);
      // And the other way round.
      if (error instanceof NoResultError) return say(fault('managed_missing', 'Another request deleted this at the same time.'), endpoint.form, id);
      throw error;
    }
  };
}

// Why something cannot be kept; null: it can. PostgreSQL keeps no text with that character, and what is nested without end cannot be read again.
function unkeepable(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return value.includes('\u0000') ? 'Texts must not hold the character U+0000.' : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth === 0) return `The body is nested more than ${maxManagedDepth} deep.`;
  for (const [name, member] of Object.entries(value)) {
    const wrong = unkeepable(name, depth) ?? unkeepable(member, depth - 1);
    if (wrong !== null) return wrong;
  }
  return null;
}

/** The refusal of a call that lacks what the route must be given; null: it has everything, or a body that nobody can read. */
async function missingField({ method, path }: DatabaseRoute, call: RouteCall): Promise<AnyReply | null> {
  const required = requiredWithoutDatabase[`${method} ${path}`];
  if (!required) return null;
  if (method === 'GET') {
    const query = new URLSearchParams(call.search);
    return fieldsMissing('query', required.filter((name) => !query.has(name)));
  }
  const body = await bodyOf(call);
  return 'fault' in body ? null : fieldsMissing('body', required.filter((name) => body.value[name] === undefined));
}

const fieldsMissing = (place: 'query' | 'body', names: readonly string[]): AnyReply | null =>
  (names.length === 0 ? null : json({ detail: names.map((name) => ({ type: 'missing', loc: [place, name], msg: 'Field required', input: null })) }, 422));

async function bodyOf({ request, services }: RouteCall): Promise<{ value: JsonObject } | { fault: Fault }> {
  if (request.method === 'GET' || request.method === 'HEAD') return { value: {} };
  const read = await readJsonBody(request, services.maxRequestBytes);
  if (!read.ok) return { fault: read.fault };
  const value = read.value.object();
  return isJsonObject(value) ? { value } : { fault: fault('body_not_json', 'Invalid JSON payload: expected an object.') };
}

function reply(answered: AdminAnswer, form: RefusalForm, id: string): AnyReply {
  if (answered.ok && answered.status === 204) return new Reply(204, ReplyHeaders.of({ 'x-litellm-call-id': id }), null);
  if (answered.ok) return json(answered.body, answered.status ?? 200, { 'x-litellm-call-id': id, ...answered.headers });
  return 'errors' in answered ? json({ detail: answered.errors }, 422, { 'x-litellm-call-id': id }) : say(answered.fault, answered.form ?? form, id, answered.headers);
}

function withoutDatabase({ status, form }: DatabaseRoute, id: string): AnyReply {
  return written(databaseRequired, status, form, { 'x-litellm-call-id': id });
}

/** A fault in the form of the route; type and parameter of the fault itself win. */
function say(reason: Fault, form: RefusalForm, id: string, more: Readonly<Record<string, string>> = {}): AnyReply {
  const headers = { 'x-litellm-call-id': id, ...more, ...(reason.retryAfterSeconds !== undefined && { 'retry-after': String(reason.retryAfterSeconds) }) };
  const own = form.kind !== 'error' ? form : {
    kind: 'error' as const, type: reason.type ?? (reason.code.startsWith('managed_') ? form.type : faultTable[reason.code].type), param: reason.param === undefined ? form.param : reason.param,
  };
  return written(reason.message, faultStatus(reason), own, headers, reason.type ?? undefined);
}

function written(message: string, status: number, form: RefusalForm, headers: Record<string, string>, type?: string | null): AnyReply {
  if (form.kind === 'scim') return json({ schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], detail: message, status: String(status), ...(type !== undefined && { scimType: type }) }, status, { ...headers, 'content-type': 'application/scim+json' });
  if (form.kind === 'detail') return json({ detail: message }, status, headers);
  if (form.kind === 'detail-error') return json({ detail: { error: message } }, status, headers);
  return json({ error: { message, type: form.type, param: form.param, code: String(status) } }, status, headers);
}
