// What every destination of alerts is: how an alert is written for it, and how its answer is read.
import type { Alert } from './alert.ts';

/** An HTTP request that tells an alert. */
export interface DeliveryRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A kind of destination that is told over HTTP. */
export interface Destination {
  /** The name in `alerting`. */
  readonly name: string;
  /** For the dashboard. */
  readonly label: string;
  /** The environment variable with its address. For PagerDuty it is the key of the integration. */
  readonly addressVariable: string;
  /** The environment variable with the secret that signs, when the destination can check signatures. */
  readonly secretVariable: string | null;
  /** Writes an alert. `address` and `secret` are the values of the two variables. */
  write(alert: Alert, address: string, secret: string | null, id: string): DeliveryRequest;
  /** What is wrong with a 2xx answer; null when it was taken. Some services answer 200 and say no in the body. */
  refusal?(body: string): string | null;
}

/** The usual request with a JSON body. */
export function jsonRequest(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): DeliveryRequest {
  return { url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** Reads the code that a service put into its 200: `member` must be 0. */
export function refusalByCode(member: string, text: string): (body: string) => string | null {
  return (body) => {
    try {
      const answer: unknown = JSON.parse(body);
      if (typeof answer !== 'object' || answer === null || !(member in answer)) return null;
      const members = answer as Record<string, unknown>;
      return members[member] === 0 ? null : `${String(members[member])} ${String(members[text] ?? '')}`.trim().slice(0, 200);
    } catch {
      return null;
    }
  };
}

/** The mark in front of a title. */
export function mark(alert: Alert): string {
  if (alert.resolved) return '✅';
  return { info: 'ℹ️', warning: '⚠️', critical: '🔴' }[alert.severity];
}

/** The facts as lines. `bold` writes a name in the destination's way. */
export function factLines(alert: Alert, bold: (name: string) => string): string {
  return alert.facts.map(([name, value]) => `${bold(name)}: ${value}`).join('\n');
}
