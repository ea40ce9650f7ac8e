// Alerts as one part of the process: it lives as long as the process and takes each new configuration over, so that a change of the file tells nothing twice.
import { AlertDispatcher, type AlertSink, type RecentAlert } from './dispatcher.ts';
import { alertKinds, type AlertKind } from './kinds.ts';
import { alertSettings, type AlertSettings, type AlertThresholds, type KnownPlace } from './settings.ts';
import { ExchangeWatch, type DeploymentLookup } from './exchange-watch.ts';
import { Report } from './report.ts';
import type { Config } from '../config/config.ts';
import type { DeliveryFailure } from './delivery.ts';
import type { ExchangeRecord } from '../observe/exchange-record.ts';
import type { Logger } from '../observe/logger.ts';
import type { NewAlert } from './alert.ts';

/** What alerts need from outside. */
export interface AlertsOptions {
  logger: Logger;
  nowMs?: () => number;
  /** In place of the network; for tests. */
  send?: typeof fetch;
  retryMs?: (tries: number) => number;
}

/** Where alerts go and which, for the dashboard. */
export interface AlertsOverview {
  readonly places: readonly { name: string; label: string }[];
  readonly kinds: readonly { kind: AlertKind; label: string; told: boolean }[];
  readonly known: readonly KnownPlace[];
  readonly thresholds: AlertThresholds | null;
  readonly warnings: readonly string[];
  readonly waiting: number;
  readonly dropped: number;
}

/** The alerts of a process. */
export class Alerts implements AlertSink {
  private settings: AlertSettings | null = null;
  private watch: ExchangeWatch | null = null;
  private readonly report = new Report();
  private reportTimer: ReturnType<typeof setInterval> | null = null;
  private readonly dispatcher: AlertDispatcher;
  private readonly nowMs: () => number;

  constructor(private readonly options: AlertsOptions) {
    this.nowMs = options.nowMs ?? Date.now;
    this.dispatcher = new AlertDispatcher({
      placesOf: (kind) => this.settings?.placesOf(kind) ?? [],
      quiet: () => this.settings?.quiet ?? null,
      pauseMs: (kind) => (kind === 'budget_alerts' && this.settings ? this.settings.budgetPauseMs : alertKinds[kind].pauseMs),
      nowMs: this.nowMs,
      onLost: (place, kind, reason) => options.logger.warn('an alert could not be delivered', { place, kind, reason }),
      ...(options.retryMs ? { retryMs: options.retryMs } : {}),
    });
  }

  /** Puts a configuration's settings in force. */
  configure(config: Config, lookup: DeploymentLookup): void {
    const settings = alertSettings(config, this.options.send);
    for (const warning of settings.warnings) this.options.logger.warn(warning);
    this.settings = settings;
    this.watch = settings.places.length > 0 || config.generalSettings.alertToWebhookUrl ? new ExchangeWatch(this, settings.thresholds, lookup, this.nowMs) : null;
    if (this.reportTimer) clearInterval(this.reportTimer);
    this.reportTimer = null;
    if (this.watch && settings.kinds.has('daily_reports') && settings.thresholds.reportEveryMs > 0) {
      this.reportTimer = setInterval(() => this.report.tell(this, this.nowMs()), settings.thresholds.reportEveryMs);
      this.reportTimer.unref();
    }
  }

  /** A model call is over. Costs nothing while nobody is told of anything. */
  exchange(record: ExchangeRecord): void {
    if (!this.watch) return;
    this.watch.exchange(record);
    if (this.reportTimer) this.report.add(record);
  }

  raise(alert: NewAlert): void {
    this.dispatcher.raise(alert);
  }

  /** What was raised lately, newest first. */
  recent(): readonly RecentAlert[] {
    return this.dispatcher.recent();
  }

  /** Where alerts go and which. */
  overview(): AlertsOverview {
    const told = this.settings?.kinds ?? new Set<AlertKind>();
    return {
      places: (this.settings?.places ?? []).map(({ name, label }) => ({ name, label })),
      kinds: Object.entries(alertKinds).map(([kind, { label }]) => ({ kind: kind as AlertKind, label, told: told.has(kind as AlertKind) })),
      known: this.settings?.known ?? [],
      thresholds: this.settings?.thresholds ?? null,
      warnings: this.settings?.warnings ?? [],
      ...this.dispatcher.size(),
    };
  }

  /** Sends a test alert to one place and waits for its answer; undefined when alerts do not go there. */
  async test(name: string): Promise<DeliveryFailure | null | undefined> {
    const place = this.settings?.places.find((each) => each.name === name);
    if (!place) return undefined;
    return await place.tell({
      kind: 'service_lost', severity: 'info', subject: 'test', title: 'A test alert from Weir', text: 'If you can read this, alerts arrive here.', facts: [], resolved: false, atMs: this.nowMs(),
    }, crypto.randomUUID());
  }

  /** Stops waiting deliveries and reports. */
  close(): void {
    if (this.reportTimer) clearInterval(this.reportTimer);
    this.dispatcher.close();
  }
}
