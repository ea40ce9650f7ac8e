// Reads LiteLLM's settings of alerts (`alerting`, `alert_types`, `alert_to_webhook_url`, `alerting_args`) into places and thresholds.
import { defaultKinds, kindOf, type AlertKind } from './kinds.ts';
import { destinationOf, destinations } from './destinations.ts';
import { httpPlace, type Place } from './delivery.ts';
import { mailPlace, mailSettings, mailVariables } from './email.ts';
import { readQuietHours, type QuietHours } from './quiet-hours.ts';
import type { AlertingArgs } from '../config/schema/alerting-args.ts';
import type { Config } from '../config/config.ts';

/** When an alert is raised. */
export interface AlertThresholds {
  /** A request is slow after this time. */
  readonly slowMs: number;
  /** Failures of a deployment within `outageWindowMs` that are a minor and a major outage. */
  readonly minorOutage: number;
  readonly majorOutage: number;
  readonly outageWindowMs: number;
  /** Share of failed requests, of at least `errorRateRequests` within `errorRateWindowMs`. */
  readonly errorRate: number;
  readonly errorRateRequests: number;
  readonly errorRateWindowMs: number;
  /** Time between two reports; 0 for none. */
  readonly reportEveryMs: number;
}

/** A place that alerts could go to. */
export interface KnownPlace {
  readonly name: string;
  readonly label: string;
  readonly variables: readonly { name: string; isSet: boolean }[];
}

/** The settings in force. */
export interface AlertSettings {
  readonly places: readonly Place[];
  placesOf(kind: AlertKind): readonly Place[];
  readonly kinds: ReadonlySet<AlertKind>;
  readonly quiet: QuietHours | null;
  readonly budgetPauseMs: number;
  readonly thresholds: AlertThresholds;
  /** Every place that there is, whether it is told, and the variables of the environment that it needs. */
  readonly known: readonly KnownPlace[];
  /** What does not work, in sentences for the operator. */
  readonly warnings: readonly string[];
}

/** Reads the settings. */
export function alertSettings(config: Config, send?: typeof fetch): AlertSettings {
  const { alerting, alertTypes, alertToWebhookUrl, alertingThresholdMs, alertingArgs } = config.generalSettings;
  const warnings: string[] = [];
  const router = config.routing.alertingConfig;
  const places = [...[...new Set(alerting ?? [])].flatMap((name) => placeOf(name, config.environmentValue, warnings, send)), ...routerPlace(router, warnings, send)];
  const kinds = kindsOf(alertTypes, warnings);
  const special = specialPlaces(alertToWebhookUrl, warnings, send);
  return {
    places, kinds, warnings, known: knownPlaces(config.environmentValue),
    placesOf: (kind) => (kinds.has(kind) ? special.get(kind)?.concat(places.filter(({ name }) => name !== 'slack')) ?? places : []),
    quiet: quietOf(alertingArgs, warnings),
    budgetPauseMs: alertingArgs.budgetAlertTtlMs,
    thresholds: {
      slowMs: router?.alertingThresholdMs ?? alertingThresholdMs,
      minorOutage: alertingArgs.minorOutageAlertThreshold, majorOutage: alertingArgs.majorOutageAlertThreshold, outageWindowMs: alertingArgs.outageAlertTtlMs,
      errorRate: alertingArgs.errorRateThreshold, errorRateRequests: alertingArgs.errorRateMinimumRequests, errorRateWindowMs: alertingArgs.errorRateWindowMs,
      reportEveryMs: alertingArgs.dailyReportFrequencyMs,
    },
  };
}

function knownPlaces(variable: (name: string) => string | undefined): KnownPlace[] {
  const of = (...names: string[]): KnownPlace['variables'] => names.map((name) => ({ name, isSet: Boolean(variable(name)) }));
  return [...destinations.map(({ name, label, addressVariable }) => ({ name, label, variables: of(addressVariable) })), { name: 'email', label: 'E-mail', variables: of(...mailVariables) }];
}

function placeOf(name: string, variable: (name: string) => string | undefined, warnings: string[], send?: typeof fetch): Place[] {
  if (name === 'email') {
    const mail = mailSettings(variable);
    if ('settings' in mail) return [mailPlace(mail.settings)];
    warnings.push(`alerting: email needs ${mail.missing.join(', ')}; no mail is sent.`);
    return [];
  }
  const destination = destinationOf(name);
  if (!destination) {
    warnings.push(`alerting: "${name}" is no place that alerts can go to.`);
    return [];
  }
  const address = variable(destination.addressVariable);
  if (!address || (destination.name !== 'pagerduty' && !isAddress(address))) {
    warnings.push(`alerting: ${name} needs an ${destination.addressVariable}${address ? ' that starts with http:// or https://' : ''}; nothing is sent there.`);
    return [];
  }
  return [httpPlace(destination, address, destination.secretVariable === null ? null : variable(destination.secretVariable) ?? null, send)];
}

/** `router_settings.alerting_config`: one more Slack address. */
function routerPlace(settings: Config['routing']['alertingConfig'], warnings: string[], send?: typeof fetch): Place[] {
  const slack = destinationOf('slack');
  if (!settings || !slack) return [];
  const { webhookUrl } = settings;
  if (webhookUrl.kind === 'value' && isAddress(webhookUrl.value)) return [httpPlace(slack, webhookUrl.value, null, send)];
  warnings.push('alerting_config: webhook_url needs an address that starts with http:// or https://; nothing is sent there.');
  return [];
}

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:/i.test(text);

function kindsOf(names: readonly string[] | undefined, warnings: string[]): ReadonlySet<AlertKind> {
  if (!names) return new Set(defaultKinds);
  return new Set(names.flatMap((name) => {
    const kind = kindOf(name);
    if (!kind) warnings.push(`alert_types: "${name}" is no kind of alert.`);
    return kind ?? [];
  }));
}

/** `alert_to_webhook_url`: Slack addresses of their own for some kinds. */
function specialPlaces(addresses: Config['generalSettings']['alertToWebhookUrl'], warnings: string[], send?: typeof fetch): ReadonlyMap<AlertKind, Place[]> {
  const slack = destinationOf('slack');
  const special = new Map<AlertKind, Place[]>();
  if (!slack) return special;
  for (const [name, value] of Object.entries(addresses ?? {})) {
    const kind = kindOf(name);
    const urls = (Array.isArray(value) ? value : [value]).filter((url): url is string => typeof url === 'string' && isAddress(url));
    if (!kind || urls.length === 0) warnings.push(`alert_to_webhook_url: "${name}" needs to be a kind of alert with an address.`);
    else special.set(kind, urls.map((url) => httpPlace(slack, url, null, send)));
  }
  return special;
}

function quietOf(settings: AlertingArgs, warnings: string[]): QuietHours | null {
  if (settings.quietHours === undefined) return null;
  const quiet = readQuietHours(settings.quietHours, settings.timeZone);
  if (!quiet) warnings.push(`alerting_args.quiet_hours: expected hours such as 22:00-07:00 and a known time_zone; alerts come at any hour.`);
  return quiet;
}
