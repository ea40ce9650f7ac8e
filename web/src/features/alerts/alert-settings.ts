// What the configuration file says about alerts, as a form has it, and the changes that say something else.
import { parse } from 'yaml';
import type { SettingChange } from '../configuration/edit/ReviewChange.tsx';

/** Numbers of the form: the setting, and how many of the setting's units one of the form's is. */
export const numberFields = {
  slow: { path: ['general_settings', 'alerting_threshold'], unit: 1 },
  errorRate: { path: ['general_settings', 'alerting_args', 'error_rate_threshold'], unit: 0.01 },
  errorRequests: { path: ['general_settings', 'alerting_args', 'error_rate_minimum_requests'], unit: 1 },
  minorOutage: { path: ['general_settings', 'alerting_args', 'minor_outage_alert_threshold'], unit: 1 },
  majorOutage: { path: ['general_settings', 'alerting_args', 'major_outage_alert_threshold'], unit: 1 },
  reportHours: { path: ['general_settings', 'alerting_args', 'daily_report_frequency'], unit: 3_600 },
} as const;
/** Their names. */
export type NumberField = keyof typeof numberFields;

/** The form. Texts are empty where the file says nothing; `kinds` is null then. */
export interface AlertForm {
  places: string[];
  kinds: string[] | null;
  numbers: Record<NumberField, string>;
  quietFrom: string;
  quietTo: string;
  timeZone: string;
  /** Slack addresses of their own, by kind. */
  routes: Record<string, string>;
}

type Values = Record<string, unknown>;
const record = (value: unknown): Values => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Values : {});
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []);
const names = Object.keys(numberFields) as NumberField[];

/** Reads the form. */
export function alertForm(text: string): AlertForm {
  const general = record(record(parse(text, { logLevel: 'silent', merge: true }))['general_settings']);
  const extra = record(general['alerting_args']);
  const [, from = '', to = ''] = /^(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/.exec(String(extra['quiet_hours'] ?? '')) ?? [];
  const numberOf = (name: NumberField): string => {
    const { path, unit } = numberFields[name];
    const value = (path.length === 2 ? general : extra)[path.at(-1) ?? ''];
    return typeof value === 'number' ? String(Math.round((value / unit) * 1e6) / 1e6) : '';
  };
  return {
    places: texts(general['alerting']), kinds: Array.isArray(general['alert_types']) ? texts(general['alert_types']) : null,
    numbers: Object.fromEntries(names.map((name) => [name, numberOf(name)])) as Record<NumberField, string>,
    quietFrom: from.padStart(from === '' ? 0 : 5, '0'), quietTo: to.padStart(to === '' ? 0 : 5, '0'), timeZone: typeof extra['time_zone'] === 'string' ? extra['time_zone'] : '',
    routes: Object.fromEntries(Object.entries(record(general['alert_to_webhook_url'])).map(([kind, value]) => [kind, Array.isArray(value) ? value.join(', ') : String(value ?? '')])),
  };
}

/** The changes from one form to another. */
export function alertChanges(before: AlertForm, after: AlertForm): SettingChange[] {
  const changes: SettingChange[] = [];
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  if (!same(before.places, after.places)) changes.push({ path: ['general_settings', 'alerting'], value: after.places.length > 0 ? after.places : undefined });
  if (!same(before.kinds, after.kinds)) changes.push({ path: ['general_settings', 'alert_types'], value: after.kinds ?? undefined });
  for (const name of names) {
    const { path, unit } = numberFields[name];
    if (before.numbers[name] !== after.numbers[name]) changes.push({ path, value: after.numbers[name] === '' ? undefined : Math.round(Number(after.numbers[name]) * unit * 1e6) / 1e6 });
  }
  const quiet = ({ quietFrom, quietTo }: AlertForm): string | undefined => (quietFrom === '' || quietTo === '' ? undefined : `${quietFrom}-${quietTo}`);
  if (quiet(before) !== quiet(after)) changes.push({ path: ['general_settings', 'alerting_args', 'quiet_hours'], value: quiet(after) });
  if (before.timeZone !== after.timeZone) changes.push({ path: ['general_settings', 'alerting_args', 'time_zone'], value: after.timeZone || undefined });
  const routes = Object.fromEntries(Object.entries(after.routes).map(([kind, value]) => [kind, value.split(',').map((address) => address.trim()).filter((address) => address !== '')] as const).filter(([, list]) => list.length > 0).map(([kind, list]) => [kind, list.length === 1 ? list[0] : list]));
  const joined = Object.fromEntries(Object.entries(routes).map(([kind, value]) => [kind, Array.isArray(value) ? value.join(', ') : value]));
  if (!same(Object.entries(before.routes).toSorted(), Object.entries(joined).toSorted())) changes.push({ path: ['general_settings', 'alert_to_webhook_url'], value: Object.keys(routes).length > 0 ? routes : undefined });
  return changes;
}
