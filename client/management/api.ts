// One call of the management API: JSON there and back, failures as `GatewayError`.
import { Deadline } from '../deadline.ts';
import { GatewayError } from '../error.ts';
import { failureFromResponse, requestIdOf } from '../failure.ts';

/** Where the gateway is and how callers prove who they are. */
export interface ApiOptions {
  /** Default: the page's own origin. */
  baseUrl?: string;
  /** A key, for callers outside of the dashboard. */
  apiKey?: string;
  /** Sent with each call. */
  headers?: Record<string, string>;
  /** Default: 30,000. */
  timeoutMs?: number;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

/** A value in a query; what is null or undefined is left out. */
export type QueryValue = string | number | boolean | null | undefined;

/** How one call is made. */
export interface ApiCall {
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  timeoutMs?: number;
}

/** The methods that the API knows. */
export type ApiMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Calls any route. */
export class Api {
  readonly baseUrl: string;
  private readonly headers: Record<string, string>;
  private readonly timeoutMs: number;
  private readonly fetch: (url: string, init: RequestInit) => Promise<Response>;

  constructor(options: ApiOptions = {}) {
    this.baseUrl = (options.baseUrl ?? '').replace(/\/+$/, '');
    this.headers = { accept: 'application/json', ...options.headers, ...(options.apiKey && { authorization: `Bearer ${options.apiKey}` }) };
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.fetch = options.fetch ?? ((url, init) => globalThis.fetch(url, init));
  }

  /** The answer's JSON. The caller says what shape it has; the gateway and this package are made together. */
  async json<Answer>(method: ApiMethod, path: string, call: ApiCall = {}): Promise<Answer> {
    const { text, response } = await this.text(method, path, call);
    try {
      return JSON.parse(text) as Answer;
    } catch (cause) {
      throw new GatewayError("The gateway's answer is not JSON", { kind: 'upstream', status: response.status, requestId: requestIdOf(response.headers), cause });
    }
  }

  /** The answer as text, with its headers. */
  async text(method: ApiMethod, path: string, { query, body, signal, timeoutMs }: ApiCall = {}): Promise<{ text: string; response: Response }> {
    const deadline = new Deadline(timeoutMs ?? this.timeoutMs, signal);
    try {
      const headers = body === undefined ? this.headers : { ...this.headers, 'content-type': 'application/json' };
      const init: RequestInit = { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: deadline.signal, redirect: 'error' };
      const response = await this.fetch(this.baseUrl + path + queryText(query), init);
      if (!response.ok) throw await failureFromResponse(response);
      return { text: await response.text(), response };
    } catch (cause) {
      if (cause instanceof GatewayError) throw cause;
      throw deadline.failure(cause) ?? new GatewayError('The gateway cannot be reached', { kind: 'connection', cause });
    } finally {
      deadline.clear();
    }
  }
}

/** A query with its question mark; empty when there is nothing to say. */
export function queryText(query: ApiCall['query'] = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
