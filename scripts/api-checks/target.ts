// The gateway that is checked, and how it is called.
import { arrayAt, isJsonObject, parseJsonObject, stringAt, type JsonObject } from '../../src/lib/json.ts';

/** Where it is and what is asked of it. */
export interface Target {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly key: string;
  readonly model: string;
  /** The provider's full name of a model, when the gateway is to take it. */
  readonly fullName: string | null;
  readonly timeoutMs: number;
}

/** An answer, read whole. `body` is an empty object when it is not JSON. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly body: JsonObject;
}

/** What is sent. Without `headers` the key goes along as a bearer token. */
export interface Sent {
  readonly json?: JsonObject;
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
}

/** Calls the gateway. Throws when it does not answer in time. */
export async function call(target: Target, path: string, sent: Sent = {}): Promise<Reply> {
  const body = sent.text ?? (sent.json && JSON.stringify(sent.json));
  const response = await fetch(`${target.baseUrl}${path}`, {
    method: sent.method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...(sent.headers ?? { authorization: `Bearer ${target.key}` }) },
    signal: AbortSignal.timeout(target.timeoutMs),
    ...(body !== undefined && { body }),
  });
  const text = await response.text();
  return { status: response.status, type: response.headers.get('content-type') ?? '', text, body: parseJsonObject(text) ?? {} };
}

/** The `data:` objects of a stream of server-sent events; `[DONE]` is left out. */
export function eventsOf(text: string): JsonObject[] {
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length).trim());
  return lines.filter((line) => line !== '[DONE]').map((line) => parseJsonObject(line)).filter(isJsonObject);
}

/** Whether the gateway lists a model, by its name or by a pattern such as `openrouter/*`. */
export async function lists(target: Target, name: string): Promise<boolean> {
  const { body } = await call(target, '/v1/models').catch(() => ({ body: {} }));
  const names = arrayAt(body, 'data').filter(isJsonObject).map((entry) => stringAt(entry, 'id') ?? '');
  return names.some((listed) => listed === name || (listed.endsWith('*') && name.startsWith(listed.slice(0, -1))));
}
