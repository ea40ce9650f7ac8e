// Turns answers that are failures, error bodies and thrown values into `GatewayError`.
import { GatewayError, type GatewayErrorDetails, type GatewayErrorKind } from './error.ts';
import { asObject, asString, type JsonObject, parseJson } from './json.ts';

const maxMessageCharacters = 2000;

/** The error that an unsuccessful response stands for. */
export async function failureFromResponse(response: Response): Promise<GatewayError> {
  const text = await response.text().catch(() => '');
  const members = errorMembers(parseJson(text));
  return new GatewayError(messageOf(members) ?? `The gateway answered with status ${response.status}`, {
    ...details(members),
    kind: kindOf(response.status, members),
    status: response.status,
    retryAfterMs: retryAfterMs(response.headers, Date.now()),
    requestId: requestIdOf(response.headers),
  });
}

/** The error of an in-band `data: {"error": …}`, or null when the chunk carries none. */
export function failureFromChunk(chunk: JsonObject, requestId: string | null): GatewayError | null {
  if (chunk.error === undefined || chunk.error === null) return null;
  const members = errorMembers(chunk);
  const status = Number(members?.code ?? NaN);
  const told = Number.isInteger(status) && status >= 400 && status <= 599;
  return new GatewayError(messageOf(members) ?? 'The stream carried an error', {
    ...details(members),
    kind: told ? kindOf(status, members) : 'streamBroken',
    status: told ? status : null,
    requestId,
  });
}

/** Gateways differ in how they name the call; the first that is there counts. */
export function requestIdOf(headers: Headers): string | null {
  return headers.get('x-litellm-call-id') ?? headers.get('x-request-id') ?? headers.get('request-id');
}

// `{"error": {…}}`, `{"error": "text"}`, and FastAPI's `{"detail": …}` are all met behind gateways.
function errorMembers(body: unknown): JsonObject | null {
  const outer = asObject(body);
  if (!outer) return null;
  const inner = outer.error ?? outer.detail;
  return asObject(inner) ?? (typeof inner === 'string' ? { message: inner } : outer);
}

function messageOf(members: JsonObject | null): string | null {
  const message = asString(members?.message) ?? asString(members?.error);
  return message ? message.slice(0, maxMessageCharacters) : null;
}

function details(members: JsonObject | null): Omit<GatewayErrorDetails, 'kind'> {
  const code = members?.code;
  return {
    type: asString(members?.type),
    code: typeof code === 'number' ? String(code) : asString(code),
    param: asString(members?.param),
  };
}

const kindOfStatus: Record<number, GatewayErrorKind> = {
  401: 'authentication',
  402: 'budget',
  403: 'permission',
  404: 'notFound',
  408: 'timeout',
  429: 'rateLimit',
  504: 'timeout',
};

function kindOf(status: number, members: JsonObject | null): GatewayErrorKind {
  const type = asString(members?.type);
  if (type === 'budget_exceeded' || type === 'insufficient_quota') return 'budget';
  return kindOfStatus[status] ?? (status >= 500 ? 'upstream' : status >= 400 ? 'invalidRequest' : 'upstream');
}

/** `retry-after-ms`, or `retry-after` in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const exactMs = Number(headers.get('retry-after-ms') ?? NaN);
  if (exactMs >= 0) return exactMs;
  const text = headers.get('retry-after');
  if (text === null || text.trim() === '') return null;
  const seconds = Number(text);
  if (seconds >= 0) return seconds * 1000;
  const dateMs = Date.parse(text);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs);
}
