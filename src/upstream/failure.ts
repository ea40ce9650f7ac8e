// Turns what went wrong with a provider into a fault: its error bodies, broken connections, time-outs.
import { fault, upstreamFaultCode, type Fault } from '../canonical/fault.ts';
import { isJsonObject, objectAt, parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import type { ProviderHeaders, ProviderResponse } from '../http/provider-response.ts';
import { maxErrorBytes } from '../lib/bounds.ts';
import type { Deployment } from '../routing/deployment.ts';

const longestMessage = 4_000;

/** The fault for a response with an error status. Reads a bounded part of the body. */
export async function responseFault(response: ProviderResponse, deployment: Deployment): Promise<Fault> {
  const text = scrubbed(await boundedText(response), deployment);
  const retryAfterSeconds = retryAfter(response.headers);
  return errorBodyFault(response.status, text, deployment, retryAfterSeconds);
}

/** The fault for an error body, whether it came with an error status or in place of an answer. */
export function errorBodyFault(status: number, text: string, deployment: Deployment, retryAfterSeconds?: number): Fault {
  const body = parseJsonObject(text);
  const error = objectAt(body, 'error');
  const message = messageOf(body, error) ?? (text.trim() === '' ? `The provider answered status ${status} without a body.` : text.trim());
  const code = stringAt(error, 'code');
  const type = stringAt(error, 'type');
  const told = status >= 300 && status < 400 ? 502 : status;
  const param = stringAt(error, 'param');
  const faultCode = upstreamFaultCode(told, `${code ?? ''} ${message}`);
  return fault(faultCode, message.slice(0, longestMessage), {
    ...(told === faultStatusOf(told) ? {} : { status: told }),
    // LiteLLM tells the parameter of plain refusals only.
    ...(param === undefined || faultCode !== 'upstream_bad_request' ? {} : { param }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    upstream: {
      errorName: deployment.provider.errorName, status, message,
      ...(type === undefined ? {} : { type }), ...(code === undefined ? {} : { code }), ...(body ? { body: text } : {}),
    },
  });
}

/** The fault for a call that gave no response, told by what ended it. */
export function connectionFault(reason: 'timeout' | 'client' | 'broken', deployment: Deployment, timeoutMs: number): Fault {
  const upstream = { errorName: deployment.provider.errorName, status: 0, message: '' };
  if (reason === 'client') return fault('client_left', 'The client closed the connection before the answer was complete.');
  if (reason === 'timeout') {
    return fault('upstream_timeout', `Request timed out. - timeout value=${timeoutMs / 1000} seconds`, { upstream });
  }
  return fault('upstream_connection', 'Connection error.', { upstream });
}

/** The fault for an answer that cannot be read. */
export function invalidAnswerFault(message: string, deployment: Deployment): Fault {
  return fault('upstream_invalid_answer', message, { upstream: { errorName: deployment.provider.errorName, status: 200, message } });
}

/** The error status that stands as a number inside a body which came with status 200, as OpenRouter and some servers send it. */
export function embeddedStatus(error: JsonObject): number | null {
  const { code, status } = error;
  for (const value of [code, status]) {
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number) && number >= 400 && number < 600) return number;
  }
  return null;
}

/** True for a body that holds an error and no answer. */
export function isErrorBody(body: JsonObject): boolean {
  if (body['type'] === 'error' && isJsonObject(body['error'])) return true;
  const hasAnswer = 'choices' in body || 'output' in body || 'content' in body || 'candidates' in body;
  return !hasAnswer && (isJsonObject(body['error']) || typeof body['error'] === 'string');
}

/** Takes every known secret out of a text that came from outside. */
export function scrubbed(text: string, deployment: Deployment): string {
  let clean = text;
  for (const secret of deployment.secrets) clean = clean.replaceAll(secret, '****');
  return clean;
}

/** A fault that a provider told inside its answer, named after the provider and without its key. */
export function providerFault(reason: Fault, deployment: Deployment): Fault {
  const { code, message, upstream, ...details } = reason;
  const clean = (text: string): string => scrubbed(text, deployment);
  const told = upstream ?? { errorName: deployment.provider.errorName, status: 200, message };
  return fault(code, clean(message), {
    ...details,
    upstream: { ...told, message: clean(told.message), ...(told.body !== undefined && { body: clean(told.body) }) },
  });
}

function messageOf(body: JsonObject | undefined, error: JsonObject | undefined): string | undefined {
  const direct = stringAt(error, 'message') ?? stringAt(body, 'message') ?? stringAt(body, 'Message') ?? stringAt(body, 'detail') ?? stringAt(body, 'error');
  return direct === undefined || direct === '' ? undefined : direct;
}

function faultStatusOf(status: number): number {
  return knownStatuses.has(status) ? status : 0;
}
const knownStatuses = new Set([400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 502, 503, 529]);

async function boundedText(response: ProviderResponse): Promise<string> {
  if (!response.body) return '';
  const reader = response.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || !value) break;
      chunks.push(value);
      size += value.length;
      if (size >= maxErrorBytes) {
        await reader.cancel();
        break;
      }
    }
  } catch {
    // A connection cut inside an error body: what came is the message.
  }
  return Buffer.concat(chunks).subarray(0, maxErrorBytes).toString('utf8');
}

function retryAfter(headers: ProviderHeaders): number | undefined {
  const milliseconds = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (milliseconds > 0) return Math.ceil(milliseconds / 1000);
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined;
}
