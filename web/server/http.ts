// Small helpers for JSON answers and bodies.
import type { ApiFailure, ApiFailureKind } from '../shared/api.ts';

/** A request that cannot be carried out; becomes the answer. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiFailureKind;

  constructor(kind: ApiFailureKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

const statusOf: Record<ApiFailureKind, number> = {
  invalidRequest: 400,
  forbidden: 403,
  notFound: 404,
  conflict: 409,
  internal: 500,
  gateway: 502,
};

/** A JSON answer that nobody keeps. */
export function json(body: unknown, status = 200): Response {
  return Response.json(body, { status, headers: { 'cache-control': 'no-store' } });
}

/** The answer for a failure. */
export function failure(kind: ApiFailureKind, message: string): Response {
  const body: ApiFailure = { error: { kind, message } };
  return json(body, statusOf[kind]);
}

/** The request's JSON object. A page of another site cannot send this content type without being asked first. */
export async function readBody(request: Request): Promise<Record<string, unknown>> {
  if (!request.headers.get('content-type')?.startsWith('application/json')) {
    throw new ApiError('invalidRequest', 'The content type must be application/json');
  }
  const body: unknown = await request.json().catch(() => null);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError('invalidRequest', 'The body must be a JSON object');
  }
  return body as Record<string, unknown>;
}

/** A string member of a body, at most `maxCharacters` long. */
export function stringMember(body: Record<string, unknown>, name: string, maxCharacters: number): string {
  const value = body[name];
  if (typeof value !== 'string') throw new ApiError('invalidRequest', `"${name}" must be a string`);
  if (value.length > maxCharacters) throw new ApiError('invalidRequest', `"${name}" is longer than ${maxCharacters} characters`);
  return value;
}

/** A UUID member of a body. */
export function idMember(body: Record<string, unknown>, name: string): string {
  const value = body[name];
  if (typeof value !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) {
    throw new ApiError('invalidRequest', `"${name}" must be a UUID`);
  }
  return value;
}
