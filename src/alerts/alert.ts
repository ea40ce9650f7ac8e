// What an operator is told: one thing that happened, or that is over again.
import type { AlertKind, Severity } from './kinds.ts';

/** One alert. It holds names and numbers, never a key, a prompt or an address of a provider. */
export interface Alert {
  readonly kind: AlertKind;
  readonly severity: Severity;
  /** What it is about, such as a deployment's id or a budget's scope: the same subject is not told twice within the kind's pause. */
  readonly subject: string;
  /** One line. */
  readonly title: string;
  /** A sentence or two; may be empty. */
  readonly text: string;
  /** Names and values, in the order to be shown. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** Members that LiteLLM's webhook has for this kind (`spend`, `max_budget`, `key_alias` …). */
  readonly members?: Readonly<Record<string, string | number | null>>;
  /** True when this says that an earlier alert of the same kind and subject is over. */
  readonly resolved: boolean;
  readonly atMs: number;
}

/** What an alert is made from; the rest is filled in. */
export type NewAlert = Pick<Alert, 'kind' | 'subject' | 'title'> & Partial<Pick<Alert, 'severity' | 'text' | 'facts' | 'members' | 'resolved'>>;
