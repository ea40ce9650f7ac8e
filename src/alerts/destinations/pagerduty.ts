// PagerDuty's Events API v2 (https://developer.pagerduty.com/docs/send-alert-event): an incident is opened, and closed when the alert is over.
import { jsonRequest, type Destination } from '../destination.ts';

const endpoint = 'https://events.pagerduty.com/v2/enqueue';

/** PagerDuty. Its variable holds the integration's key, as in LiteLLM; `PAGERDUTY_API_BASE` may name another server in front of it. */
export const pagerduty: Destination = {
  name: 'pagerduty', label: 'PagerDuty', addressVariable: 'PAGERDUTY_API_KEY', secretVariable: 'PAGERDUTY_API_BASE',
  write: (alert, address, base) => jsonRequest(base === null ? endpoint : `${base.replace(/\/+$/, '')}/v2/enqueue`, {
    routing_key: address,
    event_action: alert.resolved ? 'resolve' : 'trigger',
    dedup_key: `weir:${alert.kind}:${alert.subject}`.slice(0, 255),
    payload: {
      summary: alert.title.slice(0, 1_024), source: 'weir', severity: alert.severity, timestamp: new Date(alert.atMs).toISOString(),
      component: alert.subject, class: alert.kind, custom_details: { text: alert.text, ...Object.fromEntries(alert.facts) },
    },
  }),
};
