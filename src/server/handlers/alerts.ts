// Alerts for operators: what was told lately and where it goes, and a test of one place.
import { fault } from '../../canonical/fault.ts';
import { fieldMissing, json, refusal } from '../reply.ts';
import { readJsonBody } from '../read-body.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { AnyReply } from '../../http/reply.ts';

/** `GET /alerts`: places, kinds, and the last alerts with what became of them, newest first. */
export const listAlerts: Handler = ({ services: { alerts } }) =>
  json({
    ...alerts.overview(),
    alerts: alerts.recent().map(({ id, alert, deliveries }) => ({
      id, kind: alert.kind, severity: alert.severity, subject: alert.subject, title: alert.title, text: alert.text, facts: Object.fromEntries(alert.facts), resolved: alert.resolved,
      time: new Date(alert.atMs).toISOString(), deliveries,
    })),
  });

/** `POST /alerts/test` with `{"place": "slack"}`. */
export const testAlert: Handler = async (call) => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return refusal(body.fault, call.route.dialect, call.id);
  const place = body.value.get('place');
  if (typeof place !== 'string') return refusal(fault('parameter_missing', "/alerts/test: Missing required parameter: 'place'.", { param: 'place' }), call.route.dialect, call.id);
  return await testOf(place, call);
};

/** `GET /health/services?service=slack`: LiteLLM's test of a place. */
export const healthOfService: Handler = async (call) => {
  const given = new URLSearchParams(call.search).get('service');
  if (given === null) return fieldMissing('query', 'service');
  const asked = given.slice(0, 100);
  return await testOf(asked === 'slack_budget_alerts' ? 'slack' : asked, call);
};

async function testOf(place: string, { services: { alerts }, route, id }: RouteCall): Promise<AnyReply> {
  const failure = await alerts.test(place);
  if (failure === undefined) {
    return refusal(fault('parameter_invalid', `"${place}" not in proxy config: general_settings. Unable to test this.`, { status: 422, param: 'None', type: 'auth_error' }), route.dialect, id);
  }
  if (failure) return refusal(fault('upstream_failed', `The test alert was not taken: ${place} ${failure.reason}.`, { status: 502 }), route.dialect, id);
  return json({ status: 'success', message: `Mock ${place} alert sent, verify it arrived there.` });
}
