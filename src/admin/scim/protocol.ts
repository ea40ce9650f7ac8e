// The forms of SCIM 2.0 (RFC 7643, RFC 7644): lists, errors, filters and patches, as Okta and Microsoft Entra write them.
import { arrayAt, isJsonObject, numberAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { fail, fault, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { refuse, type AdminAnswer } from '../endpoint.ts';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
const contentType = { 'content-type': 'application/scim+json' };

/** Answers in SCIM's content type. */
export const scimAnswer = (body: unknown, status = 200): AdminAnswer => ({ ok: true, body, status, headers: contentType });
export const scimMissing = (what: string, id: string): { ok: false; fault: Fault } => refuse('managed_missing', `${what} not found with ID: ${id.slice(0, 100)}`);

/** A page of a list: counted from 1, at most 1,000 at once. */
export function scimPage(query: URLSearchParams): { startIndex: number; count: number } {
  const whole = (name: string, usual: number, least: number): number => {
    const given = Number(query.get(name) ?? usual);
    return Number.isSafeInteger(given) ? Math.max(given, least) : usual;
  };
  return { startIndex: whole('startIndex', 1, 1), count: Math.min(whole('count', 100, 0), 1_000) };
}

/** The answer with a page of a list. */
export const scimList = (resources: readonly JsonObject[], total: number, startIndex: number): AdminAnswer =>
  scimAnswer({ schemas: [listSchema], totalResults: total, startIndex, itemsPerPage: resources.length, Resources: resources });

/** One comparison of a filter. */
export interface Comparison {
  /** In small letters, as `username` or `emails.value`. */
  attribute: string;
  value: string;
}

// `userName eq "a@b.c"`, with `and` between several: what the provisioning of Okta and Entra asks. The value is a JSON string or a word.
const comparison = /^\s*([A-Za-z][\w.$:-]*(?:\[[^\]]*\][\w.]*)?)\s+([A-Za-z]{2})\s+("(?:[^"\\]|\\.)*"|true|false)\s*(?:and\s+|$)/i;

/** The comparisons of a filter, all of which must hold. */
export function readFilter(text: string | null): Result<Comparison[]> {
  const found: Comparison[] = [];
  for (let rest = (text ?? '').trim(); rest !== '';) {
    const match = comparison.exec(rest);
    if (!match || match[2]?.toLowerCase() !== 'eq' || found.length >= 5) return fail(fault('managed_invalid', 'Only filters of the form `attribute eq "value"`, with `and` between them, are supported.', { type: 'invalidFilter' }));
    const value = match[3] ?? '';
    found.push({ attribute: (match[1] ?? '').replace(/\[[^\]]*\]/g, '').toLowerCase(), value: value.startsWith('"') ? JSON.parse(value) as string : value });
    rest = rest.slice(match[0].length);
  }
  return ok(found);
}

/** One change of a patch: `path` in small letters without a filter, whose value is in `of`. */
export interface Operation {
  op: (typeof changes)[number];
  path: string | null;
  of: string | null;
  value: Json;
}

const mostOperations = 1_000;
const changes = ['add', 'replace', 'remove'] as const;

/** The changes of a `PATCH`. A change without a path has one for each member of its value. */
export function readPatch(body: JsonObject): Result<Operation[]> {
  const wrong = (message: string): { ok: false; fault: Fault } => fail(fault('managed_invalid', message, { type: 'invalidSyntax' }));
  const list = arrayAt(body, 'Operations');
  if (list.length === 0 || list.length > mostOperations) return wrong(`Operations: expected a list of 1 to ${mostOperations} changes.`);
  const operations: Operation[] = [];
  for (const entry of list) {
    const word = isJsonObject(entry) ? stringAt(entry, 'op')?.toLowerCase() : undefined;
    const op = changes.find((known) => known === word);
    if (!isJsonObject(entry) || !op) return wrong('op: expected add, replace or remove.');
    const path = stringAt(entry, 'path') ?? null;
    const value = entry['value'] ?? null;
    if (path === null && isJsonObject(value)) operations.push(...Object.entries(value).map(([name, member]) => ({ op, path: name.toLowerCase(), of: null, value: member })));
    else operations.push({ op, path: path?.replace(/^urn:[^ ]*:(?=[A-Za-z])/, '').replace(/\[[^\]]*\]/g, '').toLowerCase() ?? null, of: /\[\s*value\s+eq\s+"([^"]*)"\s*\]/i.exec(path ?? '')?.[1] ?? null, value });
  }
  return ok(operations);
}

/** Entra writes truth as text. */
export const truth = (value: Json | undefined): boolean | null => (typeof value === 'boolean' ? value : typeof value === 'string' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : null);

/** The ids of members as lists name them. */
export const memberIds = (value: Json | undefined): string[] => (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value])
  .flatMap((entry) => (isJsonObject(entry) ? stringAt(entry, 'value') ?? String(numberAt(entry, 'value') ?? '') : typeof entry === 'string' ? entry : [])).filter((id) => id !== '');

/** What was made and changed when. */
export const metaOf = (resourceType: 'User' | 'Group', id: string, created: string | null, changed: string | null): JsonObject =>
  ({ resourceType, created, lastModified: changed, location: `/scim/v2/${resourceType}s/${encodeURIComponent(id)}` });
