// What the configuration file says about a model group's order, weights and fallbacks, and how to say something else.
import { parse } from 'yaml';
import type { SettingChange } from '../configuration/edit/ReviewChange.tsx';
import type { SettingPath } from '../configuration/edit/set-setting.ts';

/** The kinds of fallbacks by their names in the file. */
export const fallbackKinds = { on_failure: 'fallbacks', on_context_window: 'context_window_fallbacks', on_content_policy: 'content_policy_fallbacks' } as const;
/** One of them. */
export type FallbackKind = keyof typeof fallbackKinds;
const kindNames = Object.keys(fallbackKinds) as FallbackKind[];

/** Order and weight of a deployment; empty where the file says nothing. */
export interface Placing {
  order: string;
  weight: string;
}

/** A group as the file has it. */
export interface GroupSettings {
  fallbacks: Record<FallbackKind, string[]>;
  /** The places of its deployments in `model_list`, in their order, with what they say. */
  entries: (Placing & { index: number })[];
}

interface Raw {
  lists: Record<FallbackKind, { path: SettingPath; value: Record<string, unknown>[] }>;
  models: unknown[];
}

const record = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {});
const texts = (value: unknown): string[] => (Array.isArray(value) ? value.filter((each) => typeof each === 'string') : typeof value === 'string' ? [value] : []);
const plain = (value: unknown): string => (typeof value === 'number' || typeof value === 'string' ? String(value) : '');

function read(text: string): Raw {
  const whole = record(parse(text, { logLevel: 'silent', merge: true }));
  // LiteLLM takes them in either section; what is there stays where it is.
  const listOf = (name: string): { path: SettingPath; value: Record<string, unknown>[] } => {
    const section = ['router_settings', 'litellm_settings'].find((each) => Array.isArray(record(whole[each])[name])) ?? 'router_settings';
    const value = record(whole[section])[name];
    return { path: [section, name], value: Array.isArray(value) ? value.map(record) : [] };
  };
  return { lists: { on_failure: listOf('fallbacks'), on_context_window: listOf('context_window_fallbacks'), on_content_policy: listOf('content_policy_fallbacks') }, models: Array.isArray(whole['model_list']) ? whole['model_list'] : [] };
}

/** Reads a group. */
export function groupSettings(text: string, group: string): GroupSettings {
  const { lists, models } = read(text);
  const of = (kind: FallbackKind): string[] => texts(lists[kind].value.find((each) => Object.hasOwn(each, group))?.[group]);
  return {
    fallbacks: { on_failure: of('on_failure'), on_context_window: of('on_context_window'), on_content_policy: of('on_content_policy') },
    entries: models.flatMap((model, index) => {
      const { model_name: name, litellm_params: params } = record(model);
      return name === group ? [{ index, order: plain(record(params)['order']), weight: plain(record(params)['weight']) }] : [];
    }),
  };
}

/** The changes that make a group so. Deployments come in the order of `groupSettings`. */
export function groupChanges(text: string, group: string, wanted: { fallbacks: Record<FallbackKind, readonly string[]>; placings: readonly Placing[] }): SettingChange[] {
  const { lists } = read(text);
  const present = groupSettings(text, group);
  const changes: SettingChange[] = [];
  for (const kind of kindNames) {
    const next = wanted.fallbacks[kind];
    if (next.join('\n') === present.fallbacks[kind].join('\n')) continue;
    const { path, value } = lists[kind];
    const at = value.findIndex((each) => Object.hasOwn(each, group));
    const entry = { ...value[at], [group]: [...next] };
    const kept = at === -1 ? [...value, entry] : value.map((each, index) => (index === at ? entry : each));
    const list = next.length > 0 ? kept : kept.map((each) => Object.fromEntries(Object.entries(each).filter(([name]) => name !== group))).filter((each) => Object.keys(each).length > 0);
    changes.push({ path, value: list.length > 0 ? list : undefined });
  }
  for (const [position, entry] of present.entries.entries()) {
    for (const name of ['order', 'weight'] as const) {
      const next = wanted.placings[position]?.[name] ?? entry[name];
      if (next !== entry[name]) changes.push({ path: ['model_list', entry.index, 'litellm_params', name], value: next === '' ? undefined : Number(next) });
    }
  }
  return changes;
}
