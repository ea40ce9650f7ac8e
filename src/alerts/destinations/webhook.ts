// Any server: LiteLLM's members of budget events, and the rest of the alert. Signed as https://www.standardwebhooks.com says when WEBHOOK_SECRET is set.
import { createHmac } from 'node:crypto';
import { jsonRequest, type Destination } from '../destination.ts';

function signature(id: string, atSeconds: number, body: string, secret: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  return `v1,${createHmac('sha256', key).update(`${id}.${atSeconds}.${body}`).digest('base64')}`;
}

/** A webhook. */
export const webhook: Destination = {
  name: 'webhook', label: 'Webhook', addressVariable: 'WEBHOOK_URL', secretVariable: 'WEBHOOK_SECRET',
  write(alert, address, secret, id) {
    const request = jsonRequest(address, {
      ...alert.members,
      event: alert.kind, event_group: alert.members?.['event_group'] ?? 'proxy', event_message: alert.title,
      id, severity: alert.severity, subject: alert.subject, text: alert.text, facts: Object.fromEntries(alert.facts), resolved: alert.resolved, time: new Date(alert.atMs).toISOString(),
    });
    const atSeconds = Math.floor(Date.now() / 1000);
    const headers = { ...request.headers, 'webhook-id': id, 'webhook-timestamp': String(atSeconds) };
    return { ...request, headers: secret === null ? headers : { ...headers, 'webhook-signature': signature(id, atSeconds, request.body, secret) } };
  },
};
