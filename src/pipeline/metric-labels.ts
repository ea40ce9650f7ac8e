// Values of the labels that a configuration adds to the metrics of model calls.
import { extraLabels, labelName } from '../observe/metric-settings.ts';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { Exchange } from './exchange.ts';
import type { LitellmSettings } from '../config/config.ts';

/** Gives the values, joined by line ends. */
export type MetricLabels = (exchange: Exchange) => string;

type ValueOf = (exchange: Exchange) => string | null | undefined;
const longestValue = 200;

const knownValues: Readonly<Record<(typeof extraLabels)[number], ValueOf>> = {
  team: ({ caller }) => caller?.teamId,
  user: ({ caller, onBehalfOf }) => caller?.userId ?? onBehalfOf,
  user_email: ({ caller }) => caller?.userEmail,
  end_user: ({ endUser }) => endUser,
  org_id: ({ caller }) => caller?.organizationId,
  project_id: ({ caller }) => caller?.projectId,
  client_ip: ({ address }) => address,
  user_agent: ({ headers }) => headers.get('user-agent'),
  stream: ({ stream }) => (stream ? 'True' : 'False'),
  exception_class: ({ fault }) => fault?.code,
};

/** The values of these labels; null: there are none. */
export function metricLabels(names: readonly string[], { customPrometheusMetadataLabels, customPrometheusTags }: Pick<LitellmSettings, 'customPrometheusMetadataLabels' | 'customPrometheusTags'>): MetricLabels | null {
  if (names.length === 0) return null;
  const own = new Map<string, ValueOf>([
    ...(customPrometheusMetadataLabels ?? []).map((path) => [labelName(path), ofMetadata(path)] as const),
    ...(customPrometheusTags ?? []).map((tag) => [labelName(`tag_${tag}`), ofTag(tag)] as const),
  ]);
  const isKnown = (name: string): name is keyof typeof knownValues => Object.hasOwn(knownValues, name);
  const values = names.map((name) => own.get(name) ?? (isKnown(name) ? knownValues[name] : () => ''));
  // eslint-disable-next-line no-control-regex -- labels are one line each
  return (exchange) => values.map((value) => (value(exchange) ?? '').replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, ' ').slice(0, longestValue)).join('\n');
}

// What the key says wins over what the request says.
function ofMetadata(path: string): ValueOf {
  const parts = path.replace(/^metadata\./, '').split('.');
  return ({ caller, asked }) => {
    for (const metadata of [caller?.metadata, memberOf(asked, 'metadata'), memberOf(asked, 'litellm_metadata')]) {
      let value: Json | undefined = metadata;
      for (const part of parts) value = isJsonObject(value) ? value[part] : undefined;
      if (typeof value === 'string') return value;
    }
    return null;
  };
}

const memberOf = (asked: Exchange['asked'], name: string): JsonObject | undefined => {
  const value = asked !== null && asked.has(name) ? asked.get(name) : undefined;
  return isJsonObject(value) ? value : undefined;
};

function ofTag(tag: string): ValueOf {
  const pattern = new RegExp(`^${tag.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('.*')}$`);
  return ({ tags, caller, headers }) => {
    const agent = headers.get('user-agent');
    // LiteLLM makes tags of the client's program, whole and by its name.
    const all = [...tags, ...caller?.tags ?? [], ...(agent === null ? [] : [`User-Agent: ${agent}`, `User-Agent: ${agent.split('/')[0] ?? ''}`])];
    return String(all.some((one) => pattern.test(one)));
  };
}
