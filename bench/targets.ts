// What is shown of each scenario, in which unit, and what is wanted of Weir.
import type { GatewayName } from './gateways.ts';

/** A ratio to another gateway's number, or a number. */
export type Target =
  | { readonly kind: 'ratio'; readonly against: 'nginx' | 'litellm'; readonly atMost: number }
  | { readonly kind: 'atMost' | 'atLeast'; readonly value: number }
  | { readonly kind: 'above'; readonly against: GatewayName; readonly atMost: number }
  /** A ratio to Weir's own number in another scenario. */
  | { readonly kind: 'own'; readonly scenario: string; readonly title: string; readonly atMost: number };

/** One line of the report. */
export interface Row {
  readonly measure: string;
  readonly title: string;
  readonly better: 'less' | 'more';
  readonly targets?: readonly Target[];
  /** Worse than the saved result by more than this factor is worth a word; without it the number is too noisy for that. */
  readonly tolerance?: number;
  /** Has no meaning when divided by another gateway's number. */
  readonly noRatio?: boolean;
}

/** The lines of one scenario. */
export interface Section {
  readonly scenario: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

function cpu(unit: 'request' | 'chunk', ...targets: Target[]): Row {
  return { measure: 'cpuUs', title: `CPU per ${unit}, µs`, better: 'less', targets, tolerance: 1.15 };
}

const perSecond: Row = { measure: 'perSecond', title: 'requests/s', better: 'more' };
const latency: readonly Row[] = [
  { measure: 'p50Ms', title: 'p50, ms', better: 'less' },
  { measure: 'p99Ms', title: 'p99, ms', better: 'less' },
];
const afterLoad: Row = { measure: 'afterLoadMb', title: 'RSS after it, MB', better: 'less', tolerance: 1.2 };
const firstByte: readonly Row[] = [
  { measure: 'perSecond', title: 'chunks/s', better: 'more', tolerance: 1.1 },
  { measure: 'firstByteP50Ms', title: 'first chunk p50, ms', better: 'less', tolerance: 1.7 },
  { measure: 'firstByteP99Ms', title: 'first chunk p99, ms', better: 'less' },
];

const nginx = (atMost: number): Target => ({ kind: 'ratio', against: 'nginx', atMost });
const litellm = (atMost: number): Target => ({ kind: 'ratio', against: 'litellm', atMost });

const passThrough = (scenario: string): Target => ({ kind: 'own', scenario, title: 'what passes', atMost: 2.5 });

function whole(unit: 'request' | 'chunk', ...targets: Target[]): readonly Row[] {
  return unit === 'chunk' ? [cpu(unit, ...targets), ...firstByte] : [cpu(unit, ...targets), perSecond, ...latency, afterLoad];
}

/** The report, from top to bottom. */
export const sections: readonly Section[] = [
  { scenario: 'plain', title: 'Plain answer, 1 KB, full load (64 connections; LiteLLM 4)', rows: whole('request', nginx(3), litellm(1 / 150)) },
  {
    scenario: 'rate',
    title: 'Plain answer, 1 KB, at 1,000 requests/s (LiteLLM: 20)',
    rows: [
      { measure: 'p50Ms', title: 'p50, ms', better: 'less', tolerance: 1.3, noRatio: true, targets: [{ kind: 'above', against: 'direct', atMost: 1 }] },
      { measure: 'p99Ms', title: 'p99, ms', better: 'less', tolerance: 2, noRatio: true, targets: [{ kind: 'above', against: 'direct', atMost: 5 }] },
    ],
  },
  { scenario: 'large-short', title: '116 KB prompt: 401 short messages full of escapes, model first', rows: whole('request', nginx(1.5)) },
  { scenario: 'large-last', title: '116 KB prompt: the same, model behind the messages (as Python sends it)', rows: whole('request', nginx(1.5)) },
  { scenario: 'large-long', title: '116 KB prompt: 5 long messages, model first', rows: whole('request', nginx(1.5)) },
  { scenario: 'stream', title: '200 streams, 20 ms between chunks (LiteLLM 10)', rows: whole('chunk', nginx(2)) },
  { scenario: 'messages-to-chat', title: 'Translated: /v1/messages onto a chat provider, 1 KB', rows: whole('request', passThrough('plain')) },
  { scenario: 'messages-to-chat-stream', title: 'Translated: /v1/messages onto a chat provider, 200 streams', rows: whole('chunk', passThrough('stream')) },
  { scenario: 'chat-to-messages', title: 'Translated: chat onto an Anthropic provider, 1 KB', rows: whole('request', passThrough('plain')) },
  { scenario: 'chat-to-messages-stream', title: 'Translated: chat onto an Anthropic provider, 200 streams', rows: whole('chunk', passThrough('stream')) },
  {
    scenario: 'megabyte',
    title: 'Translated: a conversation of 1 MB on /v1/messages onto a chat provider, one at a time',
    rows: [
      { measure: 'cpuMs', title: 'CPU per request, ms: the longest that others can have to wait', better: 'less', tolerance: 1.2, targets: [{ kind: 'atMost', value: 25 }] },
      { measure: 'p50Ms', title: 'p50, ms', better: 'less' },
    ],
  },
  {
    scenario: 'start',
    title: 'Start',
    rows: [
      { measure: 'firstAnswerMs', title: 'first correct answer, ms', better: 'less', tolerance: 1.2, targets: [{ kind: 'atMost', value: 300 }] },
      { measure: 'idleMb', title: 'RSS after start, MB', better: 'less', tolerance: 1.1, targets: [{ kind: 'atMost', value: 80 }] },
    ],
  },
  {
    scenario: 'open',
    title: '2,000 open streams, from a fresh start',
    rows: [
      { measure: 'open', title: 'streams open', better: 'more', tolerance: 1, targets: [{ kind: 'atLeast', value: 2_000 }] },
      { measure: 'streamsMb', title: 'RSS, MB', better: 'less', tolerance: 1.15, targets: [{ kind: 'atMost', value: 200 }] },
    ],
  },
  {
    scenario: 'held',
    title: '5,000 requests that the provider holds, from a plain start',
    rows: [
      { measure: 'reached', title: 'upstream at a time', better: 'more', tolerance: 1, targets: [{ kind: 'atLeast', value: 5_000 }] },
      { measure: 'answered', title: 'answered right', better: 'more', tolerance: 1, targets: [{ kind: 'atLeast', value: 5_000 }] },
      { measure: 'heldMb', title: 'RSS meanwhile, MB', better: 'less', tolerance: 1.2 },
    ],
  },
];
