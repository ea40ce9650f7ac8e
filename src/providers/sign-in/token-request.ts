// Asks a token service. Its answers are small; what it refuses becomes a fault that says so without the secret that was sent.
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { asBuffer, type Send } from '../../http/provider-response.ts';
import { parseJsonObject, objectAt, stringAt, type JsonObject } from '../../lib/json.ts';

const timeoutMs = 20_000;
const longestMessage = 500;

/** A question to a token service. */
export interface TokenRequest {
  url: string;
  method?: 'GET' | 'POST' | 'PUT';
  headers?: Readonly<Record<string, string>>;
  /** Sent as `application/x-www-form-urlencoded`. */
  form?: Readonly<Record<string, string | undefined>>;
  /** The service's name in faults. */
  service: string;
  /** Texts that must not come back in a fault. */
  secrets: readonly (string | undefined)[];
}

/** The service's answer as text. */
export async function askText(send: Send, { url, method = 'POST', headers = {}, form, service, secrets }: TokenRequest): Promise<Result<string>> {
  const fields = Object.entries(form ?? {}).filter((field): field is [string, string] => field[1] !== undefined);
  const body = Buffer.from(form ? new URLSearchParams(fields).toString() : '');
  try {
    const response = await send(url, {
      method, body, signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/json', ...(form && { 'content-type': 'application/x-www-form-urlencoded' }), ...headers },
    });
    const text = asBuffer(await response.arrayBuffer()).toString('utf8');
    if (response.status < 300) return ok(text);
    const message = `${service} refused to give a token (status ${response.status}): ${scrub(reasonOf(text), secrets)}`;
    return fail(fault(response.status >= 500 ? 'upstream_unavailable' : 'upstream_authentication', message, { upstream: { errorName: 'TokenException', status: response.status, message } }));
  } catch {
    const message = `${service} could not be reached for a token.`;
    return fail(fault('upstream_connection', message, { upstream: { errorName: 'TokenException', status: 0, message } }));
  }
}

/** The service's answer as JSON. */
export async function askJson(send: Send, request: TokenRequest): Promise<Result<JsonObject>> {
  const text = await askText(send, request);
  if (!text.ok) return text;
  const json = parseJsonObject(text.value);
  return json ? ok(json) : fail(fault('upstream_invalid_answer', `${request.service} answered with something that is not JSON.`));
}

/** The end of a token that lives for so many seconds, an hour when the service does not say. */
export const expiryOf = (seconds: number | undefined, nowMs = Date.now()): number => nowMs + (seconds ?? 3600) * 1000;

function reasonOf(text: string): string {
  const json = parseJsonObject(text);
  const told = stringAt(json, 'error_description') ?? stringAt(objectAt(json, 'error'), 'message') ?? stringAt(json, 'message') ?? stringAt(json, 'errorMessage') ?? stringAt(json, 'error');
  return (told ?? /<Message>([^<]+)/.exec(text)?.[1] ?? text).slice(0, longestMessage);
}

function scrub(text: string, secrets: readonly (string | undefined)[]): string {
  let clean = text;
  for (const secret of secrets) if (secret !== undefined && secret.length >= 8) clean = clean.replaceAll(secret, '****');
  return clean;
}
