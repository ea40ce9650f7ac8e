import { expect, test } from 'bun:test';
import { alertChanges, alertForm } from './alert-settings.ts';

const text = `
general_settings:
  alerting: [slack, email]
  alert_types: [budget_alerts]
  alerting_threshold: 120
  alerting_args: {error_rate_threshold: 0.1, quiet_hours: "7:30-9:00", daily_report_frequency: 43200}
  alert_to_webhook_url: {budget_alerts: kept-secret-0123456789abcdef, llm_exceptions: [os.environ/A, os.environ/B]}
`;

test('the file as a form', () => {
  const form = alertForm(text);
  expect(form).toEqual({
    places: ['slack', 'email'], kinds: ['budget_alerts'], numbers: { slow: '120', errorRate: '10', errorRequests: '', minorOutage: '', majorOutage: '', reportHours: '12' },
    quietFrom: '07:30', quietTo: '09:00', timeZone: '', routes: { budget_alerts: 'kept-secret-0123456789abcdef', llm_exceptions: 'os.environ/A, os.environ/B' },
  });
  expect(alertChanges(form, form)).toEqual([]);
});

test('only what differs is changed, in the units of the settings', () => {
  const form = alertForm(text);
  expect(alertChanges(form, {
    ...form, places: ['slack'], kinds: null, numbers: { ...form.numbers, errorRate: '12.5', reportHours: '24', slow: '' }, quietTo: '', timeZone: 'Asia/Shanghai', routes: { ...form.routes, llm_exceptions: '', error_rate: 'os.environ/C' },
  })).toEqual([
    { path: ['general_settings', 'alerting'], value: ['slack'] }, { path: ['general_settings', 'alert_types'], value: undefined },
    { path: ['general_settings', 'alerting_threshold'], value: undefined }, { path: ['general_settings', 'alerting_args', 'error_rate_threshold'], value: 0.125 },
    { path: ['general_settings', 'alerting_args', 'daily_report_frequency'], value: 86_400 }, { path: ['general_settings', 'alerting_args', 'quiet_hours'], value: undefined },
    { path: ['general_settings', 'alerting_args', 'time_zone'], value: 'Asia/Shanghai' }, { path: ['general_settings', 'alert_to_webhook_url'], value: { budget_alerts: 'kept-secret-0123456789abcdef', error_rate: 'os.environ/C' } },
  ]);
  expect(alertForm('')).toMatchObject({ places: [], kinds: null, quietFrom: '', routes: {} });
});
